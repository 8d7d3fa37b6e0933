from pathlib import Path

import pytest

from tests import requirements
from tests.requirements import require_chromium, require_gpu, require_node


def test_a_missing_browser_is_skipped_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        require_chromium()


def test_a_missing_browser_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("CHROMIUM_PATH", "/nowhere/chromium")
    with pytest.raises(pytest.fail.Exception, match="/nowhere/chromium"):
        require_chromium()


def test_a_missing_gpu_is_skipped_even_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="NVIDIA"):
        require_gpu()


def test_the_browser_named_by_the_environment_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = tmp_path / "my-chromium"
    browser.touch()
    monkeypatch.setenv("CHROMIUM_PATH", str(browser))
    assert require_chromium() == str(browser)


def test_node_is_the_one_of_the_environment() -> None:
    folder = require_node()
    assert any((folder / name).is_file() for name in ("node", "node.exe"))


def test_what_was_found_is_told_once() -> None:
    requirements.found("thing")
    assert requirements.take_found() == {"thing"}
    assert requirements.take_found() == set()
    requirements.found("thing")
