"""Finding nodes, bringing them into order, framing them, and the graph as a list."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import Auditor, install_axe
from tests.e2e.studio import Studio


@pytest.fixture
def studio(page: Page) -> Studio:
    return Studio(page)


def place_of(card: Locator) -> tuple[float, float]:
    box = card.bounding_box()
    assert box is not None, f"{card} is not on the screen"
    return box["x"], box["y"]


def focus_canvas(page: Page) -> None:
    page.get_by_test_id("canvas").focus()


def test_nodes_are_found_inside_blocks_too(studio: Studio, page: Page) -> None:
    studio.open_example("residual")
    focus_canvas(page)
    page.keyboard.press("Control+f")
    page.keyboard.type("conv2d")
    expect(page.get_by_test_id("find-count")).to_have_text("1 of 7")
    expect(page.get_by_test_id("breadcrumbs")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("breadcrumbs")).to_contain_text("First block")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_test_id("breadcrumbs")).to_have_count(0)
    page.keyboard.type(" nowhere")
    expect(page.get_by_test_id("find-count")).to_have_text("none")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("find-bar")).to_have_count(0)


def test_a_graph_is_tidied_in_one_step(studio: Studio, page: Page) -> None:
    studio.open_empty_graph()
    parameter = studio.drop_from_library("Parameter", 500, 120)
    optimizer = studio.drop_from_library("Optimizer", 200, 300)
    studio.connect((parameter, "output"), (optimizer, "loss"))
    studio.select_nothing()
    page.keyboard.press("Shift+T")
    expect(page.get_by_test_id("undo")).to_have_attribute("aria-label", "Undo: Tidy up the graph")
    (left, upper), (right, lower) = place_of(studio.node(parameter)), place_of(studio.node(optimizer))
    assert left < right
    assert abs(upper - lower) < 1
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("redo")).to_have_attribute("aria-label", "Redo: Tidy up the graph")
    assert place_of(studio.node(parameter))[0] > place_of(studio.node(optimizer))[0]


def test_what_is_selected_is_aligned_framed_and_moved_with_its_frame(studio: Studio, page: Page) -> None:
    studio.open_empty_graph()
    first = studio.drop_from_library("Parameter", 160, 160)
    second = studio.drop_from_library("Constant", 460, 240)
    page.keyboard.press("Control+a")
    page.get_by_test_id("arrange-selection.align-top").click()
    assert place_of(studio.node(first))[1] == place_of(studio.node(second))[1]

    focus_canvas(page)
    page.keyboard.press("Shift+G")
    page.keyboard.type("Numbers")
    page.keyboard.press("Enter")
    title = page.get_by_test_id("frame-title-frame")
    expect(title).to_have_text("Numbers")

    before = place_of(studio.node(first))
    x, y = place_of(title)
    page.mouse.move(x + 10, y + 10)
    page.mouse.down()
    page.mouse.move(x + 40, y + 40, steps=4)
    page.mouse.move(x + 70, y + 110, steps=4)
    page.mouse.up()
    expect(page.get_by_test_id("undo")).to_have_attribute("aria-label", "Undo: Move 3 parts")
    moved = place_of(studio.node(first))
    assert (moved[0] - before[0], moved[1] - before[1]) == pytest.approx((60, 100), abs=20)
    studio.expect_saved()
    page.reload()
    expect(title).to_have_text("Numbers")

    title.click()
    page.get_by_test_id("color-amber").check()
    expect(page.get_by_test_id("frame-frame")).to_have_attribute("data-color", "amber")
    page.get_by_role("button", name="Remove, keep parts").click()
    expect(title).to_have_count(0)
    expect(studio.nodes).to_have_count(2)


def test_the_list_of_nodes_chooses_renames_and_deletes_without_a_pointer(studio: Studio, page: Page) -> None:
    studio.open_example("compare-loses-gradients")
    focus_canvas(page)
    page.keyboard.press("Alt+l")
    rows = page.get_by_test_id("node-list").get_by_role("row")
    expect(rows).to_have_count(6)
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(2)).to_contain_text("Carries gradient")
    expect(rows.nth(2)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("node-list")).to_contain_text("Optimizer has nothing to train")
    page.keyboard.press("F2")
    page.keyboard.type("Score")
    page.keyboard.press("Enter")
    expect(rows.nth(2)).to_contain_text("Score")
    page.keyboard.press("End")
    page.keyboard.press("Delete")
    expect(rows).to_have_count(5)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("node-list")).to_have_count(0)
    card = page.locator(".react-flow__node", has_text="Score")
    expect(card).to_be_focused()


def test_these_views_too_hold_nothing_that_shuts_people_out(studio: Studio, page: Page) -> None:
    install_axe()
    auditor = Auditor(page)
    studio.open_example("rosenbrock")
    page.get_by_role("button", name="Frame (x2").click()
    expect(page.get_by_test_id("color-plain")).to_be_visible()
    auditor.expect_nothing("[data-testid=panel-inspector]")
    focus_canvas(page)
    page.keyboard.press("Control+f")
    page.keyboard.type("mul")
    expect(page.get_by_test_id("find-count")).to_have_text("1 of 3")
    auditor.expect_nothing()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("find-count")).to_have_count(0)
    focus_canvas(page)
    page.keyboard.press("Control+a")
    expect(page.get_by_role("toolbar", name="Arrange").first).to_be_visible()
    page.get_by_test_id("show-node-list").click()
    expect(page.get_by_test_id("node-list")).to_be_visible()
    auditor.expect_nothing()
