"""Random changes of pictures are chosen, seen, trained with, and refused where they cannot be."""

from playwright.sync_api import Page, expect

from tests.e2e.studio import Studio
from tests.e2e.watched_page import WatchedPage


def add(page: Page, title: str) -> None:
    page.get_by_test_id("add-augmentation").click()
    page.get_by_role("option", name=title).click()


def test_augmentation_is_seen_before_it_is_trained_with(page: Page, watched: WatchedPage) -> None:
    studio = Studio(page)
    studio.open_example("digits-cnn")
    page.get_by_role("button", name="Augmentation").click()
    add(page, "Rotate")
    pictures = page.get_by_test_id("augmentation-preview").get_by_role("img")
    expect(pictures).to_have_count(4 * 5)
    before = pictures.nth(1).get_attribute("src")
    studio.fill(page.get_by_test_id("field-augmentation-0-degrees"), "90")
    expect(pictures.nth(1)).not_to_have_attribute("src", before or "")

    page.get_by_role("button", name="Normalization").click()
    page.get_by_test_id("field-normalize-image").click()
    page.get_by_role("option", name="Standardize").click()
    studio.fill(page.get_by_test_id("field-epochs"), "1")
    studio.expect_saved()
    studio.train_to_the_end()

    page.get_by_role("button", name="Remove Rotate").click()
    add(page, "Mixup")
    expect(page.get_by_test_id("augmentation-0")).to_contain_text("Mixup")
    studio.expect_saved()
    watched.expect_complaint(r"422 .*/api/runs")
    studio.train()
    expect(page.get_by_test_id("run-dock")).to_contain_text("class numbers of which there is no mixture")
