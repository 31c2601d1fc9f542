"""Runs our attacks and training and the peers' in turn and prints how many times as long the peers take.

Neighbours on the machine disturb every timing, so each round asks everyone once, one after the
other, and a ratio compares two timings of the same round. What is printed is the median over the
rounds, with the quartiles.
"""

import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "Reference"))
import samples  # noqa: E402  (the folder above)

PEERS = ROOT / "Benchmarks" / "peers.py"
TRAINERS = ROOT / "Benchmarks" / "train_peers.py"
OUR_TRAINING = ROOT / "Benchmarks" / ".build" / "release" / "training-times"
OURS = ROOT / "Benchmarks" / ".build" / "release" / "attack-times"
COMMAND = ROOT / ".build" / "release" / "adversary"
MODEL = samples.SHARED / "models" / "cifar10-resnet20.pt2"
PARTS = ["resnet20", "cnn-a", "queries", "services", "onnx", "training", "start-up"]


class Contestant:
    """A process that answers `fgsm 1` as `peers.py` describes."""

    @classmethod
    def ours(cls, subject, *modes):
        return cls(", ".join(["adversary", *(mode.replace("-", " ") for mode in modes)]),
                   [str(OURS), subject, *modes])

    @classmethod
    def peer(cls, peer, form, subject):
        return cls(f"{peer}, {form}", [sys.executable, str(PEERS), peer, form, subject])

    @classmethod
    def our_training(cls, subject):
        return cls("adversary", [str(OUR_TRAINING), subject])

    @classmethod
    def training_peer(cls, form, subject):
        return cls(f"PyTorch, {form}", [sys.executable, str(TRAINERS), form, subject])

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, attack):
        """One timed run, as the answer's object."""
        self.process.stdin.write(f"{attack} 1\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended without an answer to '{attack} 1'.")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def time_attacks(contestants, attack, rounds, record, measure="seconds"):
    """Seconds of every contestant, a list of rounds each; by the clock, or of the processor."""
    seconds = {contestant.name: [] for contestant in contestants}
    for contestant in contestants:
        contestant.run(attack)
    for round in range(rounds):
        print(f"{attack}: round {round + 1} of {rounds}", file=sys.stderr)
        for contestant in contestants:
            answer = contestant.run(attack)
            record(answer)
            seconds[contestant.name].append(answer[measure][0])
    return seconds


def time_process(command, output):
    """Seconds from start to end of a process that writes `output`, and its peak memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = status
    if status != 0 or not Path(output).exists():
        sys.exit(f"This did not write {output}: {' '.join(command)}")
    return seconds, usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def time_start_up(rounds, record):
    """Seconds and MiB of `start_up.py` and of our command, a list of rounds each."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        picture, theirs, ours = f"{folder}/picture.png", f"{folder}/theirs.png", f"{folder}/ours"
        pixels = samples.cifar10(1)[0][0].permute(1, 2, 0).numpy()
        Image.fromarray(pixels).save(picture)
        script = str(ROOT / "Benchmarks" / "start_up.py")
        processes = {
            "python": ([sys.executable, script, str(MODEL), picture, theirs], theirs),
            "adversary": (
                [str(COMMAND), "attack", str(MODEL), picture, "--epsilon", "8/255", "-o", ours,
                 "--replace"],
                ours),
        }
        seconds = {name: [] for name in processes}
        memory = {name: [] for name in processes}
        for process in processes.values():
            time_process(*process)  # Fills the file cache.
        for _ in range(rounds):
            for name, process in processes.items():
                elapsed, peak = time_process(*process)
                seconds[name].append(elapsed)
                memory[name].append(peak)
                record(
                    {"peer": name, "attack": "start-up", "seconds": [elapsed],
                     "peak_memory_mib": peak})
    return seconds, memory


def print_table(title, seconds):
    """One line for each contestant: its median and how many times each of ours that is."""
    ours = [name for name in seconds if name.startswith("adversary")]
    print(f"\n{title}\n{'':30}{'seconds':>10}" + "".join(f"{'times ' + name:>36}" for name in ours))
    for name, theirs in seconds.items():
        line = f"{name:30}{statistics.median(theirs):10.3f}"
        for our in ours if name not in ours else []:
            ratios = [their / mine for their, mine in zip(theirs, seconds[our])]
            low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
            quartiles = f"({low:.2f} to {high:.2f})"
            line += f"{middle:19.2f} {quartiles:>16}"
        print(line, flush=True)


def print_strength(answers):
    """How strong everyone's last run was."""
    last = {(a["peer"], a["attack"]): a for a in answers}
    print(f"\n{'Last run':40}{'robust accuracy':>16}{'median L2':>12}")
    for (peer, attack), answer in last.items():
        distance = answer["median_l2"]
        print(f"{peer:30}{attack:10}{answer['robust_accuracy']:16.4f}"
              + ("" if distance is None else f"{distance:12.4f}"))


