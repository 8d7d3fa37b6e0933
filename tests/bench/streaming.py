"""What it costs to watch: `python -m tests.bench.streaming`.

A real server trains an example that comes with the package, while in turns nobody and several pages follow
the run over sockets of their own, as many as --pages says. The steps per second of both follow from the times
in the run's log; what a browser does with what it receives is not part of it.

The figures go into the JSON file of the suite beside its own, so that `python -m tests.bench.suite --cases
--merge --write` puts them into docs/performance.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np

import wiregrad
from tests.bench import machine, results
from tests.bench.followers import Followers
from tests.bench.results import Streamed
from tests.bench.suite import FILE, note
from tests.bench.tables import streaming
from tests.server.running import running, wait_for_state

EXAMPLES = ("rosenbrock", "digits-mlp", "digits-cnn")
ENDLESS = 1_000_000
FEWEST_LOSSES = 2
SETTLING = 0.5
"""Seconds after pages came or went that do not count."""

Window = tuple[float, float]


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--examples", nargs="+", choices=list(wiregrad.examples), default=list(EXAMPLES))
    made.add_argument("--pages", type=int, default=5)
    made.add_argument("--rounds", type=int, default=7)
    made.add_argument("--seconds", type=float, default=3.0, help="with pages, and as long without, per round")
    made.add_argument("--backend", default="auto")
    made.add_argument("--json", type=Path, default=FILE, help=f"by default {FILE}")
    return made


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    suite = results.Suite(machine.described())
    note(suite, "streaming", parser(), options)
    if options.json.exists():
        suite.take_in(results.read(options.json))
    for example in options.examples:
        suite.streamed[example] = measure(example, options)
    suite.write(options.json)
    sys.stdout.write(f"{streaming(suite).text()}\n")
    for example in options.examples:
        found = suite.streamed[example]
        sys.stdout.write(f"{example}: reading took the pages {found.reading:.1%} of one processor\n")
    return 0


def measure(example: str, options: argparse.Namespace) -> Streamed:
    with (
        tempfile.TemporaryDirectory(prefix="wiregrad-bench-") as folder,
        running(Path(folder) / "data") as server,
        server.client() as client,
        _endless_run(client, example, options.backend) as run,
        Followers(server.host, run, options.pages) as followers,
    ):
        rounds = [_round(client, run, followers, options.seconds) for _ in range(options.rounds)]
        record = client.post(f"/api/runs/{run}/stop").raise_for_status().json()
        wait_for_state(client, run, "stopped")
        times, steps = _progress(client, run)
    quiet, watched = ([_rate(window, times, steps) for window in kind] for kind in zip(*rounds, strict=True))
    received = followers.frames, followers.bytes
    reading = followers.seconds / (options.rounds * (options.seconds + SETTLING))
    return Streamed(record["backend"], options.pages, quiet, watched, *received, reading)


@contextmanager
def _endless_run(client: httpx.Client, example: str, backend: str) -> Iterator[str]:
    graph = wiregrad.examples[example].document.to_json()
    training = {**graph["training"], "epochs": ENDLESS, "backend": backend}
    if training["dataset"] is None:
        training["steps"] = ENDLESS * 1_000
    answer = client.post("/api/runs", json={"graph": graph, "training": training}).raise_for_status()
    run = str(answer.json()["id"])
    wait_for_state(client, run, "running")
    try:
        yield run
    finally:
        client.post(f"/api/runs/{run}/stop")


def _round(client: httpx.Client, run: str, followers: Followers, seconds: float) -> tuple[Window, Window]:
    """When nobody watched, and when all pages did."""
    quiet = _window(seconds)
    followers.come(client.get(f"/api/runs/{run}").raise_for_status().json()["last_seq"])
    watched = _window(seconds)
    followers.leave()
    return quiet, watched


def _window(seconds: float) -> Window:
    time.sleep(SETTLING)
    began = time.time()
    time.sleep(seconds)
    return began, time.time()


def _progress(client: httpx.Client, run: str) -> tuple[list[float], list[int]]:
    """When how many steps were done, by the worker's clock, from the log."""
    times, steps, after, more = [], [], 0, True
    while more:
        asked = {"after": after, "thin": FEWEST_LOSSES}
        page = client.get(f"/api/runs/{run}/events", params=asked).raise_for_status().json()
        for event in (logged["event"] for logged in page["events"]):
            if event["type"] == "steps":
                times.append(event["time"])
                steps.append(event["first_step"] - 1 + _count(event))
        after, more = page["next_after"], page["more"]
    return times, steps


def _count(event: dict[str, Any]) -> int:
    return int(event["count"] or len(next(iter(event["losses"].values()))))


def _rate(window: Window, times: list[float], steps: list[int]) -> float:
    """Steps per second, between two steps where the window does not begin or end at one."""
    began, ended = np.interp(window, times, steps)
    return float(ended - began) / (window[1] - window[0])


if __name__ == "__main__":
    sys.exit(main())
