"""The real data and models beside the checkout, as PyTorch sees them."""

import csv
import gzip
from pathlib import Path

import numpy
import torch

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def classifier(name):
    """The exported program `name`: pixels in [0, 1], NCHW, to logits."""
    return torch.export.load(SHARED / "models" / f"{name}.pt2").module()


def mnist(count):
    """The first `count` test images as bytes, N×1×28×28, and their labels."""
    folder = SHARED / "data" / "mnist"
    images = _bytes(folder / "t10k-images-idx3-ubyte.gz", skipping=16)
    labels = _bytes(folder / "t10k-labels-idx1-ubyte.gz", skipping=8)
    return images.reshape(-1, 1, 28, 28)[:count], labels[:count].long()


def cifar10(count):
    """The first `count` test images as bytes, N×3×32×32, and their labels."""
    path = SHARED / "data" / "cifar-10-batches-bin" / "test_batch_first_1000.bin"
    records = torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8).reshape(-1, 3073)
    return records[:count, 1:].reshape(-1, 3, 32, 32), records[:count, 0].long()


def photographs(side):
    """All photographs as bytes, N×3×side×side, and their classes.

    The shorter side is resized to `side` (Pillow's bilinear filter, which is antialiased), then
    the middle is cut out; sizes and offsets are rounded as torchvision does.
    """
    from PIL import Image

    folder = SHARED / "data" / "imagenet-samples"
    pictures, classes = [], []
    for row in csv.DictReader((folder / "labels.csv").open()):
        picture = Image.open(folder / row["file"]).convert("RGB")
        shorter = min(picture.size)
        width, height = (int(side * length / shorter) for length in picture.size)
        picture = picture.resize((width, height), Image.Resampling.BILINEAR)
        left, top = round((width - side) / 2), round((height - side) / 2)
        picture = picture.crop((left, top, left + side, top + side))
        pictures.append(torch.from_numpy(numpy.array(picture)).permute(2, 0, 1))
        classes.append(int(row["class"]))
    return torch.stack(pictures), torch.tensor(classes)


def unit(pictures):
    """Bytes as Float32 in [0, 1]."""
    return pictures.float() / 255


def _bytes(path, skipping):
    with gzip.open(path) as file:
        return torch.frombuffer(bytearray(file.read()[skipping:]), dtype=torch.uint8)
