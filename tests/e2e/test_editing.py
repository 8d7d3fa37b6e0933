"""Editing as hands expect it: history, clipboard, dropped wires, problems, saving, commands."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.server import Server
from tests.e2e.studio import Studio
from tests.e2e.watched_page import WatchedPage


@pytest.fixture
def studio(page: Page) -> Studio:
    """An empty graph in the studio."""
    studio = Studio(page)
    studio.open_empty_graph()
    return studio


def test_everything_is_undone_and_done_again(studio: Studio, page: Page) -> None:
    parameter = studio.drop_from_library("Parameter", 200, 200)
    optimizer = studio.drop_from_library("Optimizer", 600, 200)
    studio.connect((parameter, "output"), (optimizer, "loss"))
    studio.set_field(optimizer, "learning_rate", "0.25")
    studio.select_nothing()  # in a field, undo is the field's own

    for _ in range(4):
        page.keyboard.press("Control+z")
    expect(studio.nodes).to_have_count(0)
    for _ in range(4):
        page.keyboard.press("Control+Shift+z")
    expect(studio.nodes).to_have_count(2)
    expect(studio.wire(optimizer, "loss")).to_have_count(1)
    studio.select(optimizer)
    expect(page.get_by_test_id("field-learning_rate")).to_have_value("0.25")


def test_a_selection_is_copied_with_its_wires(studio: Studio, page: Page) -> None:
    parameter = studio.drop_from_library("Parameter", 200, 120)
    optimizer = studio.drop_from_library("Optimizer", 600, 120)
    studio.connect((parameter, "output"), (optimizer, "loss"))
    before = studio.node_ids()

    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(studio.nodes).to_have_count(4)
    expect(studio.wires).to_have_count(2)
    (copied,) = [node for node in studio.node_ids() - before if studio.kind_of(node) == "Optimizer"]
    expect(studio.wire(copied, "loss")).to_have_attribute("data-grad", "true")

    page.keyboard.press("Control+z")
    expect(studio.nodes).to_have_count(2)
    expect(studio.wires).to_have_count(1)


def test_a_deleted_node_takes_its_wires_along(studio: Studio, page: Page) -> None:
    parameter = studio.drop_from_library("Parameter", 200, 120)
    optimizer = studio.drop_from_library("Optimizer", 600, 120)
    studio.connect((parameter, "output"), (optimizer, "loss"))
    studio.select(parameter)
    page.keyboard.press("Delete")
    expect(studio.node(parameter)).to_have_count(0)
    expect(studio.wires).to_have_count(0)


def test_a_wire_dropped_on_nothing_offers_the_kinds_that_fit(studio: Studio, page: Page) -> None:
    parameter = studio.drop_from_library("Parameter", 200, 200)
    studio.drop_wire((parameter, "output"), 520, 120)
    menu = page.get_by_role("dialog", name="Add a node")
    expect(menu).to_be_visible()
    # A Constant has no input that the wire could end in.
    expect(menu.get_by_test_id("option-Constant")).to_have_count(0)
    page.keyboard.type("optim")
    page.keyboard.press("Enter")
    expect(studio.nodes).to_have_count(2)
    (optimizer,) = studio.node_ids() - {parameter}
    expect(studio.wire(optimizer, "loss")).to_have_attribute("data-grad", "true")


def test_a_problem_names_its_remedy_and_one_click_mends_it(studio: Studio, page: Page) -> None:
    picture = studio.drop_from_library("Input", 160, 160)
    studio.set_field(picture, "shape", "1, 8, 8")
    linear = studio.drop_from_library("Linear", 560, 160)
    studio.connect((picture, "output"), (linear, "input"))

    page.get_by_test_id(f"badge-{linear}").click()
    problem = page.get_by_role("dialog", name="Problems")
    expect(problem).to_contain_text("Flatten")
    problem.get_by_role("button", name="Insert Flatten").click()
    expect(studio.nodes).to_have_count(3)
    expect(page.get_by_test_id(f"badge-{linear}")).to_have_count(0)
    (flatten,) = [node for node in studio.node_ids() if studio.kind_of(node) == "Flatten"]
    expect(studio.wire(flatten, "input")).to_have_count(1)
    expect(studio.wire(linear, "input")).to_have_count(1)


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        ("constant-cannot-train", "Constant has nothing to change"),
        ("compare-loses-gradients", "booleans do not carry gradients"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_the_reason(
    watched: WatchedPage, example: str, reason: str
) -> None:
    watched.expect_complaint("422")  # the browser itself reports a refused request
    studio = Studio(watched.page)
    studio.open_example(example)
    studio.train()
    expect(watched.page.get_by_test_id("run-refusal")).to_be_visible()
    expect(watched.page.get_by_test_id("problem-list")).to_contain_text(reason)


def test_work_is_saved_by_itself_and_found_after_a_reload(studio: Studio, page: Page) -> None:
    parameter = studio.drop_from_library("Parameter", 300, 200)
    studio.set_field(parameter, "values", "7")
    studio.expect_saved()
    page.reload()
    expect(studio.node(parameter)).to_contain_text("7")


def test_two_windows_cannot_overwrite_each_other(
    studio: Studio, watched: WatchedPage, page: Page, browser: Browser, server: Server
) -> None:
    watched.expect_complaint("409")
    parameter = studio.drop_from_library("Parameter", 300, 200)
    studio.expect_saved()
    address = page.url
    elsewhere = browser.new_context(base_url=server.origin, viewport={"width": 1440, "height": 900})
    other = Studio(elsewhere.new_page())
    other.page.goto(address)
    other.set_field(parameter, "values", "1")
    other.expect_saved()
    elsewhere.close()

    studio.set_field(parameter, "values", "2")
    expect(page.get_by_test_id("saved-state")).to_have_attribute("data-state", "conflict")
    page.get_by_test_id("conflict-copy").click()
    studio.expect_saved()
    assert page.url != address
    expect(studio.node(parameter)).to_contain_text("2")
    page.goto(address)
    expect(studio.node(parameter)).to_contain_text("1")


def test_every_command_is_found_by_its_name(studio: Studio, page: Page) -> None:
    studio.drop_from_library("Parameter", 300, 200)
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("command-palette")).to_be_visible()
    page.keyboard.type("undo")
    page.keyboard.press("Enter")
    expect(studio.nodes).to_have_count(0)


def test_a_graph_is_taken_away_and_brought_back_as_a_file(studio: Studio, page: Page, tmp_path: Path) -> None:
    parameter = studio.drop_from_library("Parameter", 300, 200)
    studio.set_field(parameter, "values", "3")
    studio.expect_saved()
    with page.expect_download() as download:
        page.keyboard.press("Control+Shift+s")
    file = tmp_path / "graph.json"
    download.value.save_as(file)
    document = json.loads(file.read_text())
    assert document["format"] == "wiregrad/graph@1"
    assert [node["settings"]["values"] for node in document["nodes"]] == [3]

    studio.open_start_page()
    page.get_by_test_id("import-input").set_input_files(file)
    expect(studio.node(parameter)).to_contain_text("3")
