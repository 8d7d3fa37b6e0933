"""A model of characters writes on, on the page."""

from playwright.sync_api import Page, expect

from tests.e2e.server import Server
from tests.e2e.studio import TRAINING_TIMEOUT, Studio
from tests.training.writing import writer_document
from wiregrad.data.builtin.sonnets import ALPHABET, LENGTH


def test_a_text_is_continued_with_the_weights_of_the_run(page: Page, server: Server) -> None:
    document = writer_document(len(ALPHABET), LENGTH, dataset="sonnets", steps=10)
    graph = server.post("/api/graphs", {"graph": document.to_json()})
    studio = Studio(page)
    page.goto(f"/graphs/{graph['id']}")
    studio.train_to_the_end()
    studio.open_evaluation()
    card = page.get_by_test_id("text-card")
    expect(card).to_contain_text(f"knows {len(ALPHABET)} different ones", timeout=TRAINING_TIMEOUT)

    start = page.get_by_test_id("text-start")
    start.fill("Shall I €")
    expect(card).to_contain_text("It never saw €")
    start.fill("Shall I")
    page.get_by_test_id("continue-text").click()
    text = page.get_by_test_id("continued-text")
    expect(text).to_be_visible()
    first = text.text_content() or ""
    assert first.startswith("Shall I")
    assert len(first) == len("Shall I") + 200
    assert set(first) <= set(ALPHABET)

    page.get_by_test_id("continue-text").click()
    expect(text).not_to_have_text(first)
    expect(card).to_contain_text("After step 10.")


def test_a_graph_that_writes_nothing_has_no_such_card(page: Page) -> None:
    studio = Studio(page)
    studio.open_example("lower-a-parameter")
    studio.train_to_the_end()
    studio.open_evaluation()
    expect(studio.output("value")).to_be_visible()
    expect(page.get_by_test_id("text-card")).to_have_count(0)
