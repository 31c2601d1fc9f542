"""Trains the shipped model of traffic signs and exports it.

    python Tools/train-signs.py TRAINING TEST MODEL.pt2

TRAINING and TEST are folders of class folders of PNG pictures. Those of the shipped model are drawn
by

    adversary demo draw --output TRAINING --per-class 400 --seed 1
    adversary demo draw --output TEST --per-class 16 --seed 2014

Training is standard: no adversarial examples, no augmentation. What the model is worth under
attack is therefore what an undefended model is worth, and the script prints it.

Needs Python 3.10 or later with torch 2.13, numpy and Pillow.
"""

import json
import re
import sys
import time
import zipfile
from pathlib import Path

import numpy
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

SEED = 7
EPOCHS = 8
BATCH = 64
PEAK_RATE = 4e-3
BUDGET = 8 / 255
ALIGNMENT = 64


class SignNetwork(nn.Module):
    """Four blocks of strided convolution and batch norm. Pictures in [0, 1] in, logits out."""

    def __init__(self, class_count: int):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.40, 0.40, 0.38]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.24, 0.23, 0.24]).view(1, 3, 1, 1))
        widths = [3, 24, 32, 48, 64]
        self.blocks = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1, bias=False),
                    nn.BatchNorm2d(after),
                    nn.ReLU(),
                )
                for before, after in zip(widths, widths[1:])
            )
        )
        self.head = nn.Linear(widths[-1] * 4 * 4, class_count)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        features = self.blocks((pictures - self.mean) / self.deviation)
        return self.head(features.flatten(1))


def read(folder: Path) -> tuple[torch.Tensor, torch.Tensor, list[str]]:
    """The pictures, NCHW in [0, 1], their labels, and the names of the classes."""
    classes = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    pictures, labels = [], []
    for label, name in enumerate(classes):
        for file in sorted((folder / name).glob("*.png")):
            pictures.append(numpy.asarray(Image.open(file).convert("RGB")))
            labels.append(label)
    stacked = torch.from_numpy(numpy.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    return stacked.contiguous(), torch.tensor(labels), classes


def train(model: nn.Module, pictures: torch.Tensor, labels: torch.Tensor) -> None:
    steps = EPOCHS * (len(pictures) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps)
    for epoch in range(EPOCHS):
        model.train()
        total = 0.0
        order = torch.randperm(len(pictures))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            loss = functional.cross_entropy(model(pictures[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * BATCH
        print(f"epoch {epoch + 1:2} of {EPOCHS}: loss {total / len(order):.4f}", flush=True)


def one_step(model, pictures, labels, direction: int) -> torch.Tensor:
    """FGSM within BUDGET: +1 leaves the labels, -1 moves towards them."""
    pictures = pictures.clone().requires_grad_()
    loss = functional.cross_entropy(model(pictures), labels, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, pictures)
    return (pictures + direction * BUDGET * gradient.sign()).clamp(0, 1).detach()


def percentage(hits: torch.Tensor) -> str:
    return f"{int(hits.sum())} of {len(hits)}, {100 * hits.float().mean():.1f} %"


def measure(model, pictures, labels, classes) -> None:
    model.eval()
    clean = model(pictures).argmax(1)
    right = clean == labels
    print("accuracy:", percentage(right))

    fooled = model(one_step(model, pictures[right], labels[right], +1)).argmax(1)
    print("fooled by FGSM at 8/255, of those right before:", percentage(fooled != labels[right]))

    target = classes.index("speed-limit-80")
    stops = right & (labels == classes.index("stop"))
    towards = torch.full((int(stops.sum()),), target)
    reached = model(one_step(model, pictures[stops], towards, -1)).argmax(1)
    print("stop to speed limit 80 in one step:", percentage(reached == towards))
    print("stop to anything else in that step:", percentage(reached != labels[stops]))


def export(model: nn.Module, destination: Path) -> None:
    """Writes the model in evaluation mode, for any number of pictures."""
    sample = torch.zeros(2, 3, 64, 64)
    batch = torch.export.Dim("batch", min=1)
    program = torch.export.export(model.eval(), (sample,), dynamic_shapes=({0: batch},))
    # Kept as a pickle otherwise, and of no use to a reader.
    program._example_inputs = None
    torch.export.save(program, destination)
    strip(destination)


def strip(archive: Path) -> None:
    """Rewrites an exported program without what only its author's machine needs.

    The exporter stores stack traces with the paths of source files. Entries stay uncompressed, and
    their bytes start at multiples of ALIGNMENT as before.
    """
    with zipfile.ZipFile(archive) as old:
        entries = [(info.filename, old.read(info)) for info in old.infolist()]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as new:
        for name, content in entries:
            if name.endswith("/models/model.json"):
                content = without_traces(content)
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            header_end = new.fp.tell() + 30 + len(name.encode())
            # An extra field, as PyTorch's own writer uses: two bytes of name, two of length.
            padding = -(header_end + 4) % ALIGNMENT
            info.extra = b"FB" + padding.to_bytes(2, "little") + b"Z" * padding
            new.writestr(info, content)


def without_traces(content: bytes) -> bytes:
    program = json.loads(content)
    kept = {"torch_fn"}

    def clean(value):
        if isinstance(value, dict):
            if isinstance(value.get("metadata"), dict) and "target" in value:
                metadata = {key: text for key, text in value["metadata"].items() if key in kept}
                value = value | {"metadata": metadata}
            return {key: clean(item) for key, item in value.items()}
        if isinstance(value, list):
            return [clean(item) for item in value]
        return value

    return json.dumps(clean(program)).encode()


def check(model: nn.Module, archive: Path, pictures: torch.Tensor) -> None:
    """Stops unless the file gives the model's own logits, and has no path and no pickle."""
    again = torch.export.load(archive).module()
    for count in (1, 5):
        with torch.no_grad():
            assert torch.equal(again(pictures[:count]), model(pictures[:count])), "logits differ"
    with zipfile.ZipFile(archive) as entries:
        for info in entries.infolist():
            content = entries.read(info)
            is_text = info.filename.endswith(".json")
            assert "sample_inputs" not in info.filename or not content, "sample inputs"
            assert not (is_text and re.search(rb"\.py\b", content)), f"path in {info.filename}"


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    training, test, destination = map(Path, sys.argv[1:])
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)

    pictures, labels, classes = read(training)
    test_pictures, test_labels, test_classes = read(test)
    assert classes == test_classes, "the two folders have different classes"
    model = SignNetwork(len(classes))
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(pictures)} pictures")

    started = time.monotonic()
    train(model, pictures, labels)
    print(f"trained in {time.monotonic() - started:.0f} s")
    measure(model, test_pictures, test_labels, classes)
    export(model, destination)
    check(model, destination, test_pictures)
    print(f"{destination}: {destination.stat().st_size} bytes")


if __name__ == "__main__":
    main()
