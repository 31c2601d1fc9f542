"""Runs the ONNX project's own node tests against the lowering of ONNX models.

    onnx_conformance.py TOOL [--only PATTERN] [--folder FOLDER]

TOOL is the product `onnx-conformance`. Each case of the onnx package is written into a folder, with
all inputs but the first one bound to the test's data (`node_cases.py` says how and why). Then

    TOOL --operators        prints the operators that the lowering knows, one `domain::Operator` a line
    TOOL FOLDER             runs every case of FOLDER that has no result.json, in the order of names

`model.onnx` comes first, and `bound.onnx` where the lowering says that a value must be known when a
model is loaded, or where there is no `model.onnx`. For each case the tool leaves, last of all,

    CASE/result.json        {"status": "ok" | "unsupported" | "failed", "variant": "one-input" | "bound",
                             "operator": "…", "reason": "…",
                             "outputs": [{"dtype": "float32", "shape": [2, 3]}]}
    CASE/results/0.bin …    the outputs: raw, little-endian, row by row

`outputs` is there when the status is ok, `operator` and `reason` when it is not. Types have the names
of numpy and ml_dtypes (`bool` is a byte of 0 or 1). Integers of 2 and 4 bits arrive as int8 or uint8,
float4_e2m1fn as float32. A tool that dies is started again after the case that it died of.

Values are compared as the onnx package does: to the tolerances of the case, NaN equal to NaN, type and
shape the same. A case counts if all operators in its model are among those that the lowering knows.
At least 95 % of these must pass, and what fails must be in known-failures.txt with its reason, and
nothing else. Cases that train, answer at random, or take strings, sequences or optional values are left
out, which the table says. The exit status is 1 if something is not so.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import ml_dtypes
import numpy as np
from onnx import TensorProto, numpy_helper

from node_cases import NodeCase, collect, write

KNOWN_FAILURES = Path(__file__).parent / "known-failures.txt"
LEAST_SHARE = 0.95
MOST_DEATHS = 20
# How types that no engine holds arrive.
CARRIED = {
    "int2": "int8", "int4": "int8", "uint2": "uint8", "uint4": "uint8", "float4_e2m1fn": "float32",
}
# numpy cannot compare these with tolerances.
NARROW = re.compile(r"bfloat16|float[468]_")


@dataclass
class Verdict:
    """What came of a case: `passed`, `failed`, `unsupported` or `left out`, and why."""

    kind: str
    reason: str = ""
    variant: str = ""


def dtype(name: str) -> np.dtype:
    return np.dtype(getattr(ml_dtypes, name) if hasattr(ml_dtypes, name) else name)


def difference(found: np.ndarray, expected: np.ndarray, case: NodeCase) -> str | None:
    """What is wrong with the numbers of an output, or nothing."""
    rtol, name = case.rtol, expected.dtype.name
    if NARROW.match(name) or name in CARRIED:
        # Two units in the last place, as the onnx package has it.
        rtol = max(rtol, 2**-6) if name == "bfloat16" else rtol
        found, expected = found.astype(np.float32), expected.astype(np.float32)
    if found.dtype == bool:
        right = found == expected
    else:
        with np.errstate(all="ignore"):
            right = np.isclose(found, expected, rtol=rtol, atol=case.atol, equal_nan=True)
    if right.all():
        return None
    first = np.argwhere(~right)[0] if right.ndim else ()
    place = tuple(first)
    return (f"{(~right).sum()} of {right.size} numbers differ, at {[int(i) for i in first]} "
            f"{found[place]} instead of {expected[place]}")


def judge_output(place: Path, index: int, about: dict, wanted: TensorProto, case: NodeCase) -> str | None:
    """What is wrong with one output, or nothing."""
    expected = numpy_helper.to_array(wanted)
    carried = CARRIED.get(expected.dtype.name, expected.dtype.name)
    shape = list(expected.shape)
    if about["dtype"] != carried:
        return f"output {index} is {about['dtype']}, not {carried}"
    if about["shape"] != shape:
        return f"output {index} has the shape {about['shape']}, not {shape}"
    content = (place / "results" / f"{index}.bin").read_bytes()
    size = expected.size * dtype(carried).itemsize
    if len(content) != size:
        return f"output {index} has {len(content)} bytes, not {size}"
    complaint = difference(np.frombuffer(content, dtype(carried)).reshape(shape), expected, case)
    return complaint and f"output {index}: {complaint}"


def judge(case: NodeCase, folder: Path, known: set[str]) -> Verdict:
    """Compares what the tool left for a case with what it must be."""
    if case.left_out:
        return Verdict("left out", case.left_out)
    missing = [operator for operator in case.operators if operator not in known]
    result = json.loads((folder / case.name / "result.json").read_text())
    variant = result.get("variant", "")
    if missing:
        return Verdict("unsupported", "no " + ", ".join(missing))
    if result["status"] != "ok":
        return Verdict("failed", f"{result['status']}: {result['reason']}", variant)
    outputs = result["outputs"]
    if len(outputs) != len(case.expected):
        return Verdict("failed", f"{len(outputs)} outputs, not {len(case.expected)}", variant)
    for index, (about, wanted) in enumerate(zip(outputs, case.expected)):
        complaint = judge_output(folder / case.name, index, about, wanted, case)
        if complaint:
            return Verdict("failed", complaint, variant)
    return Verdict("passed", variant=variant)


def run(tool: str, folder: Path, cases: list[NodeCase]) -> None:
    """Lets the tool run all cases, whatever it dies of on the way."""
    waiting = sorted(case.name for case in cases if not case.left_out)
    for _ in range(MOST_DEATHS):
        status = subprocess.run([tool, str(folder)]).returncode
        waiting = [name for name in waiting if not (folder / name / "result.json").exists()]
        if not waiting:
            return
        ended = f"signal {-status}" if status < 0 else f"status {status}"
        died = f"the tool ended with {ended} and no result"
        result = {"status": "failed", "operator": "", "reason": died}
        (folder / waiting[0] / "result.json").write_text(json.dumps(result))
        print(f"{waiting[0]}: {died}", file=sys.stderr)
    sys.exit(f"The tool died {MOST_DEATHS} times: something is wrong with it as a whole.")


def known_failures() -> dict[str, str]:
    """The list of failures that are known: a name, and after it the reason."""
    lines = KNOWN_FAILURES.read_text().splitlines()
    entries = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    for entry in entries:
        if len(entry) != 2:
            sys.exit(f"{KNOWN_FAILURES.name}: '{entry[0]}' has no reason")
    return {name: reason.strip() for name, reason in entries}


def table(cases: list[NodeCase], verdicts: dict[str, Verdict]) -> str:
    """How many cases of each operator passed, failed, are unsupported or left out."""
    columns = ("passed", "failed", "unsupported", "left out")
    rows: dict[str, Counter] = defaultdict(Counter)
    for case in cases:
        rows[case.operator][verdicts[case.name].kind] += 1
        rows["all"][verdicts[case.name].kind] += 1
    total = rows.pop("all")
    lines = [f"{'operator':44}" + "".join(f"{column:>13}" for column in columns)]
    for name, row in [*sorted(rows.items()), ("all", total)]:
        lines.append(f"{name:44}" + "".join(f"{row[column] or '':>13}" for column in columns))
    return "\n".join(lines)


def report(cases: list[NodeCase], verdicts: dict[str, Verdict]) -> bool:
    """Prints the table and what is wrong; whether all is as it must be."""
    print(table(cases, verdicts))
    kinds = Counter(verdict.kind for verdict in verdicts.values())
    variants = Counter(verdict.variant for verdict in verdicts.values() if verdict.kind == "passed")
    for reason, count in Counter(v.reason for v in verdicts.values() if v.kind == "left out").items():
        print(f"left out {count}: {reason}")
    counted = kinds["passed"] + kinds["failed"]
    share = kinds["passed"] / counted if counted else 0.0
    print(f"\n{kinds['passed']} of {counted} inference cases for supported operators pass: {share:.1%} "
          f"(with one input {variants['one-input']}, with everything bound {variants['bound']})")

    listed = known_failures()
    failed = {name: v.reason for name, v in verdicts.items() if v.kind == "failed"}
    new = {name: reason for name, reason in failed.items() if name not in listed}
    names = set(verdicts)
    stale = [name for name in listed if name in names and name not in failed]
    for name, reason in new.items():
        print(f"not in {KNOWN_FAILURES.name}: {name}  {reason}")
    for name in stale:
        print(f"in {KNOWN_FAILURES.name}, but {verdicts[name].kind}: {name}")
    return not new and not stale and share >= LEAST_SHARE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool", metavar="TOOL", help="the product onnx-conformance")
    parser.add_argument("--only", metavar="PATTERN", help="cases whose name or operator has this expression")
    parser.add_argument("--folder", type=Path, help="where cases and results are kept; it must not exist")
    options = parser.parse_args()

    printed = subprocess.run([options.tool, "--operators"], check=True, stdout=subprocess.PIPE, text=True)
    known = set(printed.stdout.split())
    cases = collect()
    unknown = set(known_failures()) - {case.name for case in cases}
    if unknown:
        sys.exit(f"{KNOWN_FAILURES.name} names cases that the onnx package has not: {sorted(unknown)}")
    if options.only:
        pattern = re.compile(options.only)
        cases = [case for case in cases if pattern.search(case.name) or pattern.search(case.operator)]
    if not cases:
        sys.exit(f"no case has '{options.only}' in its name or operator")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "cases"
        if folder.exists():
            sys.exit(f"{folder} is there already: delete it, or name another.")
        write(cases, folder)
        run(options.tool, folder, cases)
        verdicts = {case.name: judge(case, folder, known) for case in cases}
    sys.exit(0 if report(cases, verdicts) else 1)


if __name__ == "__main__":
    main()
