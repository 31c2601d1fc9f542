"""Times another library's attacks on CIFAR-10 ResNet-20, when asked.

    printf 'fgsm 5\npgd 5\n' | peers.py foolbox eager

The contract, which our own `attack-times` keeps too: every line on standard input is an attack and
a number of runs, `fgsm 5`; the answer is one line of JSON on standard output:

    {"peer": "foolbox, eager", "attack": "fgsm", "seconds": [0.31, …], "robust_accuracy": 0.15}

Every run attacks the first 128 test images as one batch in L∞ with ε = 8/255: `fgsm` with one step,
`pgd` with a random start and 20 steps of 2/255. What a caller of the library would wait for is
timed: from the batch in memory to the adversarial batch. Robust accuracy is measured afterwards,
on the last run, and a sample that was wrong before the attack counts as not robust. Two threads,
Float32 pixels, no warm-up: whoever asks throws the first answer away.

Forms of the model: `program` is the exported file itself, `eager` the same weights in an ordinary
module, `channels-last` that module in the other memory format.
"""

import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Reference"))
import samples  # noqa: E402  (the folder above)
from resnet20 import ResNet20  # noqa: E402

MODEL = "cifar10-resnet20"
EPSILON, STEP_SIZE, STEPS = 8 / 255, 2 / 255, 20
BATCH = 128


class Program(torch.nn.Module):
    """An exported program as the module that the libraries expect: it has no other mode to enter."""

    def __init__(self, module):
        super().__init__()
        self.module = module
        self.training = False

    def forward(self, x):
        return self.module(x)

    def train(self, mode=True):
        return self


def classifier(form):
    module = samples.classifier(MODEL)
    if form == "program":
        model = Program(module)
    else:
        model = ResNet20(module.state_dict()).eval()
        if form == "channels-last":
            model = model.to(memory_format=torch.channels_last)
    # Only the pixels' gradient is wanted; a library that calls backward() would pay for the others.
    return model.requires_grad_(False)


def foolbox_attacks(model):
    import foolbox

    target = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")

    def run(attack):
        return lambda x, labels: attack(target, x, labels, epsilons=EPSILON)[1]

    return {
        "fgsm": run(foolbox.attacks.LinfFastGradientAttack()),
        "pgd": run(foolbox.attacks.LinfPGD(abs_stepsize=STEP_SIZE, steps=STEPS)),
    }


def torchattacks_attacks(model):
    import torchattacks

    return {
        "fgsm": torchattacks.FGSM(model, eps=EPSILON),
        "pgd": torchattacks.PGD(model, eps=EPSILON, alpha=STEP_SIZE, steps=STEPS),
    }


PEERS = {"foolbox": foolbox_attacks, "torchattacks": torchattacks_attacks}
FORMS = ("program", "eager", "channels-last")


def robust_accuracy(model, x, perturbed, labels):
    assert (perturbed - x).abs().max() <= EPSILON + 1e-6
    with torch.no_grad():
        right = (model(x).argmax(1) == labels) & (model(perturbed).argmax(1) == labels)
    return right.float().mean().item()


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in PEERS or sys.argv[2] not in FORMS:
        sys.exit(f"usage: peers.py {'|'.join(PEERS)} {'|'.join(FORMS)}")
    peer, form = sys.argv[1:]
    torch.set_num_threads(2)
    pictures, labels = samples.cifar10(BATCH)
    x = samples.unit(pictures)
    model = classifier(form)
    attacks = PEERS[peer](model)
    if form == "channels-last":
        x = x.to(memory_format=torch.channels_last)

    for line in sys.stdin:
        attack, runs = line.split()
        seconds = []
        for _ in range(int(runs)):
            start = time.perf_counter()
            perturbed = attacks[attack](x, labels)
            seconds.append(time.perf_counter() - start)
        answer = {
            "peer": f"{peer}, {form}", "attack": attack, "seconds": seconds,
            "robust_accuracy": robust_accuracy(model, x, perturbed, labels),
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
