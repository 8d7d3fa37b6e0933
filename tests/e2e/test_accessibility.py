"""The main views, light and dark, hold nothing that axe-core calls serious or critical."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import Auditor, install_axe
from tests.e2e.studio import Studio

pytestmark = pytest.mark.usefixtures("no_run_is_left_behind")


@pytest.fixture(scope="module")
def axe() -> None:
    install_axe()


@pytest.fixture
def auditor(axe: None, page: Page) -> Auditor:  # noqa: ARG001 - it is read from where it is installed
    return Auditor(page)


@pytest.fixture
def studio(page: Page) -> Studio:
    return Studio(page)


def test_what_is_broken_is_found(auditor: Auditor, studio: Studio, page: Page) -> None:
    studio.open_start_page()
    page.get_by_test_id("start-page").evaluate(
        """place => {
            place.insertAdjacentHTML("afterbegin", "<p id=faint>Hardly to be read</p><button></button>");
            document.getElementById("faint").style.color = "rgb(128 128 128 / 40%)";
        }"""
    )
    found = {tuple(finding.split()[:2]) for finding in auditor.findings()}
    assert found == {("light", "button-name"), ("light", "color-contrast"), ("dark", "color-contrast")}


def test_the_start_page(auditor: Auditor, studio: Studio) -> None:
    studio.open_start_page()
    auditor.expect_nothing()


def test_the_editor_with_a_graph(auditor: Auditor, studio: Studio, page: Page) -> None:
    studio.open_example("rosenbrock")
    auditor.expect_nothing()
    studio.select("curve-squared")
    expect(page.get_by_test_id("field-label")).to_be_visible()
    auditor.expect_nothing("[data-testid=panel-inspector]")
    page.get_by_test_id("file-menu").click()
    expect(page.get_by_role("menu", name="File")).to_be_visible()
    auditor.expect_nothing("[role=menu]")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("command-palette")).to_be_visible()
    auditor.expect_nothing("[role=dialog]")


def test_a_graph_with_a_problem_and_a_bend_for_a_wire(auditor: Auditor, studio: Studio, page: Page) -> None:
    studio.open_empty_graph()
    studio.drop_from_library("Reroute", 300, 200)
    linear = studio.drop_from_library("Linear", 560, 480)
    studio.expect_saved()
    page.get_by_test_id(f"badge-{linear}").click()
    expect(page.get_by_role("dialog", name="Problems")).to_be_visible()
    auditor.expect_nothing()


def test_data(auditor: Auditor, page: Page) -> None:
    page.goto("/data")
    page.locator("[data-testid^='dataset-']").first.click()
    expect(page.get_by_label(re.compile("How .* is spread")).first).to_be_visible()
    expect(page.get_by_test_id("samples-place")).to_be_visible()
    auditor.expect_nothing()


def test_a_run_that_goes_on_and_is_looked_into(auditor: Auditor, training: Studio, page: Page) -> None:
    training.select("curve-squared")
    page.get_by_role("tab", name="Watch").click()
    page.get_by_test_id("probe-selection").click()
    expect(page.get_by_test_id("look-value-output")).to_contain_text("mean")
    page.get_by_test_id("pause-button").click()
    training.expect_run_state("paused")
    auditor.expect_nothing()


def test_a_run_and_what_came_of_it(auditor: Auditor, studio: Studio, page: Page) -> None:
    studio.open_example("read-row-by-row")
    studio.fill(page.get_by_test_id("field-epochs"), "1")
    studio.train_to_the_end()
    auditor.expect_nothing()
    for tab in ("Confusion", "Problems", "Log"):
        page.get_by_role("tab", name=tab).click()
        auditor.expect_nothing("[data-testid=run-dock]")
    page.get_by_test_id("run-picker").click()
    expect(page.get_by_test_id("run-1-state")).to_be_visible()
    auditor.expect_nothing("[role=dialog]")
    page.keyboard.press("Escape")

    studio.open_evaluation()
    studio.pick_sample(0)
    expect(page.get_by_test_id("output-prediction-bar-0")).to_be_visible()
    auditor.expect_nothing("[data-testid=evaluate-panel]")
