"""Writes Tests/Fixtures/training/optimizers.json: 50 steps of PyTorch's optimizers and schedules.

    make_training_reference.py

The weights and gradients are formulas, so that a test can compute the same from nothing.
"""

import json
import math
from pathlib import Path

import torch

STEPS = 50
SHAPES = [[3, 4], [4], [2, 3, 2, 2]]


def starts() -> list[torch.Tensor]:
    """Weights: the sine of the number of the element, counted through all of them."""
    tensors, count = [], 0
    for shape in SHAPES:
        size = math.prod(shape)
        numbers = [math.sin(count + index) for index in range(size)]
        tensors.append(torch.tensor(numbers, dtype=torch.float32).reshape(shape))
        count += size
    tensors[2] = tensors[2].contiguous(memory_format=torch.channels_last)
    return tensors


def gradient(weight: torch.Tensor, step: int) -> torch.Tensor:
    """A tenth of the cosine of step + element, and 0.3 of the weight."""
    numbers = [0.1 * math.cos(step + index) for index in range(weight.numel())]
    return torch.tensor(numbers, dtype=torch.float32).reshape(weight.shape) + 0.3 * weight


def run(make, decay: float, rate: float) -> dict:
    """The weights after 1, 10 and 50 steps; tensors of one dimension do not decay."""
    weights = [torch.nn.Parameter(tensor) for tensor in starts()]
    groups = [
        {"params": [w for w in weights if w.dim() > 1], "weight_decay": decay},
        {"params": [w for w in weights if w.dim() <= 1], "weight_decay": 0},
    ]
    optimizer = make(groups, rate)
    after = {}
    for step in range(STEPS):
        for weight in weights:
            weight.grad = gradient(weight.detach(), step)
        optimizer.step()
        if step + 1 in (1, 10, STEPS):
            after[str(step + 1)] = [w.detach().reshape(-1).tolist() for w in weights]
    return after


def factors(make, **settings) -> list[float]:
    """The learning rate at each step, for a peak of 1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimizer, **settings)
    found = []
    for step in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < STEPS:
            schedule.step()
    return found


def clipped(limit: float) -> dict:
    """Gradients after PyTorch's clipping, and their length before."""
    weights = [torch.nn.Parameter(tensor) for tensor in starts()]
    for weight in weights:
        weight.grad = gradient(weight.detach(), 0)
    length = torch.nn.utils.clip_grad_norm_(weights, limit)
    return {
        "limit": limit, "length": length.item(),
        "gradients": [w.grad.reshape(-1).tolist() for w in weights],
    }


def averaged(decay: float) -> list[list[float]]:
    """An average of the weights that starts at them and follows 10 steps of SGD."""
    weights = [torch.nn.Parameter(tensor) for tensor in starts()]
    averages = [w.detach().clone() for w in weights]
    optimizer = torch.optim.SGD(weights, lr=0.1)
    update = torch.optim.swa_utils.get_ema_multi_avg_fn(decay)
    for step in range(10):
        for weight in weights:
            weight.grad = gradient(weight.detach(), step)
        optimizer.step()
        update(averages, [w.detach() for w in weights], step)
    return [average.reshape(-1).tolist() for average in averages]


def main() -> None:
    sgd, adamw, rates = torch.optim.SGD, torch.optim.AdamW, torch.optim.lr_scheduler
    reference = {
        "torch": torch.__version__.split("+")[0],
        "optimizers": {
            "sgd": run(lambda g, r: sgd(g, lr=r), 0, 0.1),
            "sgd-momentum": run(lambda g, r: sgd(g, lr=r, momentum=0.9), 0.01, 0.1),
            "sgd-nesterov": run(lambda g, r: sgd(g, lr=r, momentum=0.9, nesterov=True), 0.01, 0.1),
            "adamw": run(lambda g, r: adamw(g, lr=r), 0.01, 0.01),
            "adamw-betas": run(lambda g, r: adamw(g, lr=r, betas=(0.8, 0.95), eps=1e-6), 0.2, 0.03),
        },
        "schedules": {
            "constant": factors(rates.ConstantLR, factor=1.0),
            "steps": factors(rates.MultiStepLR, milestones=[25, 38], gamma=0.1),
            "cosine": factors(rates.CosineAnnealingLR, T_max=STEPS),
            "one-cycle": factors(
                rates.OneCycleLR, max_lr=1.0, total_steps=STEPS, cycle_momentum=False),
        },
        "clipping": [clipped(0.5), clipped(1000)],
        "average": {"decay": 0.8, "after 10 steps of SGD": averaged(0.8)},
    }
    path = Path(__file__).parent.parent / "Fixtures" / "training" / "optimizers.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(reference) + "\n")


if __name__ == "__main__":
    main()
