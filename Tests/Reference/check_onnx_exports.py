"""Checks logits and input gradients of ONNX models against onnxruntime and PyTorch.

    check_onnx_exports.py TOOL [--only PATTERN]

TOOL is the product `onnx-conformance`. Networks of many families with random weights are exported by both
of PyTorch's exporters, to opsets old and new, and the models in ../shared/models are taken as they are. Then

    TOOL --gradients MODEL.onnx INPUT.bin LABELS OUT

reads INPUT.bin, raw little-endian float32 pictures in the model's own layout, one for each number of the
comma list LABELS, also if the file fixes the batch to 1. It writes OUT/logits.bin and OUT/gradient.bin, raw
float32: the scores, and the gradient of the summed cross-entropy at LABELS with respect to the input.

Logits must agree with onnxruntime's to 1e-4 of the largest logit, or of 1 if that is less; gradients with
PyTorch's to 1e-3 of the largest number in them. Among millions of rectifiers and maxima one may be so near its
kink that rounding decides: then PyTorch's own gradient jumps as well when pixels change by 1e-7 of themselves.
So gradients that differ are compared once more, both computed in float64 (`--gradients-in-double`), and the line
says so. Prints one line a model; the exit status is 1 if one is wrong.
"""

import argparse
import importlib.util
import io
import logging
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional

SHARED = Path(__file__).resolve().parents[3] / "shared" / "models"
BATCH = 2
LOGITS, GRADIENT = 1e-4, 1e-3


def declare_torchvision() -> torch.library.Library | None:
    """Lets torchvision be imported although its compiled part is for another build of PyTorch.

    Its networks need nothing of that part, but importing it asks for the names of two operators.
    """
    folder = Path(importlib.util.find_spec("torchvision").origin).parent
    try:
        torch.ops.load_library(str(folder / "_C.so"))
        return None
    except OSError:
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        return library


LIBRARY = declare_torchvision()  # What it declares goes when it goes.
import timm  # noqa: E402
import torchvision  # noqa: E402


# Networks


@dataclass
class Network:
    """A network to export: how it is made, the side of its pictures, and an opset for each exporter."""

    name: str
    make: Callable[[], nn.Module]
    side: int
    opset: int
    traced_opset: int


def of_torchvision(name: str, side: int, opset: int, traced_opset: int, **options) -> Network:
    make = getattr(torchvision.models, name)
    return Network(name, lambda: make(num_classes=10, **options), side, opset, traced_opset)


def of_timm(name: str, side: int, opset: int, traced_opset: int, **options) -> Network:
    def make():
        return timm.create_model(name, num_classes=10, **options)

    return Network(name, make, side, opset, traced_opset)


def small_vgg() -> nn.Module:
    """VGG-11 for pictures of 32 × 32, as it is used on CIFAR-10."""
    network = torchvision.models.vgg11_bn(init_weights=False, num_classes=1)
    network.avgpool = nn.Identity()
    network.classifier = nn.Sequential(nn.Linear(512, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 10))
    return network


NETWORKS = [
    of_torchvision("resnet18", 64, 18, 9),
    of_torchvision("mobilenet_v3_small", 64, 20, 14),
    of_torchvision("efficientnet_b0", 64, 21, 13),
    of_torchvision("squeezenet1_1", 64, 18, 10),
    of_torchvision("shufflenet_v2_x0_5", 64, 20, 11),
    of_torchvision("densenet121", 64, 23, 12),
    of_torchvision(
        "googlenet", 96, 18, 9, aux_logits=False, init_weights=False, transform_input=True),
    of_torchvision("inception_v3", 96, 20, 15, aux_logits=False, init_weights=False),
    Network("vgg11_bn", small_vgg, 32, 21, 16),
    of_timm("regnety_002", 64, 20, 17),
    of_timm("convnext_atto", 64, 23, 17),
    of_timm("vit_tiny_patch16_224", 64, 18, 14, img_size=64),
    of_timm("deit_tiny_distilled_patch16_224", 64, 23, 17, img_size=64),
    of_timm("swin_tiny_patch4_window7_224", 56, 20, 17, img_size=56, depths=(2, 2, 2, 1)),
    of_timm("mixer_s32_224", 64, 21, 17, img_size=64),
    of_timm("test_nfnet", 64, 20, 17),
    of_timm("xcit_nano_12_p16_224", 64, 20, 17),
    of_timm("levit_128s", 224, 18, 17),
]


