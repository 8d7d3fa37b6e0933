"""The page asks nothing of anybody but its own server, and serves itself with a policy that says so."""

import httpx
from playwright.sync_api import Page

from tests.e2e.server import Server
from tests.e2e.studio import Studio


def test_a_tour_of_the_studio_asks_nothing_of_other_origins(page: Page) -> None:
    """`page` fails this test, as any other, when a request leaves the origin or an error is logged."""
    studio = Studio(page)
    studio.open_example("rosenbrock")
    studio.train_to_the_end()
    studio.open_evaluation()
    studio.open_start_page()


def test_the_page_may_load_from_its_own_origin_only(server: Server) -> None:
    policy = httpx.get(server.origin).headers["content-security-policy"]
    directives = {name: set(sources) for name, *sources in (part.split() for part in policy.split(";"))}
    assert directives["default-src"] == {"'none'"}
    # React writes style attributes; nothing else may stand in the page itself.
    assert directives.pop("style-src-attr") == {"'unsafe-inline'"}
    assert set().union(*directives.values()) <= {"'self'", "'none'", "data:", "blob:"}
