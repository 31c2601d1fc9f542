"""Checks that torch.export.load opens programs that Adversary wrote, and that they compute the same.

    check_written_programs.py FOLDER

Each folder in FOLDER holds input.f32, output.f32 and answer.json as make_program_fixtures.py writes
them, and one or more .pt2 files. Prints one line a file; the exit status is 1 if one is wrong.
"""

import json
import sys
from pathlib import Path

import numpy
import torch


def trains(exported: torch.export.ExportedProgram) -> bool:
    """Whether some batch norm uses the statistics of the batch."""
    norms = exported.graph.find_nodes(op="call_function", target=torch.ops.aten.batch_norm.default)
    return any(node.args[5] for node in norms)


def check(file: Path) -> str | None:
    """What is wrong with a file, or nothing."""
    answer = json.loads((file.parent / "answer.json").read_text())
    values = numpy.fromfile(file.parent / "input.f32", dtype="<f4").reshape(answer["input"])
    exported = torch.export.load(str(file))
    module = exported.module()
    with torch.no_grad():
        result = module(torch.from_numpy(values.copy()))
    results = list(result) if isinstance(result, (tuple, list)) else [result]
    # Numbers come out as numbers, and are recorded like tensors without dimensions.
    found = [torch.as_tensor(part) for part in results]
    shapes = [list(tensor.shape) for tensor in found]
    if shapes != answer["outputs"]:
        return f"shapes {shapes}, not {answer['outputs']}"
    if trains(exported):
        # It trains as it runs; the recorded answers are those of evaluation mode.
        finite = all(bool(tensor.isfinite().all()) for tensor in found)
        return None if finite else "its answers are not finite"
    numbers = numpy.concatenate([tensor.reshape(-1).float().numpy() for tensor in found])
    expected = numpy.fromfile(file.parent / "output.f32", dtype="<f4")
    if not numpy.allclose(numbers, expected, rtol=1e-5, atol=1e-5):
        return f"differs by {numpy.abs(numbers - expected).max()}"
    return None


def main(folder: str) -> int:
    torch.set_num_threads(1)
    files = sorted(Path(folder).glob("*/*.pt2"))
    if not files:
        print(f"{folder}: no programs")
        return 66
    worst = 0
    for file in files:
        try:
            complaint = check(file)
        except Exception as error:  # Whatever PyTorch has to say is what we want to know.
            complaint = f"{type(error).__name__}: {error}"
        print(f"{file.parent.name}/{file.name}: {complaint or 'the same'}")
        worst = worst or int(complaint is not None)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
