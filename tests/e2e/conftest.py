"""A real server, a real browser, and a page that is watched for whatever it must never do."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hatch_build import Page as BuiltPage
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.launching import launch_browser
from tests.e2e.server import Server, running_server
from tests.e2e.studio import Studio
from tests.e2e.watched_page import WatchedPage
from tests.requirements import require_node

ROOT = Path(__file__).parents[2]
PATIENCE_MS = 30_000
"""How long the page may take to show something on a machine that is busy with other things."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="package")
def built_page() -> None:
    page = BuiltPage(ROOT)
    if not page.is_fresh():
        require_node()
        page.build()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for this folder, and not longer: Playwright occupies the thread's event loop."""
    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(built_page: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # noqa: ARG001
    """One server for all tests; those that harm theirs replace this fixture by one of their own."""
    with running_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def watched(
    request: pytest.FixtureRequest, browser: Browser, server: Server, tmp_path: Path
) -> Iterator[WatchedPage]:
    """A page that fails its test when it logs an error or asks anything of another origin."""
    context = browser.new_context(
        base_url=server.origin, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    watched = WatchedPage(context.new_page(), server.origin)
    yield watched
    if _failed(request.node):
        picture = tmp_path / "screenshot.png"
        watched.page.screenshot(path=picture)
        request.node.add_report_section("teardown", "screenshot", str(picture))
    context.close()
    watched.assert_it_behaved()


@pytest.fixture
def page(watched: WatchedPage) -> Page:
    return watched.page


@pytest.fixture
def training(page: Page) -> Studio:
    """A long training that is under way."""
    studio = Studio(page)
    studio.train_for_long()
    return studio


@pytest.fixture
def no_run_is_left_behind(page: Page, server: Server) -> Iterator[None]:  # noqa: ARG001 - the page closes afterwards
    """A run that nobody stops would take the turn of the next test's."""
    yield
    server.stop_all_runs()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _failed(item: pytest.Item) -> bool:
    return item.stash.get(FAILED, False)
