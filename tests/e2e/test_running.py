"""A run that is steered while it goes on: held, stepped, sped up, reloaded, stopped."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.server import Server
from tests.e2e.studio import Studio

MANY_STEPS = 1_000_000_000


@pytest.fixture
def studio(page: Page) -> Studio:
    """A long training that is under way."""
    studio = Studio(page)
    studio.open_example("rosenbrock")
    studio.set_steps(MANY_STEPS)
    studio.train()
    studio.expect_run_state("running")
    expect(page.get_by_test_id("run-step")).not_to_have_text("0")
    return studio


@pytest.fixture(autouse=True)
def _no_run_is_left_behind(page: Page, server: Server) -> Iterator[None]:  # noqa: ARG001 - the page closes afterwards
    """A run that nobody stops would take the turn of the next test's."""
    yield
    server.stop_all_runs()


def step_of(studio: Studio) -> int:
    return int(studio.page.get_by_test_id("run-step").inner_text())


def test_a_run_is_held_stepped_once_and_goes_on(studio: Studio, page: Page, server: Server) -> None:
    page.get_by_test_id("pause-button").click()
    studio.expect_run_state("paused")
    held: int = server.get("/api/runs")[0]["step"]
    expect(page.get_by_test_id("run-step")).to_have_text(str(held))
    page.get_by_test_id("step-button").click()
    expect(page.get_by_test_id("run-step")).to_have_text(str(held + 1))
    studio.expect_run_state("paused")

    page.get_by_test_id("resume-button").click()
    studio.expect_run_state("running")
    expect(page.get_by_test_id("run-step")).not_to_have_text(str(held + 1))


def test_a_stopped_run_keeps_its_weights(studio: Studio, page: Page) -> None:
    page.get_by_test_id("stop-button").click()
    studio.expect_run_state("stopped")
    studio.open_evaluation()
    expect(page.get_by_test_id("evaluate-source")).to_contain_text(re.compile(r"after step [\d,]+"))
    assert studio.read_output("y") < 0.1  # it started at 5, and walked downhill from the first step
    with page.expect_download() as download:
        page.get_by_test_id("download-model").click()
    assert download.value.suggested_filename.endswith(".safetensors")


def test_the_learning_rate_is_changed_on_the_way(studio: Studio, page: Page, server: Server) -> None:
    optimizer = "loss"
    studio.fill(page.get_by_test_id(f"learning-rate-{optimizer}"), "0.01")
    run = server.get("/api/runs")[0]["id"]
    page.get_by_test_id("pause-button").click()
    studio.expect_run_state("paused")
    events = [entry["event"] for entry in server.log_of(run)]
    (change,) = [event for event in events if event["type"] == "learning_rate"]
    assert change["value"] == 0.01
    last_steps = [event for event in events if event["type"] == "steps"][-1]
    assert last_steps["learning_rates"][optimizer] == pytest.approx(0.01)


def test_a_reload_finds_the_run_and_its_whole_curve(studio: Studio, page: Page) -> None:
    seen = step_of(studio)
    page.reload()
    studio.expect_run_state("running")
    while step_of(studio) < seen:  # its past is replayed first
        page.wait_for_timeout(50)
    studio.expect_run_state("running")
