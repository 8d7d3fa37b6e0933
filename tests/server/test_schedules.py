import json
from typing import Any

import httpx
import pytest

import wiregrad
from tests.server.errors import refused

PATH = "/api/schedules/preview"


def asked(client: httpx.Client, settings: object, **lengths: int) -> httpx.Response:
    return client.get(PATH, params={"settings": json.dumps(settings), **lengths})


def test_the_curve_is_that_of_the_formula(client: httpx.Client) -> None:
    settings = {"schedule": "one_cycle", "learning_rate": 0.3, "warm_up": 5}
    found = asked(client, settings, steps=2_000, steps_per_epoch=10)
    assert found.status_code == 200, found.text
    expected = wiregrad.preview_schedule(settings, 2_000, 10)
    assert found.json() == {"steps": list(expected.steps), "rates": list(expected.rates)}
    assert len(expected.steps) == 500


def test_settings_that_are_wrong_are_named(client: httpx.Client) -> None:
    error = refused(asked(client, {"schedule": "sine", "decay": -1}), 422, "invalid")
    remedies = {problem["got"]: problem["remedy"] for problem in error["problems"]}
    assert remedies == {"'sine'": "Change the setting schedule.", "-1": "Change the setting decay."}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"settings": "{"},
        {"settings": "[1]"},
        {"settings": '{"learning_rate": NaN}'},
        {"settings": "[" * 10_000},
        {"settings": "{}", "steps": 0},
        {"settings": "{}", "steps": 10**10},
        {"settings": "{}", "steps_per_epoch": "many"},
        {"settings": " " * 20_001},
    ],
    ids=str,
)
def test_questions_without_sense_are_refused(client: httpx.Client, query: dict[str, Any]) -> None:
    refused(client.get(PATH, params=query), 422, "invalid")
