"""Times the same training in eager PyTorch, or trains a network as usual and tells how good it became.

    printf 'pgd 5\\nstep 5\\n' | train_peers.py eager mnist
    train_peers.py learn MODEL.pt2 EPOCHS PICTURES SEED

The contract, which our own `training-times` keeps too: every line on standard input is a part and a
number of runs, `pgd 5`; the answer is one line of JSON on standard output:

    {"peer": "PyTorch, eager", "attack": "pgd", "seconds": [0.31, …], "processor": [0.3, …],
     "loss": 0.12}

`processor` is how long the process was running instead of waiting for its turn, all of it in one
thread: on a busy machine it tells more than the clock.

`pgd` is adversarial training on four batches of 128 training pictures (Madry et al. 2018): from the
stored bytes to the weights after the last step, PGD with a random start and seven steps in evaluation
mode, then a step of SGD with momentum 0.9 in training mode. `epoch` is the same without the attack.
`gradient` is one gradient of the loss with respect to the pixels of a batch, `step` one step of SGD.
`mnist` is a network of two convolutions (ε = 0.3, steps of 0.1), `cifar10` ResNet-20 (ε = 8/255,
steps of 2/255). One thread, Float32, no warm-up: whoever asks throws the first answer away.

`eager` leaves everything as PyTorch makes it, `channels-last` lays pictures and weights out in the
order that convolutions on processors like best. In both no gradient of a weight is computed during
the attack, and the optimizer is the fused one.

`learn` trains the exported network on MNIST: SGD with momentum 0.9, rate 0.05 that falls along half
a cosine, batches of 128, a remainder left out. It answers with the accuracy on the test pictures.
"""

import gzip
import json
import math
import struct
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, max_pool2d

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Reference"))
import samples  # noqa: E402  (the folder above)
from resnet20 import ResNet20  # noqa: E402

BATCH, PICTURES, STEPS, RATE, MOMENTUM = 128, 512, 7, 0.01, 0.9
BUDGETS = {"mnist": (0.3, 0.1), "cifar10": (8 / 255, 2 / 255)}
FORMS = ("eager", "channels-last")


class Convolutions(nn.Module):
    """Two convolutions and two linear layers, with the names of the exported program's weights."""

    def __init__(self, weights):
        super().__init__()
        self.net = nn.ModuleDict({
            "conv1": nn.Conv2d(1, 32, 3, padding=1), "conv2": nn.Conv2d(32, 64, 3, padding=1),
            "linear1": nn.Linear(3136, 200), "linear2": nn.Linear(200, 10),
        })
        self.load_state_dict(weights)

    def forward(self, x):
        x = max_pool2d(torch.relu(self.net["conv1"](x)), 2)
        x = max_pool2d(torch.relu(self.net["conv2"](x)), 2)
        return self.net["linear2"](torch.relu(self.net["linear1"](x.flatten(1))))


def mnist(part):
    """Pictures [N, 1, 28, 28] in bytes and their classes."""
    folder = samples.SHARED / "data" / "mnist"
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as file:
        _, count, height, width = struct.unpack(">4i", file.read(16))
        pictures = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    with gzip.open(folder / f"{part}-labels-idx1-ubyte.gz") as file:
        file.read(8)
        labels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long()
    return pictures.reshape(count, 1, height, width), labels


def cifar10(count):
    """The first training pictures, [N, 3, 32, 32] in bytes, and their classes."""
    path = samples.SHARED / "data" / "cifar-10-batches-bin" / "data_batch_1.bin"
    rows = torch.frombuffer(bytearray(path.read_bytes()[: count * 3073]), dtype=torch.uint8)
    rows = rows.reshape(count, 3073)
    return rows[:, 1:].reshape(count, 3, 32, 32), rows[:, 0].long()


