"""The ONNX project's node tests as folders that a program which reads only models can run.

A model of ours has one input, the pictures, and everything else in it is constant. So each case is
written twice. In `model.onnx` the first input stays an input, and the others are initialisers that
hold the test's data. In `bound.onnx` all inputs are initialisers; it serves where the first input
must be known when a model is loaded, such as a shape. A case whose node has no input at all has
`bound.onnx` alone.

    FOLDER/cases.json               what is known of every case, also of those left out
    FOLDER/CASE/model.onnx          one input, the rest bound
    FOLDER/CASE/bound.onnx          no input
    FOLDER/CASE/inputs/0.pb         TensorProto, the value of the one input
    FOLDER/CASE/outputs/0.pb …      TensorProto, what the outputs must be
"""

import json
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = {
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
}


@dataclass
class Value:
    """An input or an output: its name, kind (tensor, sequence, optional), type and shape."""

    name: str
    kind: str
    dtype: str | None = None
    shape: list[int] | None = None


@dataclass
class NodeCase:
    """One test: what it is about, what it must come to, and why it is left out, if it is.

    Operators are named `domain::Operator`: `operator` is the one under test, `operators` are all of the
    model. `live` is the input that stays one in `model.onnx`.
    """

    name: str
    operator: str
    operators: list[str]
    opsets: dict[str, int]
    rtol: float
    atol: float
    inputs: list[Value]
    outputs: list[Value]
    live: str | None = None
    left_out: str | None = None
    model: onnx.ModelProto | None = field(default=None, repr=False)
    given: list[TensorProto] = field(default_factory=list, repr=False)
    expected: list[TensorProto] = field(default_factory=list, repr=False)

    def facts(self) -> dict:
        """What `cases.json` says."""
        bare = asdict(replace(self, model=None, given=[], expected=[]))
        return {name: value for name, value in bare.items() if name not in ("model", "given", "expected")}


def walk(nodes) -> Iterator[onnx.NodeProto]:
    """All nodes, those of graphs in attributes too."""
    for node in nodes:
        yield node
        for attribute in node.attribute:
            for graph in [attribute.g, *attribute.graphs]:
                yield from walk(graph.node)


def operator_name(node: onnx.NodeProto) -> str:
    return f"{node.domain or 'ai.onnx'}::{node.op_type}"


def operators(model: onnx.ModelProto) -> list[str]:
    """The names of all operators; a function that the model brings counts as what is in it."""
    functions = {f"{f.domain or 'ai.onnx'}::{f.name}": f for f in model.functions}
    found: set[str] = set()
    waiting = [model.graph.node]
    while waiting:
        for name in {operator_name(node) for node in walk(waiting.pop())} - found:
            found.add(name)
            if name in functions:
                waiting.append(functions[name].node)
    return sorted(found - functions.keys())


def dtype_name(data_type: int) -> str:
    """The name of a type in numpy or ml_dtypes, or `string`."""
    if data_type == TensorProto.STRING:
        return "string"
    return helper.tensor_dtype_to_np_dtype(data_type).name


def described(info: onnx.ValueInfoProto) -> Value:
    kind = (info.type.WhichOneof("value") or "tensor_type").removesuffix("_type")
    value = Value(info.name, kind)
    if kind == "tensor":
        tensor = info.type.tensor_type
        value.dtype = dtype_name(tensor.elem_type)
        value.shape = [dimension.dim_value for dimension in tensor.shape.dim]
    return value


def as_tensor(value, name: str) -> TensorProto:
    """A test's datum, which may be an array, a number or a message, as a message."""
    if isinstance(value, TensorProto):
        tensor = TensorProto()
        tensor.CopyFrom(value)
        tensor.name = name
        return tensor
    return numpy_helper.from_array(np.asarray(value), name)


def in_training(model: onnx.ModelProto, given: dict[str, TensorProto]) -> bool:
    """Whether a model is one that trains, or has a node that behaves as in training."""
    for node in walk(model.graph.node):
        if node.domain == "ai.onnx.preview.training":
            return True
        if node.op_type == "BatchNormalization":
            if any(a.name == "training_mode" and a.i for a in node.attribute):
                return True
        if node.op_type == "Dropout" and len(node.input) > 2 and node.input[2] in given:
            if numpy_helper.to_array(given[node.input[2]]).any():
                return True
    return False


def reason_to_leave_out(case: NodeCase) -> str | None:
    """Why a case says nothing about the inference of classifiers, known without its data."""
    kinds = {value.kind for value in case.inputs + case.outputs}
    for kind in ("sequence", "optional", "map"):
        if kind in kinds:
            return f"an input or output is of the kind {kind}"
    if any(value.dtype == "string" for value in case.inputs + case.outputs):
        return "an input or output holds strings"
    if any(operator.split("::")[1] in RANDOM for operator in case.operators):
        return "the answer is random"
    return None


def bound(model: onnx.ModelProto, values: list[TensorProto]) -> onnx.ModelProto:
    """The model with these values as initialisers instead of inputs."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    # Before version 4 initialisers had to be inputs as well.
    result.ir_version = max(result.ir_version, 4)
    names = {value.name for value in values}
    inputs = [info for info in model.graph.input if info.name not in names]
    del result.graph.input[:]
    result.graph.input.extend(inputs)
    result.graph.initializer.extend(values)
    return result


def collect() -> list[NodeCase]:
    """All node tests of the installed onnx package, in its order."""
    with warnings.catch_warnings():
        # The tests themselves divide by zero and overflow, on purpose.
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        tests = collect_testcases()
    under_test = {test.name: test.model.graph.node[0] for test in tests}
    cases = []
    for test in tests:
        model = test.model
        # An expanded function is a test of the function.
        original = under_test[test.name.split("_expanded")[0]]
        case = NodeCase(
            name=test.name, operator=operator_name(original), operators=operators(model),
            opsets={entry.domain or "ai.onnx": entry.version for entry in model.opset_import},
            rtol=test.rtol, atol=test.atol,
            inputs=[described(info) for info in model.graph.input],
            outputs=[described(info) for info in model.graph.output], model=model)
        cases.append(case)
        case.left_out = reason_to_leave_out(case)
        if case.left_out:
            continue
        ((inputs, outputs),) = test.data_sets
        case.given = [as_tensor(v, i.name) for v, i in zip(inputs, case.inputs, strict=True)]
        case.expected = [as_tensor(v, o.name) for v, o in zip(outputs, case.outputs, strict=True)]
        if in_training(model, {value.name: value for value in case.given}):
            case.left_out = "training, not inference"
        elif case.given:
            case.live = case.given[0].name
    return cases


def write(cases: list[NodeCase], folder: Path) -> None:
    """Writes the folders of the cases that are not left out, and `cases.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        if case.left_out:
            continue
        place = folder / case.name
        (place / "outputs").mkdir(parents=True)
        (place / "bound.onnx").write_bytes(bound(case.model, case.given).SerializeToString())
        if case.live is not None:
            (place / "inputs").mkdir()
            (place / "inputs" / "0.pb").write_bytes(case.given[0].SerializeToString())
            (place / "model.onnx").write_bytes(bound(case.model, case.given[1:]).SerializeToString())
        for index, value in enumerate(case.expected):
            (place / "outputs" / f"{index}.pb").write_bytes(value.SerializeToString())
    facts = [case.facts() for case in cases]
    (folder / "cases.json").write_text(json.dumps(facts, indent=1) + "\n")
