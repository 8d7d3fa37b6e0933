"""Leaving something out for a while: bypassed nodes, frozen weights, collapsed frames."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import Auditor, install_axe
from tests.e2e.studio import Studio

pytestmark = pytest.mark.usefixtures("no_run_is_left_behind")


@pytest.fixture
def studio(page: Page) -> Studio:
    return Studio(page)


def expect_bypassed(card: Locator, *, bypassed: bool = True) -> None:
    expect(card.get_by_text("Bypassed")).to_have_count(int(bypassed))


def choose_in_menu(page: Page, card: Locator, command: str) -> None:
    card.click(button="right", position={"x": 20, "y": 12})
    page.get_by_test_id(f"menu-{command}").click()


def test_nodes_are_bypassed_by_keys_menu_palette_and_switch_and_the_rest_trains(
    studio: Studio, page: Page
) -> None:
    studio.open_example("digits-cnn")
    dropout, scores = studio.node("dropout"), studio.node("scores")
    studio.select("dropout")
    page.keyboard.press("Control+b")
    expect_bypassed(dropout)
    expect(page.get_by_test_id("undo")).to_have_attribute("aria-label", "Undo: Bypass Hide a quarter")
    page.keyboard.press("Control+z")
    expect_bypassed(dropout, bypassed=False)
    page.keyboard.press("Control+Shift+z")
    expect_bypassed(dropout)
    choose_in_menu(page, studio.node("relu-1"), "edit.bypass")
    expect_bypassed(studio.node("relu-1"))
    page.keyboard.press("Control+k")
    page.keyboard.type("bypass or")
    page.keyboard.press("Enter")
    expect_bypassed(studio.node("relu-1"), bypassed=False)

    studio.select("scores")
    page.get_by_test_id("field-bypassed").click()
    expect_bypassed(scores)
    page.get_by_test_id("badge-scores").click()
    expect(page.get_by_role("dialog", name="Problems")).to_contain_text(
        "an input of float32 (10,) per sample"
    )
    page.get_by_role("dialog", name="Problems").get_by_role("button", name="Take the bypass away").click()
    expect_bypassed(scores, bypassed=False)
    expect(page.get_by_test_id("badge-scores")).to_have_count(0)
    studio.select_nothing()
    studio.fill(page.get_by_test_id("field-epochs"), "1")
    studio.expect_saved()
    page.reload()
    expect_bypassed(studio.node("dropout"))
    studio.train_to_the_end()


def test_weights_are_frozen_by_a_key_and_seen_to_be(studio: Studio, page: Page) -> None:
    studio.open_example("digits-cnn")
    studio.select("conv-1")
    page.get_by_test_id("node-conv-2").click(position={"x": 20, "y": 12}, modifiers=["Control"])
    page.keyboard.press("Shift+F")
    for node in ("conv-1", "conv-2"):
        expect(studio.node(node).get_by_role("img", name="Frozen")).to_be_visible()
    studio.select("conv-1")
    expect(page.get_by_test_id("field-trainable")).not_to_be_checked()
    expect(page.locator(".react-flow__node", has=studio.node("conv-1"))).to_have_accessible_name(
        "32 patterns, Conv2D, frozen"
    )
    page.keyboard.press("Shift+F")
    expect(studio.node("conv-1").get_by_role("img", name="Frozen")).to_have_count(0)
    expect(page.get_by_test_id("field-trainable")).to_be_checked()


def test_a_frame_is_collapsed_to_a_bar_and_opened_for_whoever_looks_for_something_in_it(
    studio: Studio, page: Page
) -> None:
    install_axe()
    auditor = Auditor(page)
    studio.open_example("digits-cnn")
    studio.fit_view()
    cards, wires = studio.nodes.count(), studio.wires.count()
    page.get_by_role("button", name="Frame First block").click()
    page.keyboard.press("Alt+c")
    bar = page.locator("[data-testid^='bar-']")
    expect(bar).to_contain_text("4 nodes")
    expect(studio.nodes).to_have_count(cards - 4)
    expect(studio.wires).to_have_count(wires - 3)
    expect(bar.get_by_role("img", name="1 wire in")).to_be_visible()
    studio.select("dropout")
    page.keyboard.press("Control+b")
    expect_bypassed(studio.node("dropout"))
    auditor.expect_nothing("[data-testid=canvas]")

    studio.expect_saved()
    page.reload()
    expect(bar).to_contain_text("First block")
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120, steps=6)
    page.mouse.up()
    expect(page.get_by_test_id("undo")).to_have_attribute("aria-label", re.compile("Undo: Move First block"))

    page.keyboard.press("Control+f")
    page.keyboard.type("32 patterns")
    expect(bar).to_have_count(0)
    expect(studio.node("conv-1")).to_have_attribute("data-selected", "true")
    page.keyboard.press("Escape")
    page.get_by_test_id("canvas").focus()
    page.keyboard.press("Control+z")
    expect(bar).to_have_count(1)
    bar.get_by_role("button", name="Open").click()
    expect(studio.nodes).to_have_count(cards)
    expect(studio.wires).to_have_count(wires)
