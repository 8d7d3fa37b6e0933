"""Makes the pictures of the documentation, light and dark: `python -m tests.e2e.screenshots`.

The server must be free to train; nothing else about the machine shows in the pictures.
"""

import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.e2e.launching import launch_browser
from tests.e2e.server import Server, running_server
from tests.e2e.studio import Studio

FOLDER = Path(__file__).parents[2] / "docs" / "images"
SIZE: ViewportSize = {"width": 1440, "height": 900}
A_DOG = 3
NEARLY_SURE = re.compile(r"(9\d|100) %")
COLORS = 256
REFINEMENTS = 3
FIFTH_OF_THE_WAY = re.compile(r"Epoch\s*2\d of 100")
Theme = Literal["light", "dark"]


def start(studio: Studio) -> None:
    studio.open_start_page()
    studio.page.wait_for_load_state("networkidle")  # until all examples are checked and drawn in color


def editor(studio: Studio) -> None:
    studio.open_example("rosenbrock")
    studio.fit_view()


def training(studio: Studio) -> None:
    studio.open_example("digits-cnn")
    studio.fit_view()
    studio.fill(studio.page.get_by_test_id("field-epochs"), "100")
    studio.expect_saved()
    studio.train()
    expect(studio.page.get_by_test_id("run-dock")).to_contain_text(FIFTH_OF_THE_WAY, timeout=60_000)


def problem(studio: Studio) -> None:
    studio.open_empty_graph()
    linear = studio.drop_from_library("Linear", 560, 480)
    picture = studio.drop_from_library("Input", 220, 480)
    studio.set_field(picture, "shape", "1, 8, 8")
    studio.connect((picture, "output"), (linear, "input"))
    studio.expect_saved()
    studio.page.get_by_test_id(f"badge-{linear}").click()
    expect(studio.page.get_by_role("dialog", name="Problems")).to_be_visible()


def evaluation(studio: Studio) -> None:
    studio.open_example("two-classes")
    studio.fit_view()
    studio.train_to_the_end()
    studio.open_evaluation()
    studio.pick_sample(A_DOG)
    expect(studio.page.get_by_test_id("sample-pet")).to_have_text("dog", timeout=60_000)
    bar = studio.page.get_by_test_id("output-prediction-bar-dog")
    expect(bar).to_contain_text(NEARLY_SURE, timeout=60_000)


SCENES: dict[str, Callable[[Studio], None]] = {
    scene.__name__: scene for scene in (start, editor, training, problem, evaluation)
}


def photograph(page: Page, file: Path) -> None:
    """Save what the page shows with a small palette: these pictures are downloaded with every clone."""
    page.wait_for_timeout(400)  # the last transition
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    # Without refinement, small marks of a rare color would take the color of something larger.
    small = picture.quantize(COLORS, kmeans=REFINEMENTS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


def take_all(browser: Browser, server: Server, theme: Theme) -> None:
    for name, scene in SCENES.items():
        context = browser.new_context(
            base_url=server.origin, viewport=SIZE, color_scheme=theme, reduced_motion="reduce"
        )
        page = context.new_page()
        scene(Studio(page))
        photograph(page, FOLDER / f"{name}-{theme}.png")
        context.close()
        server.stop_all_runs()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        for theme in ("light", "dark"):
            with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
                take_all(browser, server, theme)
        browser.close()


if __name__ == "__main__":
    main()
