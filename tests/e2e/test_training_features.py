"""Runs that end in time, wait in line, go on, begin with earlier weights or a found rate, are looked into."""

import os
import re
import signal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.server import Server
from tests.e2e.studio import TRAINING_TIMEOUT, Studio, number_before

pytestmark = pytest.mark.usefixtures("no_run_is_left_behind")


@pytest.fixture
def studio(page: Page) -> Studio:
    return Studio(page)


def choose_way_to_train(page: Page, way: str) -> None:
    page.get_by_test_id("train-menu").click()
    page.get_by_test_id(way).click()


def state_of_run(page: Page, number: int) -> Locator:
    return page.get_by_test_id(f"run-{number}-state")


def test_early_stopping_marks_the_best_epoch_and_says_what_is_kept(
    studio: Studio, page: Page, server: Server
) -> None:
    studio.open_example("overfit")
    page.get_by_role("button", name="Best weights").click()
    page.get_by_test_id("field-monitor").click()
    for figure in ("loss", "accuracy"):
        expect(page.get_by_role("option", name=figure, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    studio.train_to_the_end()
    (result,) = server.events_of(server.newest_run()["id"], "result")
    best = result["best_epoch"]
    outcome = page.get_by_test_id("run-outcome")
    expect(outcome).to_contain_text("Stopped early")
    expect(outcome).to_contain_text(f"The weights of epoch {best}, the best one")
    for chart in ("Loss", "Accuracy"):
        expect(page.get_by_role("img", name=re.compile(rf"^{chart}: .*best: epoch {best}$"))).to_be_visible()


def test_waiting_runs_are_put_in_order_and_taken_out(training: Studio, page: Page) -> None:
    for _ in range(2):
        choose_way_to_train(page, "queue-run")
        expect(page.get_by_test_id("pause-button")).not_to_have_attribute("aria-disabled", "true")
    training.expect_run_state("running")  # what is shown stays in sight

    page.get_by_test_id("run-picker").click()
    expect(state_of_run(page, 2)).to_have_text("queued, next")
    expect(state_of_run(page, 3)).to_have_text("queued, 2nd in line")
    page.get_by_test_id("run-3-earlier").click()
    expect(state_of_run(page, 3)).to_have_text("queued, next")
    expect(state_of_run(page, 2)).to_have_text("queued, 2nd in line")
    page.get_by_test_id("run-3-cancel").click()
    expect(state_of_run(page, 3)).to_have_text("stopped")
    expect(state_of_run(page, 2)).to_have_text("queued, next")

    page.keyboard.press("Escape")
    page.get_by_test_id("stop-button").click()
    training.expect_run_state("stopped")
    page.get_by_test_id("run-picker").click()
    expect(state_of_run(page, 2)).to_have_text("running", timeout=TRAINING_TIMEOUT)


def test_a_run_whose_process_was_killed_goes_on_from_its_checkpoint(
    training: Studio, page: Page, server: Server
) -> None:
    run = server.newest_run()["id"]
    server.post(f"/api/runs/{run}/checkpoint")
    while not server.events_of(run, "checkpoint"):  # the test's time limit is the bound
        page.wait_for_timeout(50)
    os.kill(server.worker(), signal.SIGKILL)
    training.expect_run_state("failed")
    saved = server.events_of(run, "checkpoint")[-1]["step"]

    page.get_by_test_id("continue-button").click()
    training.expect_run_state("running")
    page.get_by_test_id("stop-button").click()
    training.expect_run_state("stopped")
    begun, continued = [event["step"] for event in server.events_of(run, "started")]
    assert begun == 0
    assert continued >= saved, "it did not begin anew"
    assert server.newest_run()["id"] == run
    assert server.newest_run()["step"] >= saved


def test_a_run_begins_with_the_weights_of_another(training: Studio, page: Page, server: Server) -> None:
    page.get_by_test_id("stop-button").click()
    training.expect_run_state("stopped")
    source = server.newest_run()["id"]
    choose_way_to_train(page, "warm-start")
    training.expect_run_state("running")
    assert server.newest_run()["start_from"] == source
    expect(page.get_by_test_id("started-from")).to_have_text(
        "It began with the weights of run 1. Took 2 of 2 tensors from the earlier weights."
    )

    page.get_by_test_id("run-picker").click()
    page.get_by_test_id("run-1-compare").check()
    page.keyboard.press("Escape")
    legend = page.get_by_role("figure").filter(has_text="Loss (dashed: validation)")
    expect(legend).to_contain_text("run 1")
    expect(legend).to_contain_text("run 2")


def test_a_learning_rate_is_found_and_set(studio: Studio, page: Page) -> None:
    studio.open_example("overfit")
    studio.select("optimizer")
    field = page.get_by_test_id("field-learning_rate")
    before = field.input_value()

    choose_way_to_train(page, "find-rate")
    use = page.get_by_test_id("rate-finder-use")
    expect(use).to_be_visible(timeout=TRAINING_TIMEOUT)
    expect(page.get_by_test_id("rate-chart")).to_be_visible()
    found = number_before(use.inner_text())
    use.click()
    expect(page.get_by_test_id("rate-finder")).to_have_count(0)
    expect(field).to_have_value(re.compile(r"\d"))
    assert float(field.input_value()) == found != float(before)

    page.keyboard.press("Control+z")
    expect(field).to_have_value(before)


def test_values_and_gradients_of_a_node_are_seen_while_it_trains(training: Studio, page: Page) -> None:
    training.select("curve-squared")
    page.get_by_role("tab", name="Watch").click()
    page.get_by_test_id("probe-selection").click()
    probe = page.get_by_test_id("probe-curve-squared")
    for what in ("value", "gradient"):
        expect(probe.get_by_test_id(f"look-{what}-output")).to_contain_text("mean")
    page.get_by_test_id("probe-none").click()
    expect(probe).to_have_attribute("data-past", "true")


def test_the_node_that_made_the_first_broken_number_is_one_click_away(studio: Studio, page: Page) -> None:
    studio.open_example("rosenbrock")
    studio.set_field("optimizer", "learning_rate", "100")
    studio.train_to_the_end()
    report = page.get_by_test_id("run-diverged")
    expect(report).to_contain_text("It began in step")
    report.get_by_test_id("reveal-curve-squared").click()
    expect(page.get_by_test_id("field-label")).to_have_value("Its square")