class Sharpened(nn.Module):
    """A network whose logits are spread as a trained one's are."""

    def __init__(self, network: nn.Module, factor: float):
        super().__init__()
        self.network = network
        self.factor = factor

    def forward(self, x):
        return self.network(x) * self.factor


def prepared(network: Network) -> nn.Module:
    """The network in evaluation mode, without parameters at rest and with statistics of pictures.

    Many networks begin with layers that are switched off or alike. A mistake in these would not show.
    """
    torch.manual_seed(sum(network.name.encode()))
    module = network.make()
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim < 2 or not parameter.any():
                parameter.add_(torch.randn_like(parameter) * 0.1)
            if parameter.ndim == 1 and parameter.abs().max() < 0.5:
                parameter.add_(torch.rand_like(parameter) * 0.2)
        module.train()
        for _ in range(3):
            module(torch.randn(8, 3, network.side, network.side))
        module.eval()
        spread = module(torch.randn(8, 3, network.side, network.side)).std()
    return Sharpened(module, 2 / float(spread)).eval()


def exported(module: nn.Module, x: torch.Tensor, opset: int, traced: bool) -> bytes:
    """The model as a file, for any batch."""
    if traced:
        file = io.BytesIO()
        torch.onnx.export(
            module, (x,), file, dynamo=False, opset_version=opset, input_names=["input"],
            output_names=["output"], dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})
        return file.getvalue()
    shapes = ({0: torch.export.Dim("batch")},)
    program = torch.onnx.export(
        module, (x,), dynamo=True, opset_version=opset, dynamic_shapes=shapes, verbose=False)
    return program.model_proto.SerializeToString()


# Models as they are


class Interpreted:
    """An ONNX model of few operators, run in PyTorch node by node."""

    def __init__(self, path: Path):
        graph = onnx.load(path).graph
        self.nodes, self.output = graph.node, graph.output[0].name
        self.constants = {i.name: torch.tensor(numpy_helper.to_array(i)) for i in graph.initializer}
        (self.input,) = (i.name for i in graph.input if i.name not in self.constants)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        values = {**self.constants, self.input: x}
        for node in self.nodes:
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            given = [values[name] for name in node.input if name]
            values[node.output[0]] = step(node.op_type, given, attributes)
        return values[self.output]


def step(operator: str, given: list[torch.Tensor], attributes: dict) -> torch.Tensor:
    match operator:
        case "Constant":
            return torch.tensor(numpy_helper.to_array(attributes["value"]))
        case "Conv":
            top, left, bottom, right = attributes.get("pads", [0] * 4)
            x = functional.pad(given[0], (left, right, top, bottom))
            return functional.conv2d(
                x, *given[1:], stride=attributes.get("strides", 1), groups=attributes.get("group", 1))
        case "Gemm":
            assert attributes.get("transB") and attributes.get("alpha", 1) == attributes.get("beta", 1) == 1
            return functional.linear(*given)
        case "Relu":
            return given[0].relu()
        case "Add":
            return given[0] + given[1]
        case "Sub":
            return given[0] - given[1]
        case "Div":
            return given[0] / given[1]
        case "Flatten":
            return given[0].flatten(1)
    raise NotImplementedError(operator)


# Checking


@dataclass
class Subject:
    """A model on the disk, what PyTorch makes of the same pictures, and the pictures."""

    name: str
    model: Path
    reference: Callable[[torch.Tensor], torch.Tensor]
    x: torch.Tensor


def subjects(folder: Path, pattern: re.Pattern) -> Iterator[Subject]:
    """All models, each written when its turn has come."""
    for network in NETWORKS:
        for traced in (False, True):
            opset = network.traced_opset if traced else network.opset
            name = f"{network.name}, {'traced' if traced else 'exported'}, opset {opset}"
            if not pattern.search(name):
                continue
            module = prepared(network)
            x = torch.randn(BATCH, 3, network.side, network.side)
            path = folder / "model.onnx"
            path.write_bytes(exported(module, x, opset, traced))
            yield Subject(name, path, module, x)
    if not SHARED.is_dir():
        print("no folder 'shared' beside the checkout: its models are not checked")
        return
    torch.manual_seed(0)
    for name, shape in (
        ("mnist-relu-9-200", (3, 1, 28, 28)), ("cifar10-resnet2b", (3, 3, 32, 32)),
        ("imagenet-mobilenetv1-025", (2, 3, 128, 128)), ("imagenet-mobilenetv2", (2, 3, 224, 224)),
    ):
        path, twin = SHARED / f"{name}.onnx", SHARED / f"{name}.pt2"
        if pattern.search(name):
            reference = torch.export.load(twin).module() if twin.exists() else Interpreted(path)
            yield Subject(name, path, reference, torch.rand(shape))


