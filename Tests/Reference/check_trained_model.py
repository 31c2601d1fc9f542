"""Checks that PyTorch opens a model that Adversary trained and computes the same.

    check_trained_model.py MODEL.pt2 WEIGHTS.safetensors ANSWER.safetensors

ANSWER holds `images` and the `logits` that Adversary computed. The logits must agree to 1e-5, and
WEIGHTS must hold the Float32 weights of MODEL.
"""

import json
import struct
import sys

import torch


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        numbers = file.read()
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(
            bytearray(numbers[slice(*entry["data_offsets"])]), dtype=torch.float32
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


def main():
    model, weights, answer = sys.argv[1:]
    program, weights, answer = torch.export.load(model), read(weights), read(answer)
    with torch.no_grad():
        logits = program.module()(answer["images"])
    error = (logits - answer["logits"]).abs().max().item()
    assert error <= 1e-5, f"logits differ by {error}"
    state = {name: value for name, value in program.state_dict.items() if value.dtype == torch.float32}
    assert state.keys() == weights.keys(), f"{state.keys() ^ weights.keys()}"
    for name, value in state.items():
        assert torch.equal(value.detach(), weights[name]), name
    print(f"logits differ by {error:.1e}")


if __name__ == "__main__":
    main()
