"""What "auto" means, and what is said of a backend that there is not."""

import pytest

from wiregrad.engine.backends import BACKEND_VARIABLE, UnknownBackend, available, get_backend, known


def test_auto_is_the_one_that_prefers_itself_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BACKEND_VARIABLE, raising=False)
    assert get_backend().preference == max(backend.preference for backend in available())


@pytest.mark.parametrize("backend", available(), ids=lambda backend: backend.name)
def test_the_environment_says_what_auto_means(backend: object, monkeypatch: pytest.MonkeyPatch) -> None:
    name = backend.name  # type: ignore[attr-defined]
    monkeypatch.setenv(BACKEND_VARIABLE, name)
    assert get_backend() is get_backend("auto") is get_backend(name)


def test_who_names_a_backend_gets_it_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BACKEND_VARIABLE, "no-such")
    assert get_backend("numpy").name == "numpy"


def test_an_empty_choice_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BACKEND_VARIABLE, raising=False)
    default = get_backend()
    monkeypatch.setenv(BACKEND_VARIABLE, "")
    assert get_backend() is default
    with pytest.raises(UnknownBackend):
        get_backend("")


def test_an_unknown_choice_names_the_variable_and_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BACKEND_VARIABLE, "lvm")
    with pytest.raises(
        UnknownBackend, match=r"WIREGRAD_BACKEND: expected a backend among auto, .*got 'lvm'"
    ) as e:
        get_backend()
    assert e.value.got == "lvm"
    assert all(backend.name in e.value.expected for backend in known())