def by_onnxruntime(path: Path, x: np.ndarray) -> np.ndarray:
    """onnxruntime's logits, one picture at a time where the file fixes that."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    parts = np.split(x, len(x)) if given.shape[0] == 1 else [x]
    return np.concatenate([session.run(None, {given.name: part})[0] for part in parts])


def by_tool(
    tool: str, path: Path, x: np.ndarray, labels: list[int], classes: int, word: str = "--gradients"
) -> tuple[np.ndarray, np.ndarray]:
    """Our logits and gradient."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "input.bin").write_bytes(x.astype("<f4").tobytes())
        (place / "out").mkdir()
        arguments = [str(path), str(place / "input.bin"), ",".join(map(str, labels)), str(place / "out")]
        answer = subprocess.run([tool, word, *arguments], capture_output=True, text=True)
        if answer.returncode != 0:
            raise RuntimeError((answer.stderr or answer.stdout or f"status {answer.returncode}").strip())
        logits, gradient = (
            np.fromfile(place / "out" / f"{name}.bin", "<f4") for name in ("logits", "gradient"))
    return logits.reshape(len(x), classes), gradient.reshape(x.shape)


def by_pytorch(
    reference: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """PyTorch's logits and gradient, and the labels."""
    x = x.clone().requires_grad_()
    logits = reference(x)
    labels = [(3 * index + 1) % logits.shape[1] for index in range(len(x))]
    loss = functional.cross_entropy(logits, torch.tensor(labels), reduction="sum")
    return logits.detach().numpy(), torch.autograd.grad(loss, x)[0].numpy(), labels


def distance(gradient: np.ndarray, slope: np.ndarray) -> float:
    """How far a gradient is from what it must be."""
    return np.abs(gradient - slope).max() / np.abs(slope).max()


def distance_in_double(subject: Subject, tool: str, classes: int) -> float:
    """The same, both computed in float64."""
    _, slope, labels = by_pytorch(subject.reference.double(), subject.x.double())
    subject.reference.float()
    x = subject.x.numpy()
    return distance(by_tool(tool, subject.model, x, labels, classes, "--gradients-in-double")[1], slope)


def check(subject: Subject, tool: str) -> str | None:
    """Prints how far a model is from what it must be; what is wrong, or nothing."""
    start = time.perf_counter()
    expected, slope, labels = by_pytorch(subject.reference, subject.x)
    logits = by_onnxruntime(subject.model, subject.x.numpy())
    scale = max(1, np.abs(logits).max())
    export = np.abs(logits - expected).max() / scale
    note = ""
    try:
        found, gradient = by_tool(tool, subject.model, subject.x.numpy(), labels, expected.shape[1])
        turn = distance(gradient, slope)
        if turn > GRADIENT and isinstance(subject.reference, nn.Module):
            note = f" ({turn:.1e} in float32)"
            turn = distance_in_double(subject, tool, expected.shape[1])
    except (OSError, RuntimeError, ValueError) as error:
        return str(error)
    worst = np.abs(found - logits).max() / scale
    print(
        f"{subject.name:56} logits {worst:.1e} (PyTorch and onnxruntime {export:.1e}), "
        f"gradient {turn:.1e}{note}, {time.perf_counter() - start:.1f} s", flush=True)
    complaints = []
    if not worst <= LOGITS:
        complaints.append(f"logits differ by {worst:.1e}")
    if not turn <= GRADIENT:
        complaints.append(f"gradients differ by {turn:.1e}")
    return " and ".join(complaints) or None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool", metavar="TOOL", help="the product onnx-conformance")
    parser.add_argument("--only", metavar="PATTERN", default="", help="models whose name has this expression")
    options = parser.parse_args()
    torch.set_num_threads(1)
    count, wrong = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for subject in subjects(Path(folder), re.compile(options.only)):
            count += 1
            if complaint := check(subject, options.tool):
                wrong.append(f"{subject.name}: {complaint}")
    print(f"{count - len(wrong)} of {count} models agree")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(1 if wrong or not count else 0)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    main()
