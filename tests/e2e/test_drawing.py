"""From an empty canvas to a trained number, with nothing but the mouse and the keyboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.studio import Studio


def stroke(wire: Locator) -> str:
    """Return the color that the browser really paints the wire with."""
    color: str = wire.locator("path").first.evaluate("path => getComputedStyle(path).stroke")
    return color


def channels(color: str) -> tuple[int, int, int]:
    red, green, blue = (int(float(part)) for part in color.split("(")[1].rstrip(")").split(",")[:3])
    return red, green, blue


def is_blue(color: str) -> bool:
    red, green, blue = channels(color)
    return blue > 1.3 * max(red, green)


def is_grey(color: str) -> bool:
    return max(channels(color)) - min(channels(color)) < 32


def test_a_parameter_times_a_constant_is_drawn_and_trained(page: Page) -> None:
    studio = Studio(page)
    studio.open_empty_graph()
    product = studio.drop_from_library("Mul", 440, 220)
    parameter = studio.drop_from_library("Parameter", 150, 110)
    constant = studio.drop_from_library("Constant", 150, 380)
    optimizer = studio.drop_from_library("Optimizer", 740, 120)
    output = studio.drop_from_library("Output", 740, 380)

    studio.connect((parameter, "output"), (product, "a"))
    studio.connect((constant, "output"), (product, "b"))
    studio.connect((product, "output"), (optimizer, "loss"))
    studio.connect((parameter, "output"), (output, "input"))
    studio.set_field(parameter, "values", "5")
    studio.set_field(constant, "values", "-1")
    studio.set_field(output, "name", "value")
    studio.set_field(optimizer, "learning_rate", "0.1")

    for target in ((product, "a"), (optimizer, "loss"), (output, "input")):
        expect(studio.wire(*target)).to_have_attribute("data-grad", "true")
        assert is_blue(stroke(studio.wire(*target)))
    expect(studio.wire(product, "b")).to_have_attribute("data-grad", "false")
    assert is_grey(stroke(studio.wire(product, "b")))

    studio.set_steps(100)
    studio.train_to_the_end()
    studio.open_evaluation()
    # 5 + 100 * 0.1: minimizing the negative raises the parameter by the learning rate at every step.
    assert studio.read_output("value") == pytest.approx(15.0, abs=1e-4)


def test_a_wire_says_what_flows_and_why_it_carries_gradient_or_not(page: Page) -> None:
    studio = Studio(page)
    studio.open_example("raise-a-parameter")
    tooltip = page.get_by_test_id("canvas-tooltip")
    studio.point_at_wire(page.locator("[data-testid^='wire-'][data-grad='true']").first)
    expect(tooltip).to_contain_text("float32 ()")
    expect(tooltip).to_contain_text("Carries gradient")
    studio.point_at_wire(page.locator("[data-testid^='wire-'][data-grad='false']"))
    expect(tooltip).to_contain_text("Carries no gradient")
    expect(tooltip).to_contain_text("Constant")
