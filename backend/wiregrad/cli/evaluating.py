"""`wiregrad evaluate` and `wiregrad continue-text`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from wiregrad.cli.console import CommandFailed, number, say
from wiregrad.graph import GraphError, StateError
from wiregrad.training.evaluation import Evaluator
from wiregrad.training.given import EvaluationError
from wiregrad.training.model import Model, ModelError
from wiregrad.training.questions import OutputValue
from wiregrad.training.text import continue_text, no_text_model

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")
BAR_CELLS = 30

Answer = TypeVar("Answer")


def evaluate_model(path: Path, assignments: list[str], *, as_json: bool) -> None:
    """Raises CommandFailed for a file that is no model and for inputs that do not fit it."""
    numbers, pictures = _inputs(assignments)
    outputs, step = _asked(path, lambda evaluator: evaluator.evaluate(numbers, pictures))
    if as_json:
        values = {name: output.model_dump(mode="json") for name, output in outputs.items()}
        _say_json(outputs=values, step=step)
    else:
        say("\n".join(f"{name}: {_shown(output)}" for name, output in outputs.items()))


def continue_with_model(
    path: Path, start: str, length: int, temperature: float, seed: int, *, as_json: bool
) -> None:
    """Raises CommandFailed for a file that is no model of characters and for a text that it cannot read."""

    def continued(evaluator: Evaluator) -> str:
        if evaluator.text is None:
            raise no_text_model()
        return continue_text(evaluator.text, start, length, temperature, seed)

    text, step = _asked(path, continued)
    if as_json:
        _say_json(text=text, step=step)
    else:
        say(start + text)


def _asked(path: Path, ask: Callable[[Evaluator], Answer]) -> tuple[Answer, int]:
    """What the model answers, and the step of its weights."""
    try:
        model = Model.load(path)
        return ask(Evaluator(model)), model.details.step
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.") from None
    except (EvaluationError, GraphError, ModelError, StateError) as error:
        raise CommandFailed(str(error)) from None


def _say_json(**answer: object) -> None:
    say(json.dumps(answer, ensure_ascii=False, allow_nan=False))


def _inputs(assignments: list[str]) -> tuple[dict[str, object], dict[str, bytes]]:
    numbers: dict[str, object] = {}
    pictures: dict[str, bytes] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            raise CommandFailed(f"--input {assignment}: expected NAME=VALUE, such as --input x=[0.5].")
        if value.startswith("@") and value.lower().endswith(PICTURE_SUFFIXES):
            pictures[name] = _content(Path(value[1:]))
        else:
            numbers[name] = _from_file(Path(value[1:])) if value.startswith("@") else _parsed(name, value)
    return numbers, pictures


def _from_file(path: Path) -> object:
    if path.suffix.lower() != ".npy":
        return _parsed(str(path), _content(path).decode("utf-8", "replace"))
    try:
        return np.load(path, allow_pickle=False)
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error}") from None
    except ValueError as error:
        raise CommandFailed(f"{path} is not an array of numbers: {error}") from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.") from None


def _parsed(name: str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise CommandFailed(
            f"The value of {name} is not JSON: expected a number or lists of numbers such as [1, 2.5]; "
            f"got {text[:80]!r}. For a file write @FILE."
        ) from None


def _shown(output: OutputValue) -> str:
    if (
        output.display == "probabilities"
        and output.labels
        and not output.batched
        and isinstance(output.value, list)
    ):
        return "".join(
            f"\n  {_bar(label, share)}" for label, share in zip(output.labels, output.value, strict=True)
        )
    if isinstance(output.value, list):
        return json.dumps(output.value)
    return number(output.value)


def _bar(label: str, share: object) -> str:
    part = float(share) if isinstance(share, int | float) else 0.0
    cells = round(max(0.0, min(part, 1.0)) * BAR_CELLS)
    return f"{label:<12} {part:7.1%} {'█' * cells}"
