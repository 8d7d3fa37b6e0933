"""What axe-core finds on a page that people who see, hear or point differently could not use."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hatch_build import Npm
from playwright.sync_api import Page

from tests.requirements import require_node

FRONTEND = Path(__file__).parents[2] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
FOCUS_GUARDS = "[data-base-ui-focus-guard]"
"""Stand around what is open and pass the focus on as soon as they get it; nobody stays there."""

AUDIT = """async ({within, guards, rules}) => {
    const options = {resultTypes: ['violations'], iframes: false, ...(rules && {runOnly: rules})};
    return (await axe.run({include: [within], exclude: [guards]}, options)).violations;
}"""


class Auditor:
    """Looks at a page with axe-core, which has to be there before the page is opened."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.add_init_script(path=AXE)

    def expect_nothing(self, within: str = "html") -> None:
        """`within` is a selector of the part to look at, where the rest was looked at already."""
        findings = list(self.findings(within))
        if findings:
            pytest.fail("\n".join(findings), pytrace=False)

    def findings(self, within: str = "html") -> Iterator[str]:
        """Everything grave: the rule, what it asks for, and each element that breaks it, with the reason."""
        self._page.emulate_media(color_scheme="light")
        yield from self._run(within, "light")
        self._page.emulate_media(color_scheme="dark")
        yield from self._run(within, "dark", rules=["color-contrast"])  # nothing else depends on colors

    def _run(self, within: str, theme: str, rules: list[str] | None = None) -> Iterator[str]:
        request = {"within": within, "guards": FOCUS_GUARDS, "rules": rules}
        violations: list[dict[str, Any]] = self._page.evaluate(AUDIT, request)
        for rule in violations:
            if rule["impact"] in GRAVE:
                for node in rule["nodes"]:
                    place = " ".join(map(str, node["target"]))
                    yield f"{theme} {rule['id']} ({rule['help']}): {place}\n    {node['failureSummary']}"


def install_axe() -> None:
    require_node()
    Npm(FRONTEND).install()
