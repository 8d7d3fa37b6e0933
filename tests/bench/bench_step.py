"""Compare one training step with PyTorch eager: `python -m tests.bench.bench_step`.

Each framework runs in a child process of its own, both with as many threads. The children take turns, round
by round, so that whatever else the machine does meets both; the smallest and the median round are shown.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CASES = ("rosenbrock", "mlp-32", "mlp-128", "mlp-512", "cnn-64")
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Child:
    """A framework in its own process, which runs a round when it is asked to."""

    def __init__(self, framework: str, case: str, options: argparse.Namespace) -> None:
        threads = dict.fromkeys(THREAD_VARIABLES, str(options.threads))
        paths = os.pathsep.join([str(ROOT), str(ROOT / "backend")])
        self._process = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, "--child", framework, "--cases", case,
             "--through", options.through, "--backend", options.backend, "--threads", str(options.threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, **threads, "PYTHONPATH": paths},
        )  # fmt: skip
        self.times: list[float] = []
        self.loss = 0.0

    def round(self, seconds: float) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.times.append(answer["seconds_per_step"])
        self.loss = answer["loss"]

    def end(self) -> None:
        self._process.communicate()


def _steps_of(framework: str, case: str, options: argparse.Namespace) -> Any:  # noqa: ANN401
    if framework == "torch":
        torch = importlib.import_module("torch")
        torch.set_num_threads(options.threads)
        return importlib.import_module("tests.bench.torch_steps").CASES[case]()
    blas = importlib.import_module("wiregrad.engine.blas")
    blas.prefer_wide_kernels(os.environ)
    return importlib.import_module(f"tests.bench.{options.through}_steps").CASES[case](options.backend)


def _serve(framework: str, options: argparse.Namespace) -> None:
    """Answer every line on the standard input, a number of seconds, with the time of a step."""
    steps = _steps_of(framework, options.cases[0], options)
    steps(3)
    count = 1
    for line in sys.stdin:
        while True:
            start = time.perf_counter()
            loss = steps(count)
            elapsed = time.perf_counter() - start
            if elapsed >= float(line) / 2:
                break
            count = max(count + 1, int(count * float(line) / max(elapsed, 1e-6)))
        answer = {"seconds_per_step": elapsed / count, "loss": loss}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _compare(case: str, options: argparse.Namespace) -> None:
    children = {name: Child(name, case, options) for name in ("wiregrad", "torch")}
    for number in range(options.rounds + 1):
        for child in children.values():
            child.round(options.seconds)
            if number == 0:
                child.times.clear()  # caches and thread pools are cold in the first round
    for child in children.values():
        child.end()
    ours, theirs = (children[name].times for name in ("wiregrad", "torch"))
    shown = [f"{case:11}"]
    for label, pick in (("min", min), ("median", statistics.median)):
        a, b = pick(ours) * 1e6, pick(theirs) * 1e6
        shown.append(f"{label}: wiregrad {a:9.1f} us  PyTorch {b:9.1f} us  ratio {b / a:5.2f}")
    sys.stdout.write("   ".join(shown) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--backend", default="auto")
    parser.add_argument(
        "--through",
        choices=("graph", "engine"),
        default="graph",
        help="the public API, or the engine below it",
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.4, help="of one round of one framework")
    parser.add_argument("--child", choices=("wiregrad", "torch"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _serve(options.child, options)
        return
    for case in options.cases:
        _compare(case, options)


if __name__ == "__main__":
    main()
