"""Compares AutoAttack with the official implementation's recorded answers, sample by sample.

For every configuration in ../shared/golden/autoattack.json the command is run as people run it, on
real-valued pixels; then each attack alone, as the record has it. Per attack the sets of robust samples
may differ on 2 % of the samples, and the ensemble may leave at most one sample more standing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
COMMAND = ROOT / ".build" / "release" / "adversary"
DATA = {"cifar10": "cifar-10-batches-bin", "mnist": "mnist", "fashion": "fashion-mnist"}
LARGEST_SHARE = 0.02


def robust_sets(configuration, attacks, folder):
    """For each attack of a run whether each sample is robust, and the seconds it took."""
    model = configuration["model"]
    command = [
        str(COMMAND), "evaluate", str(SHARED / "models" / f"{model}.pt2"),
        "--data", str(SHARED / "data" / DATA[model.split("-")[0]]),
        "--first", str(configuration["n"]), "--norm", configuration["norm"].lower(),
        "--epsilon", repr(configuration["eps"]), "--pixels", "float", "--no-sanity",
        "--batch-size", str(configuration["n"]), "--attacks", *attacks, "-o", folder,
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    results = json.loads((Path(folder) / "results.json").read_text())
    fooled = [{d["attack"] for d in sample["defeats"]} for sample in results["samples"]]
    right = [s["clean"]["classIndex"] == s["label"] for s in results["samples"]]
    sets = [
        [ok and index not in defeats for ok, defeats in zip(right, fooled)]
        for index in range(len(results["attacks"]))
    ]
    worst = [ok and not defeats for ok, defeats in zip(right, fooled)]
    return sets, worst, [attack["seconds"] for attack in results["attacks"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="configurations whose model has this in its name")
    parser.add_argument("--ensemble-only", action="store_true", help="leave out single attacks")
    options = parser.parse_args()
    record = SHARED / "golden" / "autoattack.json"
    if not record.exists():
        sys.exit(f"{record} is not there: the models, data and answers belong beside the checkout.")
    failed = False
    for golden in json.loads(record.read_text())["results"]:
        if options.only and options.only not in golden["model"]:
            continue
        print(f"\n{golden['model']}, {golden['norm']}, ε = {golden['eps']:.5f}, n = {golden['n']}")
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            _, worst, _ = robust_sets(golden, ["autoattack"], folder)
            seconds = time.perf_counter() - start
        theirs = sum(golden["robust_standard"])
        differ = sum(a != b for a, b in zip(worst, golden["robust_standard"]))
        fine = sum(worst) <= theirs + 1
        failed |= not fine
        print(
            f"  {'standard':10} ours {sum(worst):4} theirs {theirs:4} differ {differ:3}"
            f"  {seconds:7.1f} s, recorded {golden['seconds_standard']:6.1f} s"
            f"{'' if fine else '  WEAKER'}")
        if options.ensemble_only:
            continue
        names = list(golden["attacks"])
        with tempfile.TemporaryDirectory() as folder:
            sets, _, times = robust_sets(golden, names, folder)
        for name, ours, seconds in zip(names, sets, times):
            answer = golden["attacks"][name]
            differ = sum(a != b for a, b in zip(ours, answer["robust"]))
            fine = differ <= LARGEST_SHARE * golden["n"]
            failed |= not fine
            print(
                f"  {name:10} ours {sum(ours):4} theirs {sum(answer['robust']):4} differ {differ:3}"
                f"  {seconds:7.1f} s, recorded {answer['seconds']:6.1f} s"
                f"{'' if fine else '  DIFFERS'}")
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
