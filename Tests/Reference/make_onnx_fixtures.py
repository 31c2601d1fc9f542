"""Makes Tests/Fixtures/onnx: small .onnx models, onnxruntime's scores and PyTorch's gradients.

Run with the Python that `make onnx-gradients` makes:
.venv-onnx-exports/bin/python Tests/Reference/make_onnx_fixtures.py

Each folder holds model.onnx, input.f32 and output.f32 (little-endian; the output that scores classes, as
onnxruntime computes it), and answer.json:

    input, outputs  the shapes, `outputs` a list of one
    output          the name of the output that scores classes
    scores          what it holds: logits, probabilities or decisions (distances of a support vector machine)
    classes         the largest score of each sample, or the label that the model itself puts out
    layout, range   of the pictures that the model takes: NCHW, NHWC or NC; the smallest and largest value
    batch           the batch that the file fixes, or null
    labels          labels of the samples
    gradient        exact, straight-through, or none

Unless `gradient` is none, gradient.f32 holds the gradient of the summed cross-entropy at `labels` with
respect to the input, in the model's own layout and range. Where the model puts out probabilities the
cross-entropy is that of the logits before them. Straight-through means: Round and Sign pass the gradient
on as it is; a quantisation passes it on where it does not saturate, and nothing where it does.
Every model is written a second time here, in PyTorch, and must give onnxruntime's scores.
"""

import io
import json
import math
import pathlib
import tempfile
import warnings
from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static,
)
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from torch import nn
from torch.nn import functional

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "onnx"
LARGEST = 100_000
Logits = Callable[[torch.Tensor], torch.Tensor]


# Writing


