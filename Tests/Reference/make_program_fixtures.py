"""Makes Tests/Fixtures/programs: small .pt2 archives and PyTorch's answers for them.

Run with PyTorch 2.13 (CPU): python Tests/Reference/make_program_fixtures.py

Each folder holds program.pt2, input.f32 and output.f32 (little-endian, all outputs one after the
other) and answer.json with their shapes. Stack traces and sample inputs are left out of the
archives: they hold paths of the machine that exported, and nothing reads them.
"""

import io
import json
import pathlib
import sys
import zipfile

import torch
from torch import nn
from torch.export import Dim

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "programs"
BATCH = ({0: Dim("batch")},)


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3, padding=1)
        self.head = nn.Linear(2 * 4 * 4, 3)

    def forward(self, x):
        return self.head(torch.relu(self.conv(x)).flatten(1))


class TiedWeights(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4, bias=False)
        self.second = nn.Linear(4, 4, bias=False)
        self.second.weight = self.first.weight
        self.register_buffer("view", self.first.weight.detach().view(16)[:4])

    def forward(self, x):
        return self.second(torch.tanh(self.first(x))) + self.view


class TransposedWeight(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 3).t())

    def forward(self, x):
        return nn.functional.linear(x, self.weight)


class OffsetView(nn.Module):
    def __init__(self):
        super().__init__()
        base = torch.randn(3, 4)
        self.register_buffer("base", base)
        self.register_buffer("row", base[1])
        self.register_buffer("column", base[:, 2])

    def forward(self, x):
        return x * self.row + self.column.sum() + self.base.mean()


class EveryDataType(nn.Module):
    TYPES = (
        "uint8 int8 int16 int32 int64 float16 float32 float64 bool bfloat16 uint16 uint32 uint64 "
        "float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz complex64 complex128"
    ).split()

    def __init__(self):
        super().__init__()
        for name in self.TYPES:
            value = torch.tensor([1.0, 0.0, 2.0]).to(getattr(torch, name))
            self.register_buffer(f"{name}_values", value)
        self.register_buffer("scalar", torch.tensor(0.5))
        self.register_buffer("empty", torch.empty(0, 3))

    def forward(self, x):
        for name in self.TYPES:
            value = getattr(self, f"{name}_values")
            x = x + (value.real if value.is_complex() else value).to(torch.float32)
        return x * self.scalar + self.empty.sum()


class InPlace(nn.Module):
    def forward(self, x):
        y = x * 2
        y.add_(1).relu_()
        y[:, 0].mul_(3)
        return y


class TensorLists(nn.Module):
    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        c, _, d = x.split([1, 1, 2], dim=1)
        return torch.cat([b, a, c, d], dim=1)


