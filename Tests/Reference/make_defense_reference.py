"""Writes Tests/Fixtures/training/defenses.json: losses and steps of training methods in PyTorch.

    make_defense_reference.py

The model is a softmax regression of 3 classes on pictures of 3 x 2 x 2. Its weights and the pictures
are formulas, so that a test can compute the same from nothing.
"""

import json
import math
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

COUNT, CLASSES, SIZE = 6, 3, 12
RATE, EPSILON = 0.5, 0.05


def tensor(numbers: list[float], *shape: int) -> torch.Tensor:
    return torch.tensor(numbers, dtype=torch.float64).reshape(shape)


def weights() -> tuple[torch.Tensor, torch.Tensor]:
    weight = tensor([0.5 * math.sin(i) for i in range(CLASSES * SIZE)], CLASSES, SIZE)
    return weight.requires_grad_(), tensor([0.1 * k for k in range(CLASSES)], CLASSES).requires_grad_()


def pictures(shift: float = 0) -> torch.Tensor:
    numbers = [0.5 + 0.3 * math.sin(1.3 * i + shift) for i in range(COUNT * SIZE)]
    return tensor(numbers, COUNT, SIZE)


def changed() -> torch.Tensor:
    return pictures() + tensor([0.1 * math.cos(0.7 * i) for i in range(COUNT * SIZE)], COUNT, SIZE)


LABELS = torch.tensor([i % CLASSES for i in range(COUNT)])


def logits(model, images: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.linear(images, *model)


def divergences(clean: torch.Tensor, adversarial: torch.Tensor) -> torch.Tensor:
    """KL(p(x) || p(x~)) of each picture."""
    return kl_div(log_softmax(adversarial, 1), softmax(clean, 1), reduction="none").sum(1)


def trades(model, beta: float) -> torch.Tensor:
    clean, adversarial = logits(model, pictures()), logits(model, changed())
    return cross_entropy(clean, LABELS) + beta * divergences(clean, adversarial).mean()


def mart(model, weight: float) -> torch.Tensor:
    """The paper's formula as it stands, without the constants that keep logarithms finite."""
    clean, adversarial = logits(model, pictures()), logits(model, changed())
    p, p_adversarial = softmax(clean, 1), softmax(adversarial, 1)
    rows = torch.arange(COUNT)
    others = p_adversarial.clone()
    others[rows, LABELS] = -1
    boosted = -p_adversarial[rows, LABELS].log() - (1 - others.max(1).values).log()
    return (boosted + weight * divergences(clean, adversarial) * (1 - p[rows, LABELS])).mean()


def kurakin(model, replaced: int, weight: float) -> torch.Tensor:
    """The first pictures are adversarial."""
    shown = torch.cat([changed()[:replaced], pictures()[replaced:]])
    losses = cross_entropy(logits(model, shown), LABELS, reduction="none")
    total = losses[replaced:].sum() + weight * losses[:replaced].sum()
    return total / (COUNT - replaced + weight * replaced)


def loss_and_gradients(function, *settings) -> dict:
    model = weights()
    loss = function(model, *settings)
    gradients = torch.autograd.grad(loss, model)
    return {"loss": loss.item(), "gradients": [g.reshape(-1).tolist() for g in gradients]}


def perturbed_step(gamma: float) -> dict:
    """AWP: a proxy takes a step uphill, whose difference is scaled to the length of the weights."""
    model = weights()
    proxy = weights()
    optimizer = torch.optim.SGD(proxy, lr=0.01)
    (-cross_entropy(logits(proxy, changed()), LABELS)).backward()
    optimizer.step()
    with torch.no_grad():
        difference = proxy[0] - model[0]
        difference = gamma * model[0].norm() / difference.norm() * difference
        model[0].add_(difference)
    cross_entropy(logits(model, changed()), LABELS).backward()
    with torch.no_grad():
        model[0].sub_(difference)
    torch.optim.SGD(model, lr=RATE).step()
    return {"weights": [w.detach().reshape(-1).tolist() for w in model]}


def free(replays: int) -> dict:
    """Two batches, one perturbation that goes on from the first to the second."""
    model = weights()
    optimizer = torch.optim.SGD(model, lr=RATE)
    change = torch.zeros(COUNT, SIZE, dtype=torch.float64)
    for images in (pictures(), pictures(0.4)):
        for _ in range(replays):
            noise = change.clone().requires_grad_()
            loss = cross_entropy(logits(model, images + noise), LABELS)
            optimizer.zero_grad()
            loss.backward()
            change = (change + EPSILON * noise.grad.sign()).clamp(-EPSILON, EPSILON)
            optimizer.step()
    return {
        "weights": [w.detach().reshape(-1).tolist() for w in model],
        "change": change.reshape(-1).tolist(),
    }


def main() -> None:
    reference = {
        "torch": torch.__version__.split("+")[0],
        "trades beta=6": loss_and_gradients(trades, 6),
        "mart lambda=5": loss_and_gradients(mart, 5),
        "kurakin 3 of 6, lambda=0.3": loss_and_gradients(kurakin, 3, 0.3),
        "awp gamma=0.1": perturbed_step(0.1),
        "free replays=3": free(3),
    }
    path = Path(__file__).parent.parent / "Fixtures" / "training" / "defenses.json"
    path.write_text(json.dumps(reference) + "\n")


if __name__ == "__main__":
    main()