def stripped(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without documentation and metadata, which name files of the machine that exported."""
    model.ClearField("metadata_props")
    graph = model.graph
    for part in [graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info]:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    return model


def scored(model: bytes | str, x: np.ndarray, output: str, batch: int | None) -> tuple[np.ndarray, np.ndarray]:
    """onnxruntime's scores and classes, asked in batches as large as the file allows."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    (given,) = session.get_inputs()
    scores, classes = [], []
    for part in np.split(x, len(x) // batch) if batch else [x]:
        answer = dict(zip(names, session.run(None, {given.name: part})))
        found = answer.pop(output)
        if isinstance(found, list):  # ZipMap: a dictionary a sample.
            found = np.array([[row[key] for key in sorted(row)] for row in found], np.float32)
        scores.append(found)
        classes.append(next(iter(answer.values())) if answer else found.argmax(1))
    return np.concatenate(scores), np.concatenate(classes)


def gradient_of(logits: Logits, x: np.ndarray, labels: list[int]) -> np.ndarray:
    given = torch.from_numpy(x.copy()).requires_grad_()
    loss = functional.cross_entropy(logits(given), torch.tensor(labels), reduction="sum")
    return torch.autograd.grad(loss, given)[0].numpy()


def save(
    name: str, model: onnx.ModelProto, x: np.ndarray, logits: Logits | None, *, scores: str = "logits",
    layout: str = "NCHW", values: tuple[float, float] = (0, 1), batch: int | None = None,
    gradient: str = "exact", tolerance: float = 1e-4, external: bool = False,
) -> None:
    """Writes one folder, after a look at whether PyTorch and onnxruntime agree."""
    folder = FIXTURES / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    place = {"save_as_external_data": True, "location": "model.onnx.data", "size_threshold": 64}
    (folder / "model.onnx.data").unlink(missing_ok=True)
    # skl2onnx makes up another name each time, and another order of domains.
    model.graph.name = name
    domains = sorted(model.opset_import, key=lambda entry: entry.domain)
    del model.opset_import[:]
    model.opset_import.extend(domains)
    onnx.save(stripped(model), path, **(place if external else {}))
    onnx.checker.check_model(path)
    assert path.stat().st_size < LARGEST, f"{name} has {path.stat().st_size} bytes"

    output = model.graph.output[-1].name
    found, classes = scored(str(path), x, output, batch)
    labels = [index % found.shape[1] for index in range(len(x))]
    answer = {
        "input": list(x.shape), "outputs": [list(found.shape)], "output": output, "scores": scores,
        "classes": classes.tolist(), "layout": layout, "range": list(values), "batch": batch,
        "labels": labels, "gradient": gradient if logits else "none",
        "onnxruntime": onnxruntime.__version__, "torch": torch.__version__.split("+")[0],
    }
    (folder / "input.f32").write_bytes(x.astype("<f4").tobytes())
    (folder / "output.f32").write_bytes(found.astype("<f4").tobytes())
    (folder / "gradient.f32").unlink(missing_ok=True)
    if logits:
        with torch.no_grad():
            expected = logits(torch.from_numpy(x.copy()))
        if scores == "probabilities":
            expected = expected.softmax(1)
        worst = np.abs(found - expected.numpy()).max() / max(1, np.abs(found).max())
        assert worst < tolerance, f"{name}: PyTorch and onnxruntime differ by {worst}"
        slope = gradient_of(logits, x, labels)
        assert np.abs(slope).max() > 1e-6, f"{name}: the gradient vanishes"
        (folder / "gradient.f32").write_bytes(slope.astype("<f4").tobytes())
    (folder / "answer.json").write_text(json.dumps(answer) + "\n")


# Networks


class SmallCNN(nn.Module):
    """One batch normalisation that exporters fold into the convolution before it, and one that stays."""

    def __init__(self, fixed: bool = False):
        super().__init__()
        self.fixed = fixed
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.bn2 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 12, 3, stride=2, padding=1)
        self.head = nn.Linear(12 * 2 * 2, 5)

    def forward(self, x):
        x = functional.max_pool2d(self.bn1(self.conv1(x)).relu(), 2)
        x = self.conv2(self.bn2(x)).relu()
        return self.head(x.reshape(1, 48) if self.fixed else x.flatten(1))


class Attention(nn.Module):
    """A vision transformer of one layer: patches, a class token, two heads."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 16))
        self.position = nn.Parameter(torch.randn(1, 5, 16))
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(16), nn.LayerNorm(16), nn.LayerNorm(16)
        self.qkv, self.projection = nn.Linear(16, 48), nn.Linear(16, 16)
        self.up, self.down = nn.Linear(16, 32), nn.Linear(32, 16)
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        count = x.shape[0]
        y = self.patches(x).flatten(2).transpose(1, 2)
        y = torch.cat([self.token.expand(count, -1, -1), y], 1) + self.position
        q, k, v = self.qkv(self.norm1(y)).reshape(count, 5, 3, 2, 8).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(q, k, v)
        y = y + self.projection(attended.transpose(1, 2).reshape(count, 5, 16))
        y = y + self.down(functional.gelu(self.up(self.norm2(y))))
        return self.head(self.norm3(y)[:, 0])


class Recurrent(nn.Module):
    """Rows of a picture as steps: an LSTM and a GRU in both directions, and Elman's network."""

    def __init__(self):
        super().__init__()
        self.long = nn.LSTM(12, 6, batch_first=True, bidirectional=True)
        self.gated = nn.GRU(12, 6, batch_first=True, bidirectional=True)
        self.plain = nn.RNN(12, 8, nonlinearity="relu")
        self.head = nn.Linear(8 + 2 * 2 * 6, 5)

    def forward(self, x):
        y, (hidden, cells) = self.long(x.transpose(1, 2).flatten(2))
        y, _ = self.gated(y)
        _, last = self.plain(y.transpose(0, 1))
        return self.head(torch.cat([last[0], hidden[0], hidden[1], cells[0], cells[1]], 1))


class StraightThrough(torch.autograd.Function):
    """A function whose derivative is taken to be 1."""

    @staticmethod
    def forward(_, x, function):
        return function(x)

    @staticmethod
    def backward(_, slope):
        return slope, None


class Stepped(nn.Module):
    """Pixels in 16 steps, or the signs of features: functions without a slope of their own."""

    def __init__(self, signs: bool):
        super().__init__()
        self.signs = signs
        self.hidden, self.head = nn.Linear(3 * 4 * 4, 24), nn.Linear(24, 5)
        self.straight = False

    def step(self, x, function):
        return StraightThrough.apply(x, function) if self.straight else function(x)

    def forward(self, x):
        if self.signs:
            return self.head(self.step(self.hidden(x.flatten(1)), torch.sign))
        x = self.step(x * 15, torch.round) / 15
        return self.head(self.hidden(x.flatten(1)).relu())


def prepared(network: nn.Module) -> nn.Module:
    """The network in evaluation mode, with statistics that are not those of a new one."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
            nn.init.normal_(module.running_mean, std=0.2)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return network.eval()


def exported(network: nn.Module, x: torch.Tensor, **options) -> onnx.ModelProto:
    """By the exporter that goes through torch.export, any batch."""
    shapes = ({0: torch.export.Dim("batch")},)
    return torch.onnx.export(
        network, (x,), dynamo=True, dynamic_shapes=shapes, verbose=False, **options).model_proto


def exported_by_tracing(
    network: nn.Module, x: torch.Tensor, opset: int, free: bool = False
) -> onnx.ModelProto:
    """By the exporter that traces, the batch fixed to that of x, unless it is to be free."""
    file = io.BytesIO()
    torch.onnx.export(
        network, (x,), file, dynamo=False, opset_version=opset, input_names=["input"],
        output_names=["output"], dynamic_axes={"input": {0: "batch"}} if free else None)
    return onnx.load_from_string(file.getvalue())


def pictures(count: int, *shape: int) -> np.ndarray:
    return torch.rand(count, *shape).numpy()


def make_networks() -> None:
    x = pictures(3, 3, 8, 8)
    sample = torch.from_numpy(x[:2])
    cnn = prepared(SmallCNN())
    save("cnn", exported(cnn, sample), x, cnn)
    save("cnn-external-data", exported(cnn, sample), x, cnn, external=True)
    alone = SmallCNN(fixed=True).eval()
    alone.load_state_dict(cnn.state_dict())
    save("cnn-batch-1", exported_by_tracing(alone, sample[:1], 11), x, cnn, batch=1)

    attention = prepared(Attention())
    save("attention", exported(attention, sample), x, attention)
    # From opset 23 on attention is one operator.
    save("attention-operator", exported(attention, sample, opset_version=23), x, attention)

    for name, signs in (("rounded", False), ("signs", True)):
        x = pictures(3, 3, 4, 4)
        network = Stepped(signs)
        model = exported(network, torch.from_numpy(x[:2]))
        network.straight = True
        save(name, model, x, network, gradient="straight-through")


def make_recurrent() -> None:
    """Layers that the exporter leaves whole, with states at first that are as many as the pictures."""
    x = pictures(3, 3, 4, 4)
    network = Recurrent().eval()
    model = exported_by_tracing(network, torch.from_numpy(x[:2]), 17, free=True)
    found = {node.op_type for node in model.graph.node}
    assert {"LSTM", "GRU", "RNN"} <= found, found
    save("recurrent", model, x, network)


# A model as TensorFlow's converter writes them: bytes as numbers, channels last, probabilities


def make_channels_last() -> None:
    convolution, head = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, 5)
    mean, scale = torch.tensor([123.675, 116.28, 103.53]), 1 / torch.tensor([58.4, 57.1, 57.4])
    shape = (1, 3, 1, 1)
    constants = {
        "mean": mean.reshape(shape), "scale": scale.reshape(shape), "kernel": convolution.weight,
        "bias": convolution.bias, "head": head.weight, "head_bias": head.bias,
    }
    node = helper.make_node
    graph = helper.make_graph(
        [
            node("Transpose", ["image"], ["planes"], perm=[0, 3, 1, 2]),
            node("Sub", ["planes", "mean"], ["centred"]),
            node("Mul", ["centred", "scale"], ["scaled"]),
            node("Conv", ["scaled", "kernel", "bias"], ["features"], auto_pad="SAME_UPPER"),
            node("Relu", ["features"], ["active"]),
            node("GlobalAveragePool", ["active"], ["pooled"]),
            node("Flatten", ["pooled"], ["flat"]),
            node("Gemm", ["flat", "head", "head_bias"], ["logits"], transB=1),
            node("Softmax", ["logits"], ["probabilities"], axis=-1),
        ],
        "channels_last",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 8, 8, 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 5])],
        [numpy_helper.from_array(value.detach().numpy(), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)

    def logits(x):
        x = (x.permute(0, 3, 1, 2) - constants["mean"]) * constants["scale"]
        return head(convolution(x).relu().mean((2, 3)))

    x = np.floor(pictures(3, 8, 8, 3) * 256).astype(np.float32)
    save("channels-last", model, x, logits, scores="probabilities", layout="NHWC", values=(0, 255))


# scikit-learn


def linear(weight: np.ndarray, bias: np.ndarray) -> Logits:
    """The logits of a linear model; a model of two classes has one row, and 0 for the first class."""
    weight, bias = torch.tensor(weight, dtype=torch.float32), torch.tensor(bias, dtype=torch.float32)

    def logits(x):
        y = x @ weight.T + bias
        return y if y.shape[1] > 1 else torch.cat([torch.zeros_like(y), y], 1)

    return logits


def layers(model: MLPClassifier) -> Logits:
    steps = [linear(weight.T, bias) for weight, bias in zip(model.coefs_, model.intercepts_)]

    def logits(x):
        for step in steps[:-1]:
            x = step(x).relu()
        return steps[-1](x)

    return logits


def converted(model, about=None, **options) -> onnx.ModelProto:
    """By skl2onnx; the options are about the model, or about one of its steps."""
    return convert_sklearn(
        model, initial_types=[("input", FloatTensorType([None, 64]))],
        options={id(model if about is None else about): options} if options else None)


def make_scikit_learn() -> None:
    images, classes = load_digits(return_X_y=True)
    images = images.astype(np.float32)
    x = np.floor(pictures(4, 64) * 17).astype(np.float32)
    grey = {"layout": "NC", "values": (0, 16)}

    def logistic(*steps, data=images, target=classes):
        return make_pipeline(*steps, LogisticRegression(max_iter=300)).fit(data, target)

    model = logistic()[-1]
    logits = linear(model.coef_, model.intercept_)
    save("digits-logistic", converted(model, zipmap=False), x, logits, scores="probabilities", **grey)
    save("digits-logistic-zipmap", converted(model), x, logits, scores="probabilities", **grey)

    two = classes < 2
    model = logistic(data=images[two], target=classes[two])[-1]
    logits = linear(model.coef_, model.intercept_)
    save("digits-two-classes", converted(model, zipmap=False), x, logits, scores="probabilities", **grey)

    pipeline = logistic(SimpleImputer(), StandardScaler())
    scaler, model = pipeline[1], pipeline[2]
    weight = model.coef_ / scaler.scale_
    logits = linear(weight, model.intercept_ - weight @ scaler.mean_)
    save("digits-scaled", converted(pipeline, zipmap=False), x, logits, scores="probabilities", **grey)

    pipeline = make_pipeline(Normalizer(), LinearSVC()).fit(images, classes)
    decide = linear(pipeline[1].coef_, pipeline[1].intercept_)
    # skl2onnx 1.20 gives the last step of a pipeline an option that it refuses, unless it has another.
    model = converted(pipeline, about=pipeline[1], raw_scores=True)
    save("digits-normalized-svc", model, x, lambda x: decide(functional.normalize(x)),
         scores="decisions", **grey)

    network = MLPClassifier((24,), max_iter=60, random_state=0).fit(images / 16, classes)
    save("digits-mlp", converted(network, zipmap=False), x / 16, layers(network),
         scores="probabilities", layout="NC")

    forest = RandomForestClassifier(8, max_depth=4, random_state=0).fit(images, classes)
    save("digits-forest", converted(forest, zipmap=False), x, None, scores="probabilities", **grey)
    machine = SVC(probability=True, random_state=0).fit(images[:150], classes[:150])
    save("digits-svc", converted(machine, zipmap=False), x, None, scores="probabilities", **grey)


# Quantised models


class Samples(CalibrationDataReader):
    """What onnxruntime measures the ranges of activations on."""

    def __init__(self, name: str, x: np.ndarray):
        self.parts = iter([{name: part[None]} for part in x])

    def get_next(self):
        return next(self.parts, None)


class Quantised:
    """A quantised model run in PyTorch, each rounding straight through unless it saturates."""

    def __init__(self, model: onnx.ModelProto):
        self.nodes = model.graph.node
        self.constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        self.input = model.graph.input[0].name
        self.output = model.graph.output[0].name

    def real(self, value: str, scale: str, zero: str, axis: int = 0) -> torch.Tensor:
        """Quantised weights as real numbers."""
        numbers, scale, zero = (self.constants[name].astype(np.float32) for name in (value, scale, zero))
        if scale.ndim:
            shape = [-1 if index == axis else 1 for index in range(numbers.ndim)]
            scale, zero = scale.reshape(shape), zero.reshape(shape)
        return torch.from_numpy((numbers - zero) * scale)

    def quantised(self, x: torch.Tensor, scale: str, zero: str) -> torch.Tensor:
        """A real tensor on the grid of a quantised one."""
        limits = np.iinfo(self.constants[zero].dtype)
        return torch.fake_quantize_per_tensor_affine(
            x, float(self.constants[scale]), int(self.constants[zero]), limits.min, limits.max)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        values = {self.input: x}
        for node in self.nodes:
            given = [values.get(name) for name in node.input]
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            values[node.output[0]] = self.step(node.op_type, list(node.input), given, attributes)
        return values[self.output]

    def step(self, operator: str, names: list[str], given: list, attributes: dict) -> torch.Tensor:
        def known(index):
            value = given[index]
            return torch.tensor(self.constants[names[index]]) if value is None else value

        match operator:
            case "QuantizeLinear":
                return self.quantised(given[0], *names[1:3])
            case "DequantizeLinear":
                # Activations are kept as the real numbers that their quantised ones stand for.
                axis = attributes.get("axis", 0)
                return self.real(*names[:3], axis) if given[0] is None else given[0]
            case "Conv":
                return convolved(given[0], known(1), known(2), attributes)
            case "QLinearConv":
                bias = self.constants[names[8]].astype(np.float32)
                bias = torch.from_numpy(bias * self.constants[names[1]] * self.constants[names[4]])
                y = convolved(given[0], self.real(*names[3:6]), bias, attributes)
                return self.quantised(y, *names[6:8])
            case "QLinearMatMul":
                return self.quantised(given[0] @ self.real(*names[3:6], axis=1), *names[6:8])
            case "MatMul":
                return given[0] @ known(1)
            case "Gemm":
                return functional.linear(given[0], known(1), known(2))
            case "Add":
                return given[0] + known(1)
            case "Relu":
                return given[0].relu()
            case "MaxPool":
                return functional.max_pool2d(given[0], attributes["kernel_shape"], attributes["strides"])
            case "Flatten":
                return given[0].flatten(1)
            case "Reshape":
                return given[0].reshape(len(given[0]), -1)
        raise NotImplementedError(operator)


def convolved(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, attributes: dict) -> torch.Tensor:
    top, left, bottom, right = attributes["pads"]
    return functional.conv2d(
        functional.pad(x, (left, right, top, bottom)), weight, bias, attributes["strides"])


class PlainCNN(nn.Module):
    """What is quantised: convolutions, a maximum, and a layer without a bias of its own."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 12, 3, stride=2, padding=1)
        self.head = nn.Parameter(torch.randn(48, 5) / math.sqrt(48))
        self.bias = nn.Parameter(torch.randn(5) / 5)

    def forward(self, x):
        x = functional.max_pool2d(self.conv1(x).relu(), 2)
        return self.conv2(x).relu().flatten(1) @ self.head + self.bias


def make_quantised(folder: pathlib.Path) -> None:
    x = pictures(3, 3, 8, 8)
    original, path = str(folder / "float.onnx"), str(folder / "quantised.onnx")
    model = stripped(exported(PlainCNN().eval(), torch.from_numpy(x[:2])))
    onnx.save(model, original)
    name = model.graph.input[0].name
    samples = pictures(32, 3, 8, 8)
    for fixture, form, by_channel, operators in (
        ("quantised-pairs", QuantFormat.QDQ, True, None),
        ("quantised-operators", QuantFormat.QOperator, False, ["Conv", "MaxPool", "MatMul"]),
    ):
        quantize_static(
            original, path, Samples(name, samples), quant_format=form, per_channel=by_channel,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=operators)
        model = onnx.load(path)
        # A number that lies between two steps may be rounded to either.
        save(fixture, model, x, Quantised(model), gradient="straight-through", tolerance=1e-2)
    quantize_dynamic(original, path, op_types_to_quantize=["MatMul"])
    save("quantised-at-run-time", onnx.load(path), x, None)


def main() -> None:
    for make in (make_networks, make_channels_last, make_scikit_learn, make_recurrent):
        torch.manual_seed(0)
        make()
    with tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(0)
        make_quantised(pathlib.Path(folder))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
