"""IDX files as MNIST and its relatives have them: pictures and labels, of one part or of several."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.byte_counts import in_words
from wiregrad.data.chunks import chunks
from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.array_columns import ArrayColumn, array_column
from wiregrad.data.importing.idx_file import open_idx
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.source import OpenWriter, Source, Upload
from wiregrad.data.importing.split_names import SPLITS, split_called, split_column
from wiregrad.data.importing.writing import FolderWriter

NAME = "IDX file"
ENDINGS = (".idx", "-ubyte", ".ubyte", "-byte", "-short", "-int", "-float", "-double")
MAGIC = ()
SEVERAL = True

IMAGE, LABEL = "image", "label"
_MOST_CLASSES = 1000
_PAIRED = {IMAGE: ("image", "img"), LABEL: ("label",)}


@dataclass(frozen=True)
class _Part:
    """One file: the pictures or the labels of a split, None if its name says no split."""

    title: str
    role: str | None
    split: str | None
    array: NDArray[Any]


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import the files together: columns `image` and `label`, and `split` where there are several parts."""
    parts = sorted((_part(source, file) for file in source.files), key=_order)
    columns = _columns(parts)
    splits = list(dict.fromkeys(part.split for part in parts))
    sizes = [len(next(part.array for part in parts if part.split == split)) for split in splits]
    writer = open_writer(sum(sizes))
    for name, members in columns.items():
        _write(writer, name, members, source)
    if len(splits) > 1:
        _write_splits(writer, splits, sizes)
    return f"{writer.size:,} samples of {', '.join(title_of(file.filename) for file in source.files)}."


def _part(source: Source, file: Upload) -> _Part:
    title = title_of(file.filename)
    if file.path.stat().st_size > source.limits.file:
        raise DataError(
            f"It is larger than {in_words(source.limits.file)}, which is the limit.", member=title
        )
    try:
        array = open_idx(file.path, source.limits)
    except DataError as error:
        raise error.at(member=title) from error
    words = re.split(r"[^a-z0-9]+", title.lower())
    role = next((role for role, marks in _PAIRED.items() for word in words if word.startswith(marks)), None)
    if role is None and len(source.files) > 1:
        role = LABEL if array.ndim == 1 else IMAGE
    split = next((split for word in words if (split := split_called(word))), None)
    return _Part(title, role, split, array)


def _order(part: _Part) -> tuple[int, str]:
    return SPLITS.index(part.split) if part.split else -1, part.role or ""


def _columns(parts: Sequence[_Part]) -> dict[str, list[_Part]]:
    """Collect the files of each column in the order of the splits, or say which file is missing."""
    if len(parts) == 1 and parts[0].role is None:
        return {"values": list(parts)}
    splits = list(dict.fromkeys(part.split for part in parts))
    for split in splits:
        members = [part for part in parts if part.split == split]
        if split is None and len(splits) > 1:
            raise DataError(
                "The name of this file does not say which part it is of.",
                member=members[0].title,
                remedy="Name the files as MNIST does: train-images-idx3-ubyte, t10k-labels-idx1-ubyte.",
            )
        _check_pair(members)
    return {role: [part for part in parts if part.role == role] for role in (IMAGE, LABEL)}


def _check_pair(members: list[_Part]) -> None:
    for one, other in pairwise(members):
        if one.role == other.role:
            raise DataError(
                f"Two files hold the {one.role}s of one part: this one and {one.title!r}.",
                member=other.title,
                remedy="Leave one of them out.",
            )
    if len(members) == 1:
        here, wanted = (f"{role}s" for role in _both(members[0].role))
        raise DataError(
            f"These are {here} without {wanted}.",
            member=members[0].title,
            remedy=f"Upload the file with the {wanted} together with it; or, to import the {here} alone, "
            f"give the file a name without the word '{members[0].role}'.",
        )
    images, labels = members
    if len(images.array) != len(labels.array):
        raise DataError(
            f"It has {len(labels.array):,} labels, but {images.title!r} has {len(images.array):,} images.",
            member=labels.title,
            remedy="Upload the two files that belong together.",
        )


def _both(role: str | None) -> tuple[str, str]:
    return (IMAGE, LABEL) if role == IMAGE else (LABEL, IMAGE)


def _write(writer: FolderWriter, name: str, parts: Sequence[_Part], source: Source) -> None:
    _check_alike(parts)
    classes = _classes(parts) if name == LABEL else None
    for part in parts:
        try:
            found = array_column(name, part.array, source.limits)
            if name not in writer.files:
                writer.add(_declared(found, classes), found.stored)
            for rows in found.rows():
                writer.append(name, rows if classes is None else np.searchsorted(classes, rows))
        except DataError as error:
            raise error.at(member=part.title) from error
    writer.flush()


def _check_alike(parts: Sequence[_Part]) -> None:
    first, *others = parts
    for other in others:
        here, there = other.array, first.array
        if (here.shape[1:], here.dtype) != (there.shape[1:], there.dtype):
            raise DataError(
                f"Its samples have the shape {here.shape[1:]} and type {here.dtype.name}, "
                f"those of {first.title!r} have {there.shape[1:]} and {there.dtype.name}.",
                member=other.title,
                remedy="Upload files of one dataset.",
            )


def _declared(found: ArrayColumn, classes: NDArray[Any] | None) -> Column:
    if classes is None:
        return found.column
    return Column(LABEL, "int64", (), tuple(str(value) for value in classes.tolist()), "The class.")


def _classes(parts: Sequence[_Part]) -> NDArray[Any] | None:
    """Give the different labels in order; None for vectors, real numbers and too many."""
    if parts[0].array.ndim != 1 or parts[0].array.dtype.kind == "f":
        return None
    found: NDArray[Any] = np.array([], dtype=np.int64)
    for part in parts:
        for _, rows in chunks(part.array):
            found = np.union1d(found, rows.astype(np.int64))
            if len(found) > _MOST_CLASSES:
                return None
    return found


def _write_splits(writer: FolderWriter, splits: Sequence[str | None], sizes: Sequence[int]) -> None:
    column = split_column(split for split in splits if split)
    writer.add(column)
    for values in _runs(sizes):
        writer.append(column.name, values)


def _runs(sizes: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    return (np.full(size, value, dtype=np.int64) for value, size in enumerate(sizes))
