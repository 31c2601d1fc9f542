"""Checks that `adversary attack --oracle` fools a model behind a server that is not ours.

    check_mlserver.py ADVERSARY

scikit-learn's digits (8×8, part of the package) teach a small network; MLServer serves it on the
loopback interface, once telling what it takes and gives and once telling nothing. What the command
says of each picture is compared with what scikit-learn says of the files that it wrote.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from pathlib import Path

import joblib
import numpy as np
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

PICTURES, SEEDS, BUDGET, EPSILON = 6, 200, 1000, 0.3
LIMIT = 120  # seconds for the server to start, and for each attack


def trained(folder):
    """A network, and pictures that it has not seen: in [0, 1] with whole steps of 1/255."""
    digits = load_digits()
    pixels = np.round(digits.data / 16 * 255).astype(np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network = MLPClassifier((64,), max_iter=60, random_state=0)
        network.fit(pixels[200:] / 255, digits.target[200:])
    print(f"accuracy on 200 others: {network.score(pixels[:200] / 255, digits.target[:200]):.3f}")
    seeds = folder / "seeds"
    seeds.mkdir()
    for number in range(SEEDS):
        Image.fromarray(pixels[number].reshape(8, 8)).save(seeds / f"{number}.png")
    for number in range(PICTURES):
        place = folder / "pictures" / str(digits.target[number])
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[number].reshape(8, 8)).save(place / f"{number}.png")
    return network


class MLServer:
    """`mlserver start` on free ports, until it is ended."""

    def __init__(self, folder, network):
        ports = self.free_ports(3)
        settings = dict(zip(("http_port", "grpc_port", "metrics_port"), ports))
        self.write(folder / "settings.json", settings | {"host": "127.0.0.1", "parallel_workers": 0})
        tensors = {
            "inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 64]}],
            "outputs": [
                {"name": "predict", "datatype": "INT64", "shape": [-1, 1]},
                {"name": "predict_proba", "datatype": "FP64", "shape": [-1, 10]},
            ],
        }
        for name, declared in (("silent", {}), ("telling", tensors)):
            (folder / name).mkdir()
            joblib.dump(network, folder / name / "model.joblib")
            self.write(folder / name / "model-settings.json", declared | {
                "name": name, "implementation": "mlserver_sklearn.SKLearnModel",
                "parameters": {"uri": "./model.joblib"}})
        self.log = folder / "server.log"
        self.address = f"http://127.0.0.1:{ports[0]}/v2"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "mlserver"), "start", "."], cwd=folder, stdout=log,
                stderr=log)

    @staticmethod
    def free_ports(count):
        sockets = [socket.socket() for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        ports = [one.getsockname()[1] for one in sockets]
        for one in sockets:
            one.close()
        return ports

    @staticmethod
    def write(path, value):
        path.write_text(json.dumps(value))

    def __enter__(self):
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait(self):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.address}/health/ready", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        sys.exit(f"interop: MLServer did not start:\n{self.log.read_text()[-2000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def attack(adversary, folder, server, network, model, method, options):
    """One attack, and everything that it says compared with scikit-learn."""
    output = folder / f"{model}-{method}"
    command = [
        adversary, "attack", "--data", str(folder / "pictures"), "--oracle",
        f"{server.address}/models/{model}", "--shape", "1x8x8", "--method", method, "--epsilon",
        str(EPSILON), "--budget", str(BUDGET), "--journal", f"{output}.sqlite", "--json", "-o",
        str(output), "--replace", *options]
    runs = []
    for _ in range(2):
        start = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, f"{method} on {model}: {done.stderr}"
        runs.append((json.loads(done.stdout), time.monotonic() - start))
    (results, seconds), (again, _) = runs
    # Everything is in the journal now.
    assert again == results, f"the same command finds something else: {results} {again}"
    assert 0 < results["queries"] <= BUDGET, results["queries"]

    def predicted(kind, name):
        pixels = np.asarray(Image.open(output / kind / f"{name}.png").convert("L"), dtype=np.float64)
        return pixels, int(network.predict(pixels.reshape(1, 64) / 255)[0])

    fooled = 0
    for sample in results["samples"]:
        if sample["outcome"] == "initiallyWrong":
            continue
        original, before = predicted("original", sample["name"])
        assert before == sample["clean"] == sample["label"], sample
        if sample["outcome"] != "newlyWrong":
            continue
        fooled += 1
        changed, after = predicted("adversarial", sample["name"])
        assert after == sample["adversarial"] != sample["label"], sample
        assert np.abs(changed - original).max() <= EPSILON * 255 + 1e-6, sample
    assert fooled > 0, f"{method} on {model} fools nothing: {results['samples']}"
    print(f"MLServer, {model} model, {method}: {fooled} of {len(results['samples'])} fooled with "
          f"{results['queries']} queries in {seconds:.1f} s", flush=True)


def extract(adversary, folder, server, network, model, options):
    """A substitute from labels alone, and everything that fools the service compared with scikit-learn."""
    output = folder / f"{model}-substitute"
    command = [
        adversary, "substitute", "--oracle", f"{server.address}/models/{model}", "--shape", "1x8x8",
        "--budget", str(BUDGET), "--seeds", str(folder / "seeds"), "--seed-count", "80",
        "--held-out", "40", "--sample", "60", "--substitute", "mlp-64", "--epsilon", str(EPSILON),
        "--attacks", "fgsm", "random-sign", "--threads", "1", "--json", "-o", str(output), *options]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, f"substitute of {model}: {done.stderr}"
    seconds = time.monotonic() - start
    results = json.loads(done.stdout)
    again = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert json.loads(again.stdout)["queries"] == results["queries"] <= BUDGET

    def predicted(file):
        pixels = np.asarray(Image.open(file).convert("L"), dtype=np.float64)
        return pixels, int(network.predict(pixels.reshape(1, 64) / 255)[0])

    for number, transfer in enumerate(results["transfers"], start=1):
        files = sorted((output / "fooled" / str(number) / "adversarial").glob("*.png"))
        # Pictures without labels: the service's own answers about them are the truth.
        assert len(files) == transfer["fooled"]["count"], transfer
        for file in files:
            original, before = predicted(output / "fooled" / str(number) / "original" / file.name)
            changed, after = predicted(file)
            assert before != after, file
            assert np.abs(changed - original).max() <= EPSILON * 255 + 1e-6, file
    fooled, noise = (transfer["fooled"]["value"] for transfer in results["transfers"])
    assert fooled > noise, results["transfers"]
    agreement = results["rounds"][-1]["agreement"]["value"]
    print(f"MLServer, {model} model, substitute: agrees on {agreement:.0%}, FGSM fools {fooled:.0%}, "
          f"random signs {noise:.0%}, with {results['queries']} queries in {seconds:.1f} s", flush=True)


def main():
    (adversary,) = sys.argv[1:]
    adversary = os.path.abspath(adversary)
    labels = ["--service-output", "predict"]
    silent = ["--layout", "flat", "--class-count", "10"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = trained(folder)
        with MLServer(folder, network) as server:
            common = (adversary, folder, server, network)
            attack(*common, "telling", "square", [])
            attack(*common, "telling", "rays", ["--labels-only", "--class-count", "10"])
            attack(*common, "telling", "hopskipjump", [*labels, "--class-count", "10"])
            attack(*common, "silent", "rays", [*labels, *silent])
            attack(*common, "silent", "square", [
                "--service-output", "predict_proba", "--scores", "probabilities", *silent])
            extract(*common, "telling", ["--labels-only", "--class-count", "10"])
            extract(*common, "silent", [*labels, *silent])


if __name__ == "__main__":
    main()