def compare_steps(options, answers):
    """FGSM and PGD on a model that was trained as usual."""
    contestants = [
        Contestant.ours("resnet20"), Contestant.ours("resnet20", "every-step"),
    ] + [
        Contestant.peer(peer, form, "resnet20")
        for peer in ("foolbox", "torchattacks") for form in options.forms
    ]
    for attack, title in [
        ("fgsm", "FGSM, 128 CIFAR-10 images, ResNet-20"),
        ("pgd", "PGD with 20 steps, 128 CIFAR-10 images, ResNet-20"),
    ]:
        print_table(title, time_attacks(contestants, attack, options.rounds, answers.append))
    for contestant in contestants:
        contestant.end()
    print_strength(answers)


def compare_strong(rounds, answers):
    """AutoAttack and attacks for the nearest example on a model that was trained to hold."""
    strong = []
    for attack, peer, title in [
        ("autoattack", "torchattacks", "AutoAttack standard, L∞ 2/255, 200 CIFAR-10 images, CNN-A"),
        ("cw", "foolbox", "C&W L2, 5 × 200 steps, 200 CIFAR-10 images, CNN-A"),
        ("deepfool", "foolbox", "DeepFool L2, 50 steps, 200 CIFAR-10 images, CNN-A"),
    ]:
        contestants = [Contestant.ours("cnn-a"), Contestant.peer(peer, "program", "cnn-a")]
        seconds = time_attacks(contestants, attack, rounds, strong.append)
        print_table(title, seconds)
        if attack == "autoattack":
            print(f"{'the official one, as recorded':30}{recorded_autoattack():10.3f}")
        for contestant in contestants:
            contestant.end()
    print_strength(strong)
    answers += strong


def compare_queries(rounds, answers):
    """Attacks without gradients, by the query: in all, and what the attack itself takes."""
    for attack, peer, title in [
        ("square", "torchattacks", "Square, 50 queries"),
        ("hopskipjump", "foolbox", "HopSkipJump L2, one iteration"),
    ]:
        contestants = [Contestant.ours("resnet20"), Contestant.peer(peer, "program", "resnet20")]
        runs = []
        time_attacks(contestants, attack, rounds, runs.append)
        for measure, words in [
            ("per_thousand", "seconds for 1,000 queries"),
            ("outside_per_thousand", "of these outside the model"),
        ]:
            print_table(f"{title}, 128 CIFAR-10 images, ResNet-20: {words}", {
                contestant.name: [
                    run[measure][0] for run in runs if run["peer"] == contestant.name]
                for contestant in contestants})
        print_strength(runs)
        answers += runs
        for contestant in contestants:
            contestant.end()


def compare_services(rounds, answers):
    """Attacks on a model behind `adversary serve`, as whole processes: by the clock, and what ours takes."""
    with tempfile.TemporaryDirectory() as name, Served(MODEL) as address:
        for method, words in [
            ("rays:queries=300", "RayS, one picture in a request"),
            ("hopskipjump", "HopSkipJump, up to 32 pictures in a request"),
        ]:
            print(f"\n{words}, ResNet-20, for 1,000 queries\n"
                  f"{'':40}{'seconds':>10}{'of our processor':>20}")
            for form, oracle, keeps in (
                ("the model at hand", str(MODEL), False), ("through HTTP", address, False),
                ("through HTTP, journal on disk", address, True),
            ):
                clock, processor = [], []
                for round in range(rounds):
                    print(f"{method}: round {round + 1} of {rounds}", file=sys.stderr)
                    journal = ["--journal", f"{name}/{method}-{round}.sqlite"] if keeps else []
                    run = time_oracle(oracle, method, journal)
                    answers.append(run | {"peer": form, "attack": f"{method} on a service"})
                    clock.append(run["seconds"] / run["queries"] * 1000)
                    processor.append(run["processor"] / run["queries"] * 1000)
                print(f"{'adversary, ' + form:40}{statistics.median(clock):10.2f}"
                      f"{statistics.median(processor):20.2f}", flush=True)


