"""`wiregrad continue-text` as a person or a script meets it."""

from pathlib import Path

import numpy as np
import pytest

from tests.examples.running import wiregrad_command
from tests.training.writing import table_model

NEXT = 20 * np.eye(4, dtype=np.float32)[[1, 2, 3, 0]]


@pytest.fixture
def model(tmp_path: Path) -> str:
    """It knows that c follows b, and so on round."""
    path = tmp_path / "writer.safetensors"
    table_model(NEXT, "abcd", 3).save(path)
    return str(path)


def test_the_text_and_what_follows(model: str) -> None:
    answer = wiregrad_command("continue-text", model, "--start", "ab", "--length", "6")
    assert (answer.code, answer.lines, answer.complaints) == (0, ["abcdabcd"], "")


def test_in_json_it_is_what_follows_alone(model: str) -> None:
    answer = wiregrad_command(
        "continue-text", model, "--start", "ab", "--length", "6", "--temperature", "0", "--json"
    )
    assert answer.last == {"text": "cdabcd", "step": 0}


def test_what_cannot_be_continued(model: str) -> None:
    answer = wiregrad_command("continue-text", model, "--start", "€a")
    assert (answer.code, answer.lines) == (1, [])
    assert answer.complaints.startswith(
        "The model never saw €. Expected a text of these characters: a b c d; got €."
    )
