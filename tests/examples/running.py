"""Runs an example in the two ways that need no browser: in Python, and on the command line."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wiregrad
from wiregrad.data.catalogue import builtin
from wiregrad.training.commands import Control
from wiregrad.training.events import Event, ResultEvent, StateEvent
from wiregrad.training.loop import train
from wiregrad.training.model import Model
from wiregrad.training.spec import RunSpec


@dataclass
class Finished:
    """A run in this process that is over, and the last checkpoint that it kept."""

    events: list[Event]
    model: Model

    @property
    def result(self) -> ResultEvent:
        (result,) = (event for event in self.events if isinstance(event, ResultEvent))
        return result

    @property
    def state(self) -> str:
        last = self.events[-1]
        assert isinstance(last, StateEvent)
        return last.state


def train_example(name: str) -> Finished:
    """Press Train on the example as it is."""
    document = wiregrad.examples[name].document
    dataset = document.training.dataset
    kept: list[Model] = []
    events = train(RunSpec.of(document), builtin()[dataset]() if dataset else None, Control(), kept.append)
    return Finished(list(events), kept[-1])


@dataclass
class Answer:
    """What a command wrote, and its exit code."""

    code: int
    lines: list[str]
    complaints: str

    @property
    def last(self) -> dict[str, Any]:
        decoded: dict[str, Any] = json.loads(self.lines[-1])
        return decoded


def wiregrad_command(*arguments: str, folder: Path | None = None) -> Answer:
    """The command line as a person would start it, in a folder that has nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-m", "wiregrad.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1"},
        timeout=200,
        check=False,
    )
    return Answer(done.returncode, done.stdout.splitlines(), done.stderr)
