"""FGSM (Goodfellow et al. 2015) in PyTorch: the numbers that the Swift attack must reproduce.

    compare_fgsm.py                     prints one JSON object a line
    compare_fgsm.py --record            writes them into fgsm.json as well
    compare_fgsm.py --check FOUND.json  compares another program's answers with PyTorch's

η = ε·sign(∇ₓJ) with sign(0) = 0, clipped to [0, 1]. With `"pixels": "8bit"` the result lies on the
grid {0, 1/255, …, 1} and within ε. A sample that is wrong before the attack counts as not robust.
FOUND.json holds objects with the same keys, as lines or as one list. Logits close to a tie may fall
either way, so one sample in 200 may differ, and one in any case.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

import samples

RECORD = Path(__file__).with_name("fgsm.json")
BATCH = 100

# Each model with its data and the sizes of perturbation.
CASES = [
    ("mnist-lenet5-standard", lambda: samples.mnist(1000), [0.25]),
    ("mnist-lenet5-robust", lambda: samples.mnist(1000), [0.25]),
    ("cifar10-resnet20", lambda: samples.cifar10(1000), [8 / 255]),
    ("imagenet-mobilenetv2", lambda: samples.photographs(224), [0.01, 0.1, 0.15]),
]


def direction(model, x, labels):
    """The sign of the gradient of the summed cross-entropy with respect to the pixels."""
    x = x.clone().requires_grad_()
    cross_entropy(model(x), labels, reduction="sum").backward()
    return x.grad.sign()


def perturbed(pictures, sign, epsilon, pixels):
    """`pictures`, as bytes, moved by ε along `sign`; Float32 in [0, 1]."""
    if pixels == "float":
        return (samples.unit(pictures) + epsilon * sign).clamp(0, 1)
    # The pictures are on the grid, so the farthest grid point within ε is a whole number of steps.
    steps = math.floor(epsilon * 255 + 1e-9)
    return samples.unit((pictures.float() + steps * sign).clamp(0, 255))


def measured(name, pictures, labels, epsilons):
    """A line of the record for every ε and kind of pixels."""
    model = samples.classifier(name)
    counts = {(e, p): 0 for e in epsilons for p in ("float", "8bit")}
    clean = 0
    for batch, truth in zip(pictures.split(BATCH), labels.split(BATCH)):
        sign = direction(model, samples.unit(batch), truth)
        with torch.no_grad():
            right = model(samples.unit(batch)).argmax(1) == truth
            clean += int(right.sum())
            for epsilon, pixels in counts:
                answers = model(perturbed(batch, sign, epsilon, pixels)).argmax(1)
                counts[epsilon, pixels] += int((right & (answers == truth)).sum())
    return [
        {
            "model": name, "epsilon": epsilon, "pixels": pixels, "n": len(labels),
            "clean_correct": clean, "robust_correct": robust,
        }
        for (epsilon, pixels), robust in counts.items()
    ]


def differences(expected, found):
    """Sentences about the lines of `found` that PyTorch does not agree with."""
    key = lambda line: (line["model"], round(line["epsilon"], 6), line["pixels"])
    expected = {key(line): line for line in expected}
    for line in found:
        reference = expected.get(key(line))
        if reference is None:
            yield f"{key(line)}: there is no reference for this."
            continue
        if line["n"] != reference["n"]:
            yield f"{key(line)}: {line['n']} samples, the reference has {reference['n']}."
        for count in ("clean_correct", "robust_correct"):
            if abs(line[count] - reference[count]) > max(1, reference["n"] / 200):
                yield f"{key(line)}: {count} is {line[count]}, PyTorch's is {reference[count]}."


def answers_in(path):
    """The objects in a file: one list, or one object a line."""
    text = Path(path).read_text().strip()
    if text.startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write the answers to fgsm.json")
    parser.add_argument("--check", metavar="FOUND.json", help="compare these answers with PyTorch's")
    options = parser.parse_args()
    if not samples.SHARED.is_dir():
        sys.exit(f"{samples.SHARED} is not there: the models and data belong beside the checkout.")

    answers = []
    for name, load, epsilons in CASES:
        for line in measured(name, *load(), epsilons):
            answers.append(line)
            print(json.dumps(line), flush=True)
    if options.record:
        RECORD.write_text("[\n" + ",\n".join(f"  {json.dumps(line)}" for line in answers) + "\n]\n")
    if options.check:
        found = list(differences(answers, answers_in(options.check)))
        sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main()
