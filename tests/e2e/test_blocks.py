"""Blocks in the browser: grouped from nodes, opened, used again, trained, taken apart."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.studio import Studio


@pytest.fixture
def studio(page: Page) -> Studio:
    """A network that reads digits, with its middle grouped into a block."""
    studio = Studio(page)
    studio.open_example("digits-mlp")
    studio.select("hidden")
    page.keyboard.down("Control")
    studio.select("relu")
    page.keyboard.up("Control")
    page.keyboard.press("Control+g")
    expect(studio.node("block")).to_be_visible()
    return studio


def test_a_group_is_one_node_with_the_same_values(studio: Studio) -> None:
    expect(studio.node("hidden")).to_have_count(0)
    expect(studio.wire("block", "input")).to_have_attribute("data-type", "float32 (64,)")
    expect(studio.wire("block", "input")).to_have_attribute("data-grad", "false")
    expect(studio.wire("scores", "input")).to_have_attribute("data-type", "float32 (64,)")
    expect(studio.wire("scores", "input")).to_have_attribute("data-grad", "true")


def test_inside_values_are_those_of_the_use_that_was_opened(studio: Studio, page: Page) -> None:
    studio.page.get_by_test_id("open-block").click()
    expect(page.get_by_test_id("breadcrumbs")).to_contain_text("Block 1")
    expect(studio.nodes).to_have_count(4)
    expect(studio.wire("hidden", "input")).to_have_attribute("data-type", "float32 (64,)")
    expect(studio.wire("relu", "input")).to_have_attribute("data-grad", "true")

    studio.set_field("hidden", "units", "48")
    page.keyboard.press("Escape")
    studio.select_nothing()
    page.get_by_test_id("breadcrumbs").get_by_role("button").first.click()
    expect(studio.wire("scores", "input")).to_have_attribute("data-type", "float32 (48,)")


def test_undo_goes_to_where_it_was_done(studio: Studio, page: Page) -> None:
    studio.page.get_by_test_id("open-block").click()
    studio.set_field("hidden", "units", "48")
    studio.select_nothing()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_test_id("breadcrumbs")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("breadcrumbs")).to_be_visible()
    expect(studio.wire("relu", "input")).to_have_attribute("data-type", "float32 (64,)")


def test_a_problem_inside_is_shown_on_the_block_and_found(studio: Studio, page: Page) -> None:
    studio.page.get_by_test_id("open-block").click()
    studio.select("relu")
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("node-output")).to_have_attribute("data-problem", "error")
    page.keyboard.press("Alt+ArrowUp")
    expect(studio.node("block")).to_have_attribute("data-problem", "error")
    page.get_by_test_id("problem-count").click()
    page.get_by_test_id("problem-0").get_by_role("button", name="Show").click()
    expect(page.get_by_test_id("breadcrumbs")).to_be_visible()


def test_a_block_is_dragged_in_again_trained_and_ungrouped(studio: Studio, page: Page) -> None:
    page.get_by_test_id("library-search").fill("Block 1")
    page.get_by_test_id("library-Block:block").dblclick()
    expect(studio.nodes).to_have_count(11)
    page.keyboard.press("Delete")
    expect(studio.nodes).to_have_count(10)
    studio.train_to_the_end()

    studio.select("block")
    page.keyboard.press("Control+Shift+g")
    expect(studio.node("hidden")).to_be_visible()
    expect(studio.wire("scores", "input")).to_have_attribute("data-type", "float32 (64,)")
    studio.expect_saved()
