"""The learning rate's curve, beneath the setting that makes it."""

from playwright.sync_api import Page, expect

from tests.e2e.studio import Studio


def test_a_schedule_is_drawn_for_the_length_of_the_run(page: Page) -> None:
    studio = Studio(page)
    studio.open_empty_graph()
    optimizer = studio.drop_from_library("Optimizer", 300, 200)
    studio.node(optimizer).click()
    curve = page.get_by_test_id("schedule-curve")
    expect(page.get_by_test_id("field-schedule")).to_be_visible()
    expect(curve).to_have_count(0)

    page.get_by_test_id("field-schedule").click()
    page.get_by_role("option", name="cosine", exact=True).click()
    expect(curve).to_contain_text("up to 0.001")
    expect(curve).to_contain_text("100 steps")
    before = curve.locator("path").get_attribute("d")

    studio.set_field(optimizer, "warm_up", "50")
    expect(curve.locator("path")).not_to_have_attribute("d", before or "")


def test_an_empty_setting_shows_what_its_algorithm_makes_of_it(page: Page) -> None:
    studio = Studio(page)
    studio.open_empty_graph()
    optimizer = studio.drop_from_library("Optimizer", 300, 200)
    studio.node(optimizer).click()
    decay = page.get_by_test_id("field-weight_decay")
    expect(decay).to_have_attribute("placeholder", "0")
    page.get_by_test_id("field-algorithm").click()
    page.get_by_role("option", name="adamw", exact=True).click()
    expect(decay).to_have_attribute("placeholder", "0.01")
