"""Checks that a client that is not ours gets from `adversary serve` what PyTorch computes.

    check_interop.py ADVERSARY MODEL.pt2 PICTURES

PICTURES is a folder of class folders. The client is tritonclient. Scores must agree with a pass of
the exported program to 1e-4, and between JSON and binary form to the bit.
"""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException


class Server:
    """The command, on a free port, until it is interrupted."""

    def __init__(self, command, model, *options):
        self.process = subprocess.Popen(
            [command, "serve", model, "--port", "0", "--log-level", "error", *options],
            stdout=subprocess.PIPE, text=True)
        address = self.process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), f"no address: {address!r}"
        self.host = address.removeprefix("http://").split("/")[0]
        self.name = address.rsplit("/", 1)[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=60) == 0, "the server did not end well"


def tensor(array, datatype, binary):
    result = triton.InferInput("input", list(array.shape), datatype)
    result.set_data_from_numpy(array, binary_data=binary)
    return result


def refused(status, call):
    try:
        call()
    except InferenceServerException as error:
        assert error.status() == str(status), f"{error.status()}: {error}"
        return
    raise AssertionError(f"not refused with {status}")


def check_everything(server, program, files):
    client = triton.InferenceServerClient(server.host, concurrency=4)
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready(server.name) and client.is_model_ready(server.name, "1")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata(server.name)
    (declared,) = metadata["inputs"]
    assert declared["name"] == "input" and declared["datatype"] == "FP32", declared
    shape = declared["shape"][1:]
    outputs = {output["name"]: output for output in metadata["outputs"]}

    images = torch.rand(5, *shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        logits = program(images)
    assert outputs["scores"]["shape"] == [-1, logits.shape[1]], outputs
    print(f"metadata: {declared['datatype']} {declared['shape']} → {sorted(outputs)}")

    seen = []
    for binary in (False, True):
        for wants_binary in (False, True):
            wanted = [
                triton.InferRequestedOutput(name, binary_data=wants_binary)
                for name in ("scores", "probabilities", "label")]
            result = client.infer(
                server.name, [tensor(images.numpy(), "FP32", binary)], outputs=wanted,
                request_id="7", model_version="1")
            assert result.get_response()["id"] == "7"
            scores = result.as_numpy("scores")
            assert scores.dtype == np.float32
            error = np.abs(scores - logits.numpy()).max()
            assert error <= 1e-4, f"scores differ by {error}"
            softmax = torch.softmax(logits, 1).numpy()
            assert np.abs(result.as_numpy("probabilities") - softmax).max() <= 1e-4
            assert (result.as_numpy("label") == logits.argmax(1).numpy()).all()
            forms = ["JSON", "binary"]
            print(f"{forms[binary]} in, {forms[wants_binary]} out: scores differ by {error:.1e}")
            seen.append(scores)
    assert all((scores == seen[0]).all() for scores in seen), "the forms give different bits"

    # Without a list of outputs the client asks for all, in binary form.
    everything = client.infer(server.name, [tensor(images.numpy(), "FP32", True)])
    assert (everything.as_numpy("scores") == seen[0]).all()

    pictures = np.array([file.read_bytes() for file in files], dtype=np.object_)
    labels = client.infer(server.name, [tensor(pictures, "BYTES", True)]).as_numpy("label")
    folders = sorted({file.parent.name for file in files})
    right = sum(folders[label] == file.parent.name for label, file in zip(labels, files))
    print(f"PNG files: {right} of {len(files)} get the class of their folder")

    # Futures of one client run side by side and share passes.
    pending = [
        client.async_infer(server.name, [tensor(images[row : row + 1].numpy(), "FP32", True)])
        for row in range(len(images))]
    rows = np.concatenate([request.get_result().as_numpy("scores") for request in pending])
    assert np.abs(rows - seen[0]).max() <= 1e-4

    refused(400, lambda: client.infer(server.name, [tensor(2 + images.numpy(), "FP32", True)]))
    refused(404, lambda: client.get_model_metadata("other"))
    refused(415, lambda: client.infer(
        server.name, [tensor(images.numpy(), "FP32", True)],
        request_compression_algorithm="gzip"))
    client.close()


def check_labels_only(server, shape):
    client = triton.InferenceServerClient(server.host)
    images = np.zeros([2, *shape], dtype=np.float32)
    result = client.infer(server.name, [tensor(images, "FP32", True)])
    assert [output["name"] for output in result.get_response()["outputs"]] == ["label"]
    refused(400, lambda: client.infer(
        server.name, [tensor(images, "FP32", True)],
        outputs=[triton.InferRequestedOutput("scores")]))
    client.close()
    print("labels only: scores are refused")


def main():
    command, model, pictures = sys.argv[1:]
    program = torch.export.load(model).module()
    # Two of each class.
    files = [file for folder in sorted(Path(pictures).iterdir()) if folder.is_dir()
             for file in sorted(folder.iterdir())[:2]]
    with Server(command, model) as server:
        check_everything(server, program, files)
    with Server(command, model, "--labels-only") as server:
        check_labels_only(server, [3, 64, 64])


if __name__ == "__main__":
    main()
