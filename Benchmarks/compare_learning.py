"""Trains LeNet-5 on MNIST with us and with PyTorch, from the same weights, and compares accuracies.

    compare_learning.py [--epochs 2] [--pictures 60000] [--seeds 3]

For each seed PyTorch draws the weights and exports the network; both then learn as `train_peers.py
learn` describes, one after the other, each in an order of its own. Both show the same number of
batches. What is printed: every accuracy on the 10,000 test pictures with Wilson's 95 % interval, and
the mean difference with the 95 % interval that Student's distribution gives over the seeds.
Ends with 1 if that interval does not hold 0.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from torch.export import Dim, export, save
from train_peers import LeNet5

HERE = Path(__file__).resolve().parent
OURS = HERE / ".build" / "release" / "training-times"
# Student's 97.5 % quantile by degrees of freedom.
STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


def wilson(share, count):
    """Wilson's 95 % interval of a share."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return middle - reach, middle + reach


def exported(seed, folder):
    """A network with the weights that PyTorch draws for a seed, as a file."""
    torch.manual_seed(seed)
    path = Path(folder) / f"lenet5-{seed}.pt2"
    save(export(LeNet5().eval(), (torch.rand(2, 1, 28, 28),), dynamic_shapes=({0: Dim("batch")},)), path)
    return str(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--pictures", type=int, default=60_000)
    parser.add_argument("--seeds", type=int, default=3, help="from 2 to 10")
    options = parser.parse_args()
    if options.seeds - 1 not in STUDENT:
        parser.error("--seeds must be from 2 to 10")

    differences = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seeds):
            rest = [exported(seed, folder), str(options.epochs), str(options.pictures), str(seed)]
            answers = {}
            for name, command in {
                "ours": [str(OURS)], "PyTorch": [sys.executable, str(HERE / "train_peers.py")],
            }.items():
                output = subprocess.run(
                    [*command, "learn", *rest], stdout=subprocess.PIPE, text=True, check=True).stdout
                answers[name] = json.loads(output)
                accuracy, losses = answers[name]["accuracy"], answers[name]["losses"]
                low, high = wilson(accuracy, 10_000)
                print(
                    f"seed {seed}  {name:8} {accuracy:7.2%}  [{low:.2%}, {high:.2%}]  losses "
                    + " ".join(f"{loss:.4f}" for loss in losses)
                    + f"  {answers[name]['seconds']:.1f} s", flush=True)
            differences.append(answers["ours"]["accuracy"] - answers["PyTorch"]["accuracy"])
    mean = statistics.mean(differences)
    reach = STUDENT[len(differences) - 1] * statistics.stdev(differences) / math.sqrt(len(differences))
    print(f"ours − PyTorch: {mean:+.2%} ± {reach:.2%}")
    sys.exit(0 if abs(mean) <= reach else 1)


if __name__ == "__main__":
    main()
