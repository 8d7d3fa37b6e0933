"""A run that is steered while it goes on: held, stepped, sped up, reloaded, stopped."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.server import Server
from tests.e2e.studio import Studio

pytestmark = pytest.mark.usefixtures("no_run_is_left_behind")


def step_of(studio: Studio) -> int:
    return int(studio.page.get_by_test_id("run-step").inner_text())


def test_a_run_is_held_stepped_once_and_goes_on(training: Studio, page: Page, server: Server) -> None:
    page.get_by_test_id("pause-button").click()
    training.expect_run_state("paused")
    held: int = server.newest_run()["step"]
    expect(page.get_by_test_id("run-step")).to_have_text(str(held))
    page.get_by_test_id("step-button").click()
    expect(page.get_by_test_id("run-step")).to_have_text(str(held + 1))
    training.expect_run_state("paused")

    page.get_by_test_id("resume-button").click()
    training.expect_run_state("running")
    expect(page.get_by_test_id("run-step")).not_to_have_text(str(held + 1))


def test_a_stopped_run_keeps_its_weights(training: Studio, page: Page) -> None:
    page.get_by_test_id("stop-button").click()
    training.expect_run_state("stopped")
    training.open_evaluation()
    expect(page.get_by_test_id("evaluate-source")).to_contain_text(re.compile(r"after step [\d,]+"))
    assert training.read_output("y") < 0.1  # it started at 5, and walked downhill from the first step
    with page.expect_download() as download:
        page.get_by_test_id("download-model").click()
    assert download.value.suggested_filename.endswith(".safetensors")


def test_the_learning_rate_is_changed_on_the_way(training: Studio, page: Page, server: Server) -> None:
    optimizer = "loss"
    training.fill(page.get_by_test_id(f"learning-rate-{optimizer}"), "0.01")
    run = server.newest_run()["id"]
    page.get_by_test_id("pause-button").click()
    training.expect_run_state("paused")
    (change,) = server.events_of(run, "learning_rate")
    assert change["value"] == 0.01
    last_steps = server.events_of(run, "steps")[-1]
    assert last_steps["learning_rates"][optimizer] == pytest.approx(0.01)


def test_a_reload_finds_the_run_and_its_whole_curve(training: Studio, page: Page) -> None:
    seen = step_of(training)
    page.reload()
    training.expect_run_state("running")
    while step_of(training) < seen:  # its past is replayed first
        page.wait_for_timeout(50)
    training.expect_run_state("running")
