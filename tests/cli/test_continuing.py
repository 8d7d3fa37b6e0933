"""Training that goes on, begins with other weights, or looks for its learning rate, from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import refused
from tests.examples.running import wiregrad_command
from wiregrad.training.model import Model


def trained(*arguments: object) -> list[dict[str, object]]:
    answer = wiregrad_command("train", "line-fit", *map(str, arguments), "--json")
    assert answer.code == 0, answer.complaints
    return [json.loads(line) for line in answer.lines]


def test_a_training_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.safetensors", tmp_path / "part.safetensors"
    trained("--steps", 40, "--checkpoint", whole)
    trained("--steps", 15, "--checkpoint", part)
    told = trained("--steps", 40, "--checkpoint", part, "--continue")
    [started] = [event for event in told if event["type"] == "started"]
    assert started["step"] == 15
    expected, found = Model.load(whole), Model.load(part)
    assert {name: array.tobytes() for name, array in found.tensors.items()} == {
        name: array.tobytes() for name, array in expected.tensors.items()
    }


def test_a_training_starts_with_the_weights_of_a_file(tmp_path: Path) -> None:
    model = tmp_path / "model.safetensors"
    trained("--steps", 30, "--out", model)
    told = trained("--steps", 1, "--start-from", model)
    [message] = [event["text"] for event in told if event["type"] == "message"]
    assert str(message).startswith("Took 2 of 2 tensors")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--continue"], "name the --checkpoint FILE"),
        (["--continue", "--checkpoint", "nowhere"], "name the --checkpoint FILE"),
        (["--start-from", "nowhere"], "no such model file, and no such run"),
        (["--checkpoint", "no/such/folder/file"], "does not exist"),
    ],
)
def test_what_cannot_be_continued_is_refused(arguments: list[str], words: str) -> None:
    refused(wiregrad_command("train", "line-fit", *arguments), words)


def test_weights_alone_cannot_go_on(tmp_path: Path) -> None:
    model = tmp_path / "model.safetensors"
    trained("--steps", 2, "--out", model)
    refused(
        wiregrad_command("train", "line-fit", "--checkpoint", str(model), "--continue"), "Use --start-from"
    )


def test_a_learning_rate_is_suggested() -> None:
    answer = wiregrad_command("find-lr", "line-fit")
    assert answer.code == 0, answer.complaints
    assert "Suggested learning rate for" in answer.lines[-1]
    curve = json.loads(wiregrad_command("find-lr", "line-fit", "--steps", "30", "--json").lines[-1])
    assert len(curve["rates"]) <= 30
    assert curve["suggestion"] > 0


def test_a_search_that_means_nothing_is_refused() -> None:
    refused(
        wiregrad_command("find-lr", "line-fit", "--lowest", "5", "--highest", "1"), "no learning rate between"
    )
    refused(wiregrad_command("find-lr", "line-fit", "--steps", "1"), "--steps")
    refused(wiregrad_command("find-lr", "line-fit", "--optimizer", "nobody"), "no Optimizer called")
