"""Texts cut into windows for models of characters."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiregrad.data.importing import ImportOptions
from wiregrad.data.store import DatasetStore


def windows_of(text: str, length: int, stride: int) -> list[tuple[str, str]]:
    starts = range(0, len(text) - length, stride)
    return [(text[start : start + length], text[start + 1 : start + length + 1]) for start in starts]


@given(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), min_size=9, max_size=90
    ),
    st.integers(1, 8),
    st.integers(1, 12),
)
@settings(max_examples=60, deadline=None)
def test_windows_are_those_of_python(
    tmp_path_factory: pytest.TempPathFactory, text: str, length: int, stride: int
) -> None:
    folder = tmp_path_factory.mktemp("text")
    (folder / "x.txt").write_text(text, encoding="utf-8", newline="")
    options = ImportOptions(text_length=length, text_stride=stride)
    dataset = DatasetStore(folder / "datasets").add(folder / "x.txt", "x.txt", options=options)
    labels = dataset.columns["text"].labels
    assert labels == dataset.columns["next"].labels == tuple(sorted(set(text)))
    values = dataset.take(np.arange(dataset.size), ["text", "next"])
    assert values["text"].shape == (dataset.size, length)
    read = [
        tuple("".join(labels[value] for value in values[name][row]) for name in ("text", "next"))
        for row in range(dataset.size)
    ]
    assert read == windows_of(text, length, stride)
    assert [(row["text"], row["next"]) for row in dataset.preview(dataset.size)] == read


def test_a_long_text_is_cut_the_same_across_pieces(store: DatasetStore, tmp_path: Path) -> None:
    """Longer than what is read at once, with a stride that does not divide it."""
    letters = np.random.default_rng(0).integers(97, 123, 700_001, dtype=np.uint8).tobytes().decode()
    (tmp_path / "x.txt").write_text(letters, encoding="ascii")
    options = ImportOptions(text_length=100, text_stride=333)
    dataset = store.add(tmp_path / "x.txt", "x.txt", options=options)
    labels = np.array(dataset.columns["text"].labels)
    taken = dataset.take(np.arange(dataset.size), ["text", "next"])
    read = [
        ("".join(text), "".join(after))
        for text, after in zip(*map(labels.__getitem__, taken.values()), strict=True)
    ]
    assert read == windows_of(letters, 100, 333)


def test_windows_take_one_byte_a_character(store: DatasetStore, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("ab" * 5000, encoding="ascii")
    dataset = store.add(tmp_path / "x.txt", "x.txt", options=ImportOptions(text_length=64, text_stride=1))
    assert (store.root / dataset.id / "0.npy").stat().st_size < dataset.size * 65
    counts = dataset.statistics()["text"].counts
    assert counts == {"a": dataset.size * 32, "b": dataset.size * 32}


def test_line_ends_and_encodings_are_evened_out(store: DatasetStore, tmp_path: Path) -> None:
    options = ImportOptions(text_length=3)
    for name, content in (
        ("windows", "\ufeffäb\r\ncd\r\n".encode()),
        ("utf-16", "äb\ncd\n".encode("utf-16")),
    ):
        (tmp_path / name).write_bytes(content)
        dataset = store.add(tmp_path / name, "x.txt", options=options)
        assert dataset.columns["text"].labels == ("\n", "b", "c", "d", "ä")
