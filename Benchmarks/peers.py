"""Times another library's attacks on CIFAR-10, when asked.

    printf 'fgsm 5\npgd 5\n' | peers.py foolbox eager resnet20

The contract, which our own `attack-times` keeps too: every line on standard input is an attack and
a number of runs, `fgsm 5`; the answer is one line of JSON on standard output:

    {"peer": "foolbox, eager", "attack": "fgsm", "seconds": [0.31, …], "robust_accuracy": 0.15,
     "median_l2": 1.6, "per_thousand": [1.2, …], "outside_per_thousand": [0.4, …]}

The last two are seconds for a thousand queries, in all and outside the model.

Every run attacks the first test images as one batch. On `resnet20` (128 images, L∞, ε = 8/255):
`fgsm` with one step, `pgd` with a random start and 20 steps of 2/255; without gradients `square` (50
queries) and `hopskipjump` (L2, one iteration, from the next picture of another class). On `cnn-a`, which was trained
to hold (200 images): `autoattack` in L∞ with ε = 2/255 and the reference parameters (APGD-CE and
APGD-T with 100 steps, FAB-T with 100, Square with 5,000 queries), `cw` (C&W, 5 constants of 200
steps from 1, none left early) and `deepfool` (50 steps) for the nearest L2 example. What a caller of the library would wait
for is timed: from the batch in memory to the adversarial batch. Robust accuracy is measured
afterwards, on the last run, and a sample that was wrong before the attack counts as not robust;
the median is that of the L2 distances of the samples that were fooled. Two threads, Float32 pixels,
no warm-up: whoever asks throws the first answer away.

Forms of the model: `program` is the exported file itself, `eager` the same weights in an ordinary
module, `channels-last` that module in the other memory format; the last two only of `resnet20`.
"""

import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Reference"))
import samples  # noqa: E402  (the folder above)
from resnet20 import ResNet20  # noqa: E402

# The model's file, how many images, and ε.
SUBJECTS = {"resnet20": ("cifar10-resnet20", 128, 8 / 255), "cnn-a": ("cifar10-cnn-a-adv2", 200, 2 / 255)}
STEP_SIZE, STEPS = 2 / 255, 20
CONSTANTS, FIRST_CONSTANT, CW_STEPS, DEEPFOOL_STEPS = 5, 1, 200, 50
SQUARE_QUERIES, HOPSKIPJUMP_STEPS = 50, 1


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


class Counted(torch.nn.Module):
    """A model, with how many pictures it was shown and for how long it looked at them."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.training = model.training
        self.queries, self.seconds = 0, 0.0

    def forward(self, x):
        start = time.perf_counter()
        result = self.model(x)
        self.seconds += time.perf_counter() - start
        self.queries += len(x)
        return result

    def train(self, mode=True):
        return self


def classifier(name, form):
    module = samples.classifier(name)
    if form == "program":
        model = Program(module)
    else:
        model = ResNet20(module.state_dict()).eval()
        if form == "channels-last":
            model = model.to(memory_format=torch.channels_last)
    # Only the pixels' gradient is wanted; a library that calls backward() would pay for the others.
    return model.requires_grad_(False)


def foolbox_attacks(model, epsilon):
    import foolbox

    target = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")

    def run(attack, epsilon=epsilon):
        return lambda x, labels: attack(target, x, labels, epsilons=epsilon)[1]

    def hopskipjump(x, labels):
        attack = foolbox.attacks.HopSkipJumpAttack(
            steps=HOPSKIPJUMP_STEPS, initial_gradient_eval_steps=50)
        return attack(target, x, labels, epsilons=None, starting_points=x[others(x, labels)])[1]

    def others(x, labels):
        """For each picture the next one that is taken for another class than its label: where it begins."""
        taken, count = target(x).argmax(-1), len(x)
        return [
            next(j for j in ((row + step) % count for step in range(1, count + 1))
                 if taken[j] != labels[row])
            for row in range(count)]

    return {
        "fgsm": run(foolbox.attacks.LinfFastGradientAttack()),
        "pgd": run(foolbox.attacks.LinfPGD(abs_stepsize=STEP_SIZE, steps=STEPS)),
        "cw": run(
            foolbox.attacks.L2CarliniWagnerAttack(
                binary_search_steps=CONSTANTS, steps=CW_STEPS, initial_const=FIRST_CONSTANT,
                abort_early=False),
            None),
        "deepfool": run(foolbox.attacks.L2DeepFoolAttack(steps=DEEPFOOL_STEPS), None),
        "hopskipjump": hopskipjump,
    }


def torchattacks_attacks(model, epsilon):
    import torchattacks

    def autoattack():
        # Its own AutoAttack takes 10 steps where the reference takes 100.
        limits = {"eps": epsilon, "norm": "Linf"}
        return torchattacks.MultiAttack([
            torchattacks.APGD(model, steps=100, loss="ce", **limits),
            torchattacks.APGDT(model, steps=100, n_classes=10, **limits),
            torchattacks.FAB(model, steps=100, multi_targeted=True, n_classes=10, **limits),
            torchattacks.Square(model, n_queries=5000, **limits),
        ])

    return {
        "fgsm": torchattacks.FGSM(model, eps=epsilon),
        "pgd": torchattacks.PGD(model, eps=epsilon, alpha=STEP_SIZE, steps=STEPS),
        "autoattack": autoattack(),
        "square": torchattacks.Square(
            model, norm="Linf", eps=epsilon, n_queries=SQUARE_QUERIES, resc_schedule=False),
    }


PEERS = {"foolbox": foolbox_attacks, "torchattacks": torchattacks_attacks}
FORMS = ("program", "eager", "channels-last")


def strength(model, x, perturbed, labels):
    """The share of samples that hold, and the median distance of those that were fooled."""
    with torch.no_grad():
        right, fooled = model(x).argmax(1) == labels, model(perturbed).argmax(1) != labels
    distances = (perturbed - x).flatten(1).norm(dim=1)[right & fooled]
    return {
        "robust_accuracy": (right & ~fooled).float().mean().item(),
        "median_l2": distances.median().item() if len(distances) else None,
    }


def main():
    if len(sys.argv) != 4 or any(
            argument not in known
            for argument, known in zip(sys.argv[1:], (PEERS, FORMS, SUBJECTS))):
        sys.exit(f"usage: peers.py {'|'.join(PEERS)} {'|'.join(FORMS)} {'|'.join(SUBJECTS)}")
    peer, form, subject = sys.argv[1:]
    name, count, epsilon = SUBJECTS[subject]
    torch.set_num_threads(2)
    pictures, labels = samples.cifar10(count)
    x = samples.unit(pictures)
    model = Counted(classifier(name, form))
    attacks = PEERS[peer](model, epsilon)
    if form == "channels-last":
        x = x.to(memory_format=torch.channels_last)

    for line in sys.stdin:
        attack, runs = line.split()
        seconds, whole, outside = [], [], []
        for _ in range(int(runs)):
            model.queries, model.seconds = 0, 0.0
            start = time.perf_counter()
            perturbed = attacks[attack](x, labels)
            elapsed = time.perf_counter() - start
            seconds.append(elapsed)
            whole.append(elapsed / model.queries * 1000)
            outside.append((elapsed - model.seconds) / model.queries * 1000)
        answer = {
            "peer": f"{peer}, {form}", "attack": attack, "seconds": seconds,
            **strength(model, x, perturbed, labels),
            "per_thousand": whole, "outside_per_thousand": outside,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
