"""Checks that the networks Adversary builds are those that PyTorch's modules make.

    check_architectures.py FOLDER

The networks are written once more here, as modules. Each folder in FOLDER holds program.pt2 as Adversary
wrote it, answer.json with the name, the task and the shape of input.f32, and evaluation.f32 with its
logits in evaluation mode. Where it trained on the input once without moving weights there are also
training.f32 with those logits, and trained.pt2 with the statistics after it. Names, shapes, logits and
statistics must agree to 1e-5. Prints one line a folder; the exit status is 1 if one is wrong.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional


class Normalize(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.register_buffer("mean", torch.zeros(1, channels, 1, 1))
        self.register_buffer("std", torch.ones(1, channels, 1, 1))

    def forward(self, x):
        return (x - self.mean) / self.std


class Linear(nn.Module):
    def __init__(self, task):
        super().__init__()
        self.linear = nn.Linear(task["inputs"], task["classes"])

    def forward(self, x):
        return self.linear(x.flatten(1))


class Logistic(nn.Module):
    def __init__(self, task):
        super().__init__()
        self.linear = nn.Linear(task["inputs"], 1)

    def forward(self, x):
        logit = self.linear(x.flatten(1))
        return torch.cat([torch.zeros_like(logit), logit], 1)


class Dense(nn.Module):
    """Layers fc1, fc2 …, with ReLU or maxima of pieces between them, and dropout for the latter."""

    def __init__(self, task, hidden, pieces=None):
        super().__init__()
        self.pieces = pieces
        self.count = len(hidden) + 1
        sizes = [task["inputs"], *hidden]
        for index, size in enumerate(hidden):
            layer = nn.Linear(sizes[index], size * (pieces or 1))
            setattr(self, f"fc{index + 1}", layer)
        setattr(self, f"fc{self.count}", nn.Linear(sizes[-1], task["classes"]))

    def forward(self, x):
        x = x.flatten(1)
        for number in range(1, self.count + 1):
            if self.pieces:
                x = functional.dropout(x, 0.2 if number == 1 else 0.5, self.training)
            x = getattr(self, f"fc{number}")(x)
            if number == self.count:
                return x
            x = x.view(len(x), -1, self.pieces).max(2).values if self.pieces else x.relu()


class LeNet(nn.Module):
    def __init__(self, task):
        super().__init__()
        small = min(task["height"], task["width"]) < 32
        self.conv1 = nn.Conv2d(task["channels"], 6, 5, padding=2 if small else 0)
        self.conv2 = nn.Conv2d(6, 16, 5)
        sides = [task["height"], task["width"]]
        sides = [((side if small else side - 4) // 2 - 4) // 2 for side in sides]
        self.fc1 = nn.Linear(16 * sides[0] * sides[1], 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, task["classes"])

    def forward(self, x):
        x = functional.max_pool2d(self.conv1(x).relu(), 2)
        x = functional.max_pool2d(self.conv2(x).relu(), 2)
        return self.fc3(self.fc2(self.fc1(x.flatten(1)).relu()).relu())


class SmallCNN(nn.Module):
    def __init__(self, task):
        super().__init__()
        self.conv1 = nn.Conv2d(task["channels"], 32, 5, padding=2)
        self.conv2 = nn.Conv2d(32, 64, 5, padding=2)
        self.fc1 = nn.Linear(64 * (task["height"] // 4) * (task["width"] // 4), 1024)
        self.fc2 = nn.Linear(1024, task["classes"])

    def forward(self, x):
        x = functional.max_pool2d(self.conv1(x).relu(), 2)
        x = functional.max_pool2d(self.conv2(x).relu(), 2)
        return self.fc2(self.fc1(x.flatten(1)).relu())


def convolution(inputs, outputs, side, stride=1):
    return nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = convolution(inputs, outputs, 3, stride)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = convolution(outputs, outputs, 3)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride = stride

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        # Option A: every second pixel, and zeros for the new channels.
        shortcut = functional.avg_pool2d(x, 1, self.stride)
        missing = y.new_zeros(len(y), y.shape[1] - x.shape[1], *y.shape[2:])
        return (y + torch.cat([shortcut, missing], 1)).relu()


class ResNet20(nn.Module):
    def __init__(self, task):
        super().__init__()
        self.conv1 = convolution(task["channels"], 16, 3)
        self.bn1 = nn.BatchNorm2d(16)
        widths = [16, 16, 32, 64]
        for stage in (1, 2, 3):
            blocks = [BasicBlock(widths[stage - 1], widths[stage], 1 if stage == 1 else 2)]
            blocks += [BasicBlock(widths[stage], widths[stage], 1) for _ in range(2)]
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.fc = nn.Linear(64, task["classes"])

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


class ActiveFirst(nn.Module):
    """A block whose projection, if any, is called shortcut.0 or convShortcut."""

    def __init__(self, inputs, outputs, stride, wide):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = convolution(inputs, outputs, 3, stride)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = convolution(outputs, outputs, 3)
        self.projection = None
        if stride != 1 or inputs != outputs:
            projection = convolution(inputs, outputs, 1, stride)
            if wide:
                self.convShortcut = projection
            else:
                self.shortcut = nn.Sequential(projection)
            # A list keeps the module from being registered under a second name.
            self.projection = [projection]

    def forward(self, x):
        active = self.bn1(x).relu()
        y = self.conv2(self.bn2(self.conv1(active)).relu())
        return y + (self.projection[0](active) if self.projection else x)


class PreActResNet(nn.Module):
    def __init__(self, task, width=64):
        super().__init__()
        self.conv1 = convolution(task["channels"], width, 3)
        inputs = width
        for stage in range(4):
            outputs = width * 2**stage
            blocks = [ActiveFirst(inputs, outputs, 1 if stage == 0 else 2, wide=False)]
            blocks.append(ActiveFirst(outputs, outputs, 1, wide=False))
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            inputs = outputs
        self.bn = nn.BatchNorm2d(inputs)
        self.linear = nn.Linear(inputs, task["classes"])

    def forward(self, x):
        x = self.conv1(x)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.linear(self.bn(x).relu().mean((2, 3)))


class Stage(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.layer = nn.Sequential(*blocks)

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, task, depth, widening):
        super().__init__()
        widths = [16, 16 * widening, 32 * widening, 64 * widening]
        self.conv1 = convolution(task["channels"], 16, 3)
        for stage in (1, 2, 3):
            blocks = [
                ActiveFirst(
                    widths[stage if index else stage - 1], widths[stage],
                    1 if stage == 1 or index else 2, wide=True,
                )
                for index in range((depth - 4) // 6)
            ]
            setattr(self, f"block{stage}", Stage(blocks))
        self.bn1 = nn.BatchNorm2d(widths[3])
        self.fc = nn.Linear(widths[3], task["classes"])

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(self.bn1(x).relu().mean((2, 3)))


class Normalized(nn.Module):
    """A network after a normalisation, under the names of the network alone."""

    def __init__(self, network, channels):
        super().__init__()
        self.normalize = Normalize(channels)
        for name, module in network.named_children():
            setattr(self, name, module)
        self.network = [network]

    def train(self, mode=True):
        self.network[0].train(mode)
        return super().train(mode)

    def forward(self, x):
        return self.network[0](self.normalize(x))


def network(task):
    """The module that a name stands for."""
    name, _, pieces = task["architecture"].partition(":pieces=")
    stem, *numbers = name.split("-")
    if name == "small-cnn":
        return SmallCNN(task)
    numbers = [int(number) for number in numbers]
    match stem:
        case "softmax":
            return Linear(task)
        case "logistic":
            return Logistic(task)
        case "mlp":
            return Dense(task, numbers)
        case "maxout":
            return Dense(task, numbers, int(pieces or 5))
        case "lenet":
            return LeNet(task)
        case "resnet20":
            return ResNet20(task)
        case "preactresnet18":
            return PreActResNet(task, task["base_width"])
        case "wideresnet":
            return WideResNet(task, *numbers)


def difference(found, expected, what):
    """What is wrong with numbers, or nothing."""
    if torch.allclose(found, expected, rtol=1e-5, atol=1e-5):
        return None
    return f"{what} differ by {(found - expected).abs().max()}"


def load(module, exported):
    """Gives a module the weights of an exported program; what is wrong, or nothing."""
    weights = dict(exported.state_dict)
    names, ours = set(module.state_dict()), set(weights)
    if names != ours:
        return f"PyTorch alone has {sorted(names - ours)}, the program {sorted(ours - names)}"
    parameters = [name for name, _ in module.named_parameters()]
    if sorted(exported.graph_signature.parameters) != sorted(parameters):
        return "other parameters"
    module.load_state_dict(weights)
    return None


def check(folder):
    """What is wrong with a folder, or nothing."""
    task = json.loads((folder / "answer.json").read_text())
    task["inputs"] = task["channels"] * task["height"] * task["width"]
    shape = (task["input"][0], task["classes"])

    def numbers(name, shape):
        values = numpy.fromfile(folder / name, dtype="<f4").reshape(shape)
        return torch.from_numpy(values.copy())

    images = numbers("input.f32", task["input"])
    exported = torch.export.load(str(folder / "program.pt2"))
    module = network(task)
    if task["normalized"]:
        module = Normalized(module, task["channels"])
    if complaint := load(module, exported):
        return complaint
    with torch.no_grad():
        module.eval()
        expected = module(images)
        complaints = [
            difference(numbers("evaluation.f32", shape), expected, "logits in evaluation"),
            difference(exported.module()(images), expected, "logits of the loaded file"),
        ]
        if (folder / "trained.pt2").exists():
            module.train()
            expected = module(images)
            complaints.append(
                difference(numbers("training.f32", shape), expected, "logits in training"))
            found = torch.export.load(str(folder / "trained.pt2")).state_dict
            complaints += [
                difference(found[name], value, name)
                for name, value in module.state_dict().items()
                if not name.endswith("num_batches_tracked")
            ]
    return next(filter(None, complaints), None)


def main(folder):
    torch.set_num_threads(1)
    folders = sorted(path.parent for path in Path(folder).glob("*/answer.json"))
    if not folders:
        print(f"{folder}: no networks")
        return 66
    worst = 0
    for path in folders:
        try:
            complaint = check(path)
        except Exception as error:  # Whatever PyTorch has to say is what we want to know.
            complaint = f"{type(error).__name__}: {error}"
        print(f"{path.name}: {complaint or 'the same'}")
        worst = worst or int(complaint is not None)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
