"""What a person does in the studio, in the words of a person."""

import re

from playwright.sync_api import Locator, Page, expect

TRAINING_TIMEOUT = 120_000
MANY_STEPS = 1_000_000_000
"""Nobody waits for their end."""
NODE_ID = re.compile(r"^node-(.+)$")


class Studio:
    def __init__(self, page: Page) -> None:
        self.page = page

    # ---- Ways in ----

    def open_start_page(self) -> None:
        self.page.goto("/")
        expect(self.page.get_by_test_id("example-rosenbrock")).to_be_visible()

    def open_empty_graph(self) -> None:
        self.open_start_page()
        self.page.get_by_test_id("new-graph").click()
        expect(self.canvas).to_be_visible()

    def open_example(self, example: str) -> None:
        self.open_start_page()
        self.page.get_by_test_id(f"example-{example}").click()
        expect(self.nodes.first).to_be_visible()

    # ---- The canvas ----

    @property
    def canvas(self) -> Locator:
        return self.page.locator(".react-flow__pane")

    def fit_view(self) -> None:
        self.page.get_by_test_id("fit-view").click()

    @property
    def nodes(self) -> Locator:
        return self.page.locator(".react-flow__node [data-testid^='node-']")

    def node(self, node: str) -> Locator:
        return self.page.get_by_test_id(f"node-{node}")

    def port(self, node: str, port: str) -> Locator:
        return self.page.get_by_test_id(f"port-{node}-{port}")

    def wire(self, node: str, port: str) -> Locator:
        """Find the wire that ends in this input port."""
        return self.page.get_by_test_id(f"wire-{node}-{port}")

    @property
    def wires(self) -> Locator:
        return self.page.locator("[data-testid^='wire-']")

    @staticmethod
    def point_at_wire(wire: Locator) -> None:
        wire.locator(".react-flow__edge-interaction").hover()

    def kind_of(self, node: str) -> str | None:
        return self.node(node).get_attribute("data-kind")

    def node_ids(self) -> set[str]:
        names = self.nodes.evaluate_all("cards => cards.map(card => card.dataset.testid)")
        return {match[1] for name in names if (match := NODE_ID.match(name))}

    def drop_from_library(self, kind: str, x: float, y: float) -> str:
        """Drag a kind from the library to a place on the canvas, given in pixels from its corner."""
        before = self.node_ids()
        pane = self.canvas.bounding_box()
        assert pane is not None
        self._drag(self.page.get_by_test_id(f"library-{kind}"), pane["x"] + x, pane["y"] + y)
        expect(self.nodes).to_have_count(len(before) + 1)
        (added,) = self.node_ids() - before
        return added

    def connect(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Draw a wire from an output port to an input port."""
        x, y = self._center(self.port(*target))
        self._drag(self.port(*source), x, y)
        expect(self.wire(*target)).to_have_count(1)

    def drop_wire(self, source: tuple[str, str], x: float, y: float) -> None:
        """Draw a wire that ends nowhere, at a place given in pixels from the canvas's corner."""
        pane = self.canvas.bounding_box()
        assert pane is not None
        self._drag(self.port(*source), pane["x"] + x, pane["y"] + y)

    def _drag(self, grip: Locator, x: float, y: float) -> None:
        grip.scroll_into_view_if_needed()
        start_x, start_y = self._center(grip)
        mouse = self.page.mouse
        mouse.move(start_x, start_y)
        mouse.down()
        mouse.move(start_x + 8, start_y + 4)
        mouse.move(x, y, steps=8)
        mouse.up()

    @staticmethod
    def _center(locator: Locator) -> tuple[float, float]:
        box = locator.bounding_box()
        assert box is not None, f"{locator} is not on the screen"
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def select(self, node: str) -> None:
        self.node(node).click(position={"x": 20, "y": 12})

    def select_nothing(self) -> None:
        self.canvas.click(position={"x": 8, "y": 8})

    def set_field(self, node: str, field: str, value: str) -> None:
        """Type a setting of a node into the inspector."""
        self.select(node)
        self.fill(self.page.get_by_test_id(f"field-{field}"), value)

    def choose_column(self, node: str, column: str) -> None:
        """Say which column of the dataset an Input reads."""
        self.select(node)
        self.page.get_by_test_id("field-dataset-column").click()
        self.page.get_by_role("option", name=column).click()

    def expect_saved(self, timeout: float = 10_000) -> None:
        saved = self.page.get_by_test_id("saved-state")
        expect(saved).to_have_attribute("data-state", "saved", timeout=timeout)

    # ---- Training and what comes of it ----

    def set_steps(self, steps: int) -> None:
        """Say how long to train, in the inspector of the graph itself."""
        self.select_nothing()
        self.fill(self.page.get_by_test_id("field-steps"), str(steps))

    @staticmethod
    def fill(control: Locator, value: str) -> None:
        control.fill(value)
        control.press("Enter")

    def train(self) -> None:
        self.page.get_by_test_id("train-button").click()

    def train_for_long(self) -> None:
        """Begin a training that only ends when somebody ends it, and see its first steps."""
        self.open_example("rosenbrock")
        self.set_steps(MANY_STEPS)
        self.train()
        self.expect_run_state("running")
        expect(self.page.get_by_test_id("run-step")).not_to_have_text("0")

    def expect_run_state(self, state: str, timeout: float = TRAINING_TIMEOUT) -> None:
        expect(self.page.get_by_test_id("run-state")).to_have_text(state, timeout=timeout)

    def train_to_the_end(self, timeout: float = TRAINING_TIMEOUT) -> None:
        self.train()
        self.expect_run_state("completed", timeout)

    def open_evaluation(self) -> None:
        self.page.get_by_test_id("tab-evaluate").click()
        expect(self.page.get_by_test_id("evaluate-panel")).to_be_visible()

    def pick_sample(self, index: int) -> None:
        self.fill(self.page.get_by_test_id("sample-index"), str(index))

    def read_bars(self, name: str) -> dict[str, float]:
        """Read the percentages of an Output's bars, by label, all of one drawing of the page."""
        prefix = f"output-{name}-bar-"
        bars = self.page.locator(f"[data-testid^='{prefix}']")
        expect(bars.first).to_be_visible()
        read = bars.evaluate_all("bars => bars.map(bar => [bar.dataset.testid, bar.innerText])")
        return {test_id.removeprefix(prefix): number_before(text, "%") for test_id, text in read}

    def output(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"output-{name}")

    def read_output(self, name: str) -> float:
        """Read one number of an Output as it stands on the page."""
        return number_before(self.output(name).inner_text())


def number_before(shown: str, unit: str = "") -> float:
    number = re.search(rf"[-+\u2212]?\d+(\.\d+)?(e[-+\u2212]?\d+)?(?=\s*{unit})", shown)
    assert number, f"{shown!r} has no number in it"
    return float(number[0].replace("\u2212", "-"))