class IndexWithOptionals(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("order", torch.tensor([2, 0, 1]), persistent=False)

    def forward(self, x):
        return x[:, self.order, None, 1:]


class SizeArithmetic(nn.Module):
    def forward(self, x):
        n = x.shape[0]
        y = x.reshape(n * 2, x.shape[1] // 2)
        return y.mul(1.0 / (n + 1)).reshape(n, -1) + torch.arange(n).unsqueeze(1)


class BatchNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3, bias=False)
        self.bn = nn.BatchNorm2d(2)
        self.dropout = nn.Dropout(0.5)
        self.feature_dropout = nn.Dropout2d(0.25, inplace=True)
        self.head = nn.Linear(2, 3)
        nn.init.uniform_(self.bn.weight)
        nn.init.normal_(self.bn.bias)
        nn.init.normal_(self.bn.running_mean)
        nn.init.uniform_(self.bn.running_var, 0.5, 2)

    def forward(self, x):
        y = self.feature_dropout(torch.relu(self.bn(self.conv(x))))
        return self.head(self.dropout(y.mean((2, 3))))


class LiftedConstants(nn.Module):
    def forward(self, x):
        return x + torch.tensor([1.0, 2.0, 3.0]) * torch.tensor(2.0)


class InfiniteConstants(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.tensor([0.0, float("-inf"), 0.0]))

    def forward(self, x):
        y = x.masked_fill(x < 0, float("-inf")).clamp(min=float("-inf"), max=float("inf"))
        return torch.softmax(torch.nan_to_num(y, neginf=-9.0) + self.mask, dim=1)


class NoGradRegion(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor([1.0, 2.0, 3.0]))

    def forward(self, x):
        with torch.no_grad():
            largest = x.abs().amax(dim=1, keepdim=True)
            shifted = x - largest
        return x / (largest + 1) * self.scale + shifted


class ScalarOutputs(nn.Module):
    def forward(self, x):
        return x.sum(), x.shape[0], x.mean(dim=1)



class PickledConstant(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.ones(3))

    def forward(self, x):
        return x + self.table


def rewritten(archive: bytes, change=lambda name, text: text) -> bytes:
    """The archive without machine-dependent parts, small and always the same."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            if "/data/sample_inputs/" in name or name.endswith("serialization_id"):
                continue
            content = old.read(name)
            if name.endswith(".json"):
                text = json.loads(content)
                if "/models/" in name:
                    strip(text["graph_module"]["graph"])
                    text["guards_code"] = []
                    text["graph_module"]["module_call_graph"] = []
                content = json.dumps(change(name, text), separators=(",", ":")).encode()
            new.writestr(zipfile.ZipInfo(name.replace("//", "/")), content)
    return result.getvalue()


def strip(graph):
    for node in graph["nodes"]:
        node["metadata"] = {}
        for given in node["inputs"]:
            if "as_graph" in given["arg"]:
                strip(given["arg"]["as_graph"]["graph"])


def save(name, model, shape, dynamic=True, training=False, change=lambda name, text: text):
    torch.manual_seed(1)
    x = torch.randn(shape)
    model.train(training)
    exported = torch.export.export(model, (x,), dynamic_shapes=BATCH if dynamic else None)
    archive = io.BytesIO()
    torch.export.save(exported, archive)
    with torch.no_grad():
        outputs = model.eval()(x.clone())
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    outputs = [torch.as_tensor(o, dtype=torch.float32) for o in outputs]
    folder = FIXTURES / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "program.pt2").write_bytes(rewritten(archive.getvalue(), change))
    (folder / "input.f32").write_bytes(x.numpy().astype("<f4").tobytes())
    (folder / "output.f32").write_bytes(
        b"".join(o.detach().numpy().astype("<f4").tobytes() for o in outputs)
    )
    answer = {
        "input": list(x.shape),
        "outputs": [list(o.shape) for o in outputs],
        "mode": "evaluation",
        "torch": torch.__version__.split("+")[0],
    }
    (folder / "answer.json").write_text(json.dumps(answer) + "\n")


def pickled(name, text):
    if name.endswith("weights_config.json"):
        text["config"]["table"]["use_pickle"] = True
    return text


def main():
    torch.manual_seed(0)
    image = (2, 1, 4, 4)
    save("static-batch", Small(), image, dynamic=False)
    save("dynamic-batch", Small(), image)
    save("tied-weights", TiedWeights(), (2, 4))
    save("transposed-weight", TransposedWeight(), (2, 4))
    save("offset-view", OffsetView(), (2, 4))
    save("every-data-type", EveryDataType(), (2, 3))
    save("in-place", InPlace(), (2, 3))
    save("tensor-lists", TensorLists(), (2, 4))
    save("index-with-optionals", IndexWithOptionals(), (2, 3, 4))
    save("size-arithmetic", SizeArithmetic(), (3, 4))
    save("batch-norm", BatchNorm(), image)
    save("batch-norm-training", BatchNorm(), image, training=True)
    save("lifted-constants", LiftedConstants(), (2, 3))
    save("infinite-constants", InfiniteConstants(), (2, 3))
    save("no-grad-region", NoGradRegion(), (2, 3))
    save("scalar-outputs", ScalarOutputs(), (2, 3))
    save("pickled-weight", PickledConstant(), (2, 3), change=pickled)


if __name__ == "__main__":
    sys.exit(main())