class Served:
    """`adversary serve` on a free port, until it is interrupted."""

    def __init__(self, model):
        self.process = subprocess.Popen(
            [str(COMMAND), "serve", str(model), "--port", "0", "--threads", "1", "--log-level", "error",
             "--batch-window", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()

    def __enter__(self):
        if not self.address:
            sys.exit("adversary serve did not start.")
        return self.address

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


def time_oracle(address, method, options):
    """Seconds and queries of one attack on a service, without those of starting the process."""
    command = [
        str(COMMAND), "attack", "--data", str(samples.SHARED / "data" / "cifar-10-batches-bin"),
        "--oracle", address, "--method", method, "--epsilon", "1/255", "--json", "--threads", "1",
        *options]

    def run(count, budget):
        used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [*command, "--first", str(count), "--budget", str(budget)], capture_output=True, text=True)
        elapsed, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            sys.exit(f"An attack on a service failed: {done.stderr}")
        processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        return elapsed, processor, json.loads(done.stdout)["queries"]

    start_up, whole = run(1, 1), run(4, 1200)
    seconds, processor, queries = (b - a for a, b in zip(start_up, whole))
    return {"seconds": seconds, "processor": processor, "queries": queries}


def compare_twins(rounds, answers):
    """PGD on a network from its program and from its ONNX file, by the seconds that a run notes."""
    for model in ("imagenet-mobilenetv2", "imagenet-mobilenetv1-025"):
        seconds = {"adversary, program": [], "ONNX file": []}
        for round in range(rounds + 1):
            print(f"{model}: round {round} of {rounds}", file=sys.stderr)
            for name, ending in zip(seconds, ("pt2", "onnx")):
                answer = time_evaluation(samples.SHARED / "models" / f"{model}.{ending}")
                answers.append(answer | {"peer": name})
                if round > 0:  # The first fills the file cache.
                    seconds[name].append(answer["seconds"][0])
        print_table(f"PGD with 10 steps, 20 photographs, {model}", seconds)


def time_evaluation(model):
    """One evaluation of a model of photographs with PGD."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [str(COMMAND), "evaluate", str(model), "--data", str(samples.SHARED / "data" / "imagenet-samples"),
             "--first", "20", "--attacks", "pgd:steps=10,stopsAtSuccess=false", "--epsilon", "1/255", "--no-sanity",
             "--threads", "1", "-o", f"{folder}/run"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"An evaluation failed: {done.stderr}")
        results = json.loads(Path(folder, "run", "results.json").read_text())
    [attack] = results["attacks"]
    return {"attack": f"pgd on {model.name}", "seconds": [attack["seconds"]]}


def compare_training(rounds, answers):
    """Adversarial training of a small network and of ResNet-20, whole and in parts."""
    for subject, title in [
        ("mnist", "two convolutions, MNIST"), ("cifar10", "ResNet-20, CIFAR-10"),
    ]:
        contestants = [Contestant.our_training(subject)] + [
            Contestant.training_peer(form, subject) for form in ("eager", "channels-last")]
        for part, words in [
            ("gradient", "Gradient of 128 pictures, evaluation mode"),
            ("step", "Training step on 128 pictures"),
            ("pgd", "PGD-7 adversarial training, 4 batches of 128"),
        ]:
            seconds = time_attacks(contestants, part, rounds, answers.append, "processor")
            print_table(f"{words}: {title} (seconds of the processor)", seconds)
        for contestant in contestants:
            contestant.end()


def recorded_autoattack():
    """Seconds that the official AutoAttack took for the same on a machine with two threads."""
    results = json.loads((samples.SHARED / "golden" / "autoattack.json").read_text())["results"]
    return next(
        result["seconds_standard"] for result in results
        if (result["model"], result["norm"]) == ("cifar10-cnn-a-adv2", "Linf"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each attack; at least 2")
    parser.add_argument(
        "--forms", nargs="+", default=["program", "eager"],
        help="forms of the peers' model: program, eager, channels-last")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, help="which comparisons")
    parser.add_argument(
        "--strong-rounds", type=int, default=2,
        help="rounds of AutoAttack, C&W and DeepFool, which take minutes; at least 2")
    parser.add_argument("--json", type=Path, help="also write every timing there, a line each")
    options = parser.parse_args()
    if min(options.rounds, options.strong_rounds) < 2:
        parser.error("--rounds and --strong-rounds must be at least 2")
    if not MODEL.exists():
        sys.exit(f"{MODEL} is not there: the models and data belong beside the checkout.")

    answers = []
    if "resnet20" in options.only:
        compare_steps(options, answers)
    if "cnn-a" in options.only:
        compare_strong(options.strong_rounds, answers)
    if "queries" in options.only:
        compare_queries(options.rounds, answers)
    if "services" in options.only:
        compare_services(options.rounds, answers)
    if "onnx" in options.only:
        compare_twins(options.rounds, answers)
    if "training" in options.only:
        compare_training(options.rounds, answers)
    if "start-up" in options.only:
        seconds, memory = time_start_up(options.rounds, answers.append)
        print_table("Process start to a saved adversarial picture", seconds)
        for name, mebibytes in memory.items():
            print(f"peak memory, {name}: {statistics.median(mebibytes):.0f} MiB")
    if options.json:
        options.json.write_text("".join(json.dumps(answer) + "\n" for answer in answers))


if __name__ == "__main__":
    main()
