"""Writes Tests/Fixtures/training/batch-norm: 50 steps of PyTorch on small networks with batch norm.

    make_batch_norm_reference.py

A network of two convolutions is exported as it starts, once in each mode, and then learns the
same batches twice, with SGD and with AdamW. answer.json holds every parameter, running statistic
and count of batches that it ends with, and its losses. The pictures are formulas, so that a test
can compute the same from nothing.

Networks that cannot be trained lie beside it: one whose batch norm has momentum=None, one whose
batch norm has no running statistics. with-dropout.pt2 drops out a quarter of its pixels.
"""

import io
import json
from pathlib import Path

import torch
from make_program_fixtures import rewritten
from torch import nn
from torch.export import Dim, export

STEPS, BATCH, CLASSES = 50, 8, 3
FOLDER = Path(__file__).resolve().parent.parent / "Fixtures" / "training" / "batch-norm"


class Network(nn.Module):
    """Convolutions with batch norm, the first with a bias, the second norm without scale and shift.

    The bias is frozen: behind it comes a batch norm, so its gradient is zero but for rounding, of
    which AdamW would make steps.
    """

    def __init__(self, **settings):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.conv1.bias.requires_grad_(False)
        self.bn1 = nn.BatchNorm2d(4, **settings)
        self.conv2 = nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(6, momentum=0.3, eps=1e-3, affine=False)
        self.head = nn.Linear(6 * 3 * 3, CLASSES)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.head(torch.relu(self.bn2(self.conv2(x))).flatten(1))


class Dropping(nn.Module):
    """A linear layer behind dropout."""

    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.25)
        self.head = nn.Linear(6 * 6, CLASSES)

    def forward(self, x):
        return self.head(self.dropout(x.flatten(1)))


def batch(step: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures [8, 1, 6, 6], a wave whose length tells the class, and their classes."""
    numbers = torch.arange(BATCH, dtype=torch.float64) + step * BATCH
    labels = (numbers % CLASSES).long()
    pixels = torch.arange(36, dtype=torch.float64)
    waves = torch.sin(numbers[:, None] + pixels * (1 + labels[:, None]))
    return (0.5 + 0.5 * waves).float().reshape(BATCH, 1, 6, 6), labels


def save(network: nn.Module, name: str, training: bool) -> None:
    program = export(
        network.train(training), (batch(0)[0],), dynamic_shapes=({0: Dim("batch")},))
    archive = io.BytesIO()
    torch.export.save(program, archive)
    (FOLDER / f"{name}.pt2").write_bytes(rewritten(archive.getvalue(), lambda name, text: text))


def run(start: dict, make) -> dict:
    """What the network that began at `start` is after all steps."""
    network = Network()
    network.load_state_dict(start)
    network.train()
    optimizer = make(network.parameters())
    losses = []
    for step in range(STEPS):
        images, labels = batch(step)
        loss = nn.functional.cross_entropy(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    network.eval()
    return {
        "losses": losses,
        "weights": {name: w.reshape(-1).tolist() for name, w in network.state_dict().items()},
        "logits": network(batch(0)[0]).reshape(-1).tolist(),
    }


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    network = Network()
    # As if it had learned before.
    with torch.no_grad():
        for step in range(3):
            network(batch(100 + step)[0])
    start = {name: w.clone() for name, w in network.state_dict().items()}
    for name, training in (("evaluation", False), ("training", True)):
        save(network, name, training)
        network.load_state_dict(start)  # the exporter may have run it
    answers = {
        "sgd": run(start, lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9)),
        "adamw": run(start, lambda w: torch.optim.AdamW(w, lr=0.005, weight_decay=0)),
    }
    (FOLDER / "answer.json").write_text(json.dumps(answers) + "\n")
    save(Network(momentum=None), "without-momentum", False)
    save(Network(track_running_stats=False), "without-statistics", False)
    save(Dropping(), "with-dropout", False)


if __name__ == "__main__":
    main()
