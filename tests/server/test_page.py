"""The built page and what is served around it, from a folder of the test's own."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from wiregrad.server.page import Page

INDEX = "<!doctype html><title>Wiregrad</title>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(INDEX)
    (built / "favicon.svg").write_text("<svg/>")
    (built / "assets" / "index-4f3a.js").write_text("start()")
    (tmp_path / "static-secret").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    (built / "link.txt").symlink_to(tmp_path / "secret.txt")
    return built


def get(folder: Path, path: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        app = Starlette(routes=[Mount("/", Page(folder))])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/", "/index.html", "/graphs/5", "/runs/5/evaluate", "/a%20place"])
def test_addresses_of_the_page_get_the_index_which_is_always_asked_for_anew(folder: Path, path: str) -> None:
    response = get(folder, path)
    assert (response.status_code, response.text) == (200, INDEX)
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-cache"


def test_hashed_files_are_kept_for_ever(folder: Path) -> None:
    response = get(folder, "/assets/index-4f3a.js")
    assert response.text == "start()"
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]


def test_other_files_are_asked_for_anew_and_not_sent_twice(folder: Path) -> None:
    response = get(folder, "/favicon.svg")
    assert response.headers["cache-control"] == "no-cache"
    again = get(folder, "/favicon.svg", **{"if-none-match": response.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/assets/index-old.js", "/missing.png", "/assets/"])
def test_files_that_are_not_there_are_not_found(folder: Path, path: str) -> None:
    response = get(folder, path)
    assert response.status_code == 404 or (path.endswith("/") and response.text == INDEX)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/../static-secret",
        "/%2e%2e%2fstatic-secret",
        "//etc/passwd",
        "/link.txt",
        "/secret.txt%00.js",
    ],
)
def test_nothing_outside_of_the_folder_is_served(folder: Path, path: str) -> None:
    assert "secret" not in get(folder, path).text
    assert "root:" not in get(folder, path).text


def test_without_a_built_page_a_plain_one_says_how_to_build_it(tmp_path: Path) -> None:
    response = get(tmp_path / "nothing", "/")
    assert response.status_code == 200
    assert "npm run build" in response.text