class LeNet5(nn.Module):
    """LeNet-5 with maxima and rectifiers, in PyTorch's initial distribution."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.linear1 = nn.Linear(400, 120)
        self.linear2 = nn.Linear(120, 84)
        self.linear3 = nn.Linear(84, 10)

    def forward(self, x):
        x = max_pool2d(torch.relu(self.conv1(x)), 2)
        x = max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.linear1(x.flatten(1)))
        return self.linear3(torch.relu(self.linear2(x)))


class Timing:
    """Parts of adversarial training on one model."""

    def __init__(self, form, subject):
        self.last = form == "channels-last"
        self.epsilon, self.step_size = BUDGETS[subject]
        if subject == "mnist":
            self.pictures, self.labels = (all[:PICTURES] for all in mnist("train"))
            model = Convolutions(samples.classifier("mnist-lenet5-standard").state_dict())
        else:
            self.pictures, self.labels = cifar10(PICTURES)
            model = ResNet20(samples.classifier("cifar10-resnet20").state_dict())
        self.model = model.to(memory_format=torch.channels_last) if self.last else model
        self.model.eval()
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=RATE, momentum=MOMENTUM, fused=True)

    def batch(self, numbers):
        x = self.pictures[numbers].float().div_(255)
        if self.last:
            x = x.contiguous(memory_format=torch.channels_last)
        return x, self.labels[numbers]

    def pixel_gradient(self, x, labels):
        x = x.detach().requires_grad_()
        loss = cross_entropy(self.model(x), labels, reduction="sum")
        return torch.autograd.grad(loss, x)[0], loss.item() / len(x)

    def attacked(self, x, labels):
        self.model.requires_grad_(False)
        low, high = (x - self.epsilon).clamp_(0, 1), (x + self.epsilon).clamp_(0, 1)
        point = torch.empty_like(x).uniform_(-self.epsilon, self.epsilon).add_(x).clamp_(0, 1)
        for _ in range(STEPS):
            gradient, _ = self.pixel_gradient(point, labels)
            point = point + self.step_size * gradient.sign()
            point = torch.minimum(torch.maximum(point, low), high)
        self.model.requires_grad_(True)
        return point

    def step(self, x, labels):
        self.model.train()
        logits = self.model(x)
        loss = cross_entropy(logits, labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.model.eval()
        (logits.argmax(1) == labels).sum().item()
        return loss.item()

    def epoch(self, change):
        total = 0.0
        for numbers in torch.randperm(PICTURES).split(BATCH):
            x, labels = self.batch(numbers)
            total += self.step(change(x, labels), labels) * len(numbers)
        return total / PICTURES

    def run(self, part):
        numbers = torch.arange(BATCH)
        match part:
            case "pgd":
                return self.epoch(self.attacked)
            case "epoch":
                return self.epoch(lambda x, labels: x)
            case "gradient":
                return self.pixel_gradient(*self.batch(numbers))[1]
            case "step":
                return self.step(*self.batch(numbers))
        sys.exit(f"no part “{part}”")


def learn(path, epochs, count, seed):
    """The accuracy on the test pictures, the loss of each epoch and the seconds of training."""
    torch.manual_seed(seed)
    program = torch.export.load(path)
    model = LeNet5()
    model.load_state_dict(program.state_dict)
    pictures, labels = (all[:count] for all in mnist("train"))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=MOMENTUM, fused=True)
    steps = epochs * (count // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: 0.5 * (1 + math.cos(math.pi * step / steps)))
    losses = []
    start = time.perf_counter()
    for _ in range(epochs):
        total = 0.0
        for numbers in torch.randperm(count)[: count // BATCH * BATCH].split(BATCH):
            loss = cross_entropy(model(pictures[numbers].float().div_(255)), labels[numbers])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        losses.append(total / (count // BATCH))
    seconds = time.perf_counter() - start
    pictures, labels = mnist("t10k")
    with torch.no_grad():
        answers = torch.cat([model(part.float() / 255).argmax(1) for part in pictures.split(500)])
    accuracy = (answers == labels).float().mean().item()
    return {"accuracy": accuracy, "losses": losses, "seconds": seconds}


def main():
    torch.set_num_threads(1)
    if len(sys.argv) == 6 and sys.argv[1] == "learn":
        print(json.dumps(learn(sys.argv[2], *(int(number) for number in sys.argv[3:]))))
        return
    if len(sys.argv) != 3 or sys.argv[1] not in FORMS or sys.argv[2] not in BUDGETS:
        sys.exit(f"usage: train_peers.py {'|'.join(FORMS)} {'|'.join(BUDGETS)}")
    form, subject = sys.argv[1:]
    timing = Timing(form, subject)
    for line in sys.stdin:
        part, runs = line.split()
        seconds, processor = [], []
        for _ in range(int(runs)):
            start, start_running = time.perf_counter(), time.process_time()
            loss = timing.run(part)
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - start_running)
        answer = {
            "peer": f"PyTorch, {form}", "attack": part, "seconds": seconds,
            "processor": processor, "loss": loss}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
