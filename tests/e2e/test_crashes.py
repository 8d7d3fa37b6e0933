"""What the page shows when a training process or the whole server is killed, and what is left of the run."""

import os
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.server import Server, is_running, running_server
from tests.e2e.studio import Studio
from tests.e2e.watched_page import WatchedPage

LOST_SERVER = "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket connection"


def assert_the_log_has_no_gap(events: list[dict[str, Any]]) -> None:
    """Numbers count from 1, and every step from the first to the last recorded one is there once."""
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    batches = [event["event"] for event in events if event["event"]["type"] == "steps"]
    assert batches[0]["first_step"] == 1
    for earlier, later in pairwise(batches):
        assert later["first_step"] == earlier["first_step"] + steps_in(earlier)


def steps_in(batch: dict[str, Any]) -> int:
    (count,) = {len(losses) for losses in batch["losses"].values()}
    return count


@pytest.fixture
def server(built_page: None, tmp_path: Path) -> Iterator[Server]:  # noqa: ARG001 - it serves that page
    with running_server(tmp_path) as server:
        yield server


def test_a_killed_worker_fails_its_run_and_nothing_else(training: Studio, page: Page, server: Server) -> None:
    os.kill(server.worker(), signal.SIGKILL)

    training.expect_run_state("failed")
    expect(page.get_by_test_id("run-failure")).to_contain_text("killed")
    assert server.get("/api/health")["ok"]
    run = server.newest_run()
    events = server.log_of(run["id"])
    assert_the_log_has_no_gap(events)
    assert events[-1]["event"]["state"] == run["state"] == "failed"

    page.get_by_test_id("run-failure").get_by_role("button", name="Train again").click()
    training.expect_run_state("running")


def test_a_killed_server_is_said_and_its_run_is_found_again(
    training: Studio, page: Page, watched: WatchedPage, server: Server
) -> None:
    watched.expect_complaint(LOST_SERVER)
    worker = server.worker()
    run = server.newest_run()["id"]
    shown_before = int(page.get_by_test_id("run-step").inner_text())
    server.kill()
    expect(page.get_by_test_id("connection")).to_be_visible()

    server.start()
    training.expect_run_state("interrupted")
    expect(page.get_by_test_id("run-failure")).to_contain_text("Wiregrad ended")
    while is_running(worker):  # it saves its weights first; the test's time limit is the bound
        page.wait_for_timeout(50)
    events = server.log_of(run)
    assert_the_log_has_no_gap(events)
    assert events[-1]["event"]["state"] == "interrupted"
    recorded = sum(steps_in(event["event"]) for event in events if event["event"]["type"] == "steps")
    assert recorded >= shown_before, "what was shown once is in the log"

    page.reload()
    training.expect_run_state("interrupted")
    expect(page.get_by_test_id("run-failure")).to_contain_text("Wiregrad ended")


def test_work_that_the_server_missed_is_saved_when_it_is_back(
    page: Page, watched: WatchedPage, server: Server
) -> None:
    watched.expect_complaint(LOST_SERVER)
    studio = Studio(page)
    studio.open_empty_graph()
    parameter = studio.drop_from_library("Parameter", 300, 200)
    studio.expect_saved()
    graph = page.url.rsplit("/", 1)[-1]

    server.kill()
    studio.set_field(parameter, "values", "9")
    expect(page.get_by_test_id("saved-state")).to_have_attribute("data-state", "offline")

    server.start()
    studio.expect_saved(timeout=60_000)
    (node,) = server.get(f"/api/graphs/{graph}")["graph"]["nodes"]
    assert node["settings"]["values"] == 9
