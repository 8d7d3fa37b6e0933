"""Pictures in class folders, out of an archive or a folder: `cat/1.jpg`, or `train/cat/1.jpg`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.member import Member, Tree
from wiregrad.data.importing.names import clean_name, label_order
from wiregrad.data.importing.options import LARGEST_SIDE, ImportOptions
from wiregrad.data.importing.source import OpenWriter
from wiregrad.data.importing.split_names import split_called, split_column
from wiregrad.data.importing.writing import FolderWriter
from wiregrad.data.pictures import Channels, decoded, open_picture, upright_size
from wiregrad.data.resizing import RULES

_PICTURES = {"png", "jpg", "jpeg"}
_LONGEST_OWN_SIDE = 128


@dataclass(frozen=True)
class _Picture:
    member: Member
    label: str
    split: str | None


def read_tree(tree: Tree, title: str, options: ImportOptions, limits: Limits, open_writer: OpenWriter) -> str:
    """Import pictures in turn: one of each class, then the next of each, so that the first rows show all.

    The folder that a picture lies in is its class. If all pictures lie in folders named train, validation or
    test (or val, testing and the like) above those of the classes, these become the column `split`.
    """
    pictures = _in_turn([_picture(member) for member in tree.members])
    _check_splits(pictures)
    height, width = _size(tree, pictures[0].member, options, limits)
    channels: Channels = 1 if options.color == "grey" else 3
    writer = open_writer(len(pictures))
    _declare(writer, (channels, height, width), pictures, options)
    _decode(tree, pictures, writer, options, limits)
    classes = len(writer.files["label"].column.labels or ())
    return f"{len(pictures):,} pictures in {classes} classes from {title}."


def _picture(member: Member) -> _Picture:
    if member.extension not in _PICTURES:
        raise DataError(
            "Expected a PNG or JPEG picture.", member=member.name, remedy="Make it again without it."
        )
    if len(member.parts) == 1:
        raise DataError(
            "The picture lies in no folder, so its class is unknown.",
            member=member.name,
            remedy="Put the pictures of each class into a folder with the name of the class.",
        )
    try:
        label = clean_name(member.parts[-2], "The name of the folder")
    except DataError as error:
        raise error.at(member=member.name) from error
    splits = (split_called(part) for part in reversed(member.parts[:-2]))
    return _Picture(member, label, next((split for split in splits if split), None))


def _in_turn(pictures: Sequence[_Picture]) -> list[_Picture]:
    if not pictures:
        raise DataError("It holds no pictures.", remedy="Put PNG or JPEG pictures into one folder per class.")
    by_label: dict[str, list[_Picture]] = {}
    for picture in sorted(pictures, key=lambda picture: picture.member.name):
        by_label.setdefault(picture.label, []).append(picture)
    columns = [by_label[label] for label in sorted(by_label, key=label_order)]
    return [picture for row in zip_longest(*columns) for picture in row if picture is not None]


def _check_splits(pictures: Sequence[_Picture]) -> None:
    """All or none: a picture in neither train nor test would be in nobody's split."""
    if len({picture.split is None for picture in pictures}) > 1:
        lost = next(picture for picture in pictures if picture.split is None)
        raise DataError(
            "The picture lies in none of the folders train, validation and test, though others do.",
            member=lost.member.name,
            remedy="Move it into one of them, or put all pictures into class folders only.",
        )


def _size(tree: Tree, first: Member, options: ImportOptions, limits: Limits) -> tuple[int, int]:
    """Give the chosen height and width, else those of the first picture, shrunk to at most 128."""
    if options.size is not None:
        if not all(1 <= side <= LARGEST_SIDE for side in options.size):
            raise DataError(f"Height and width are from 1 to {LARGEST_SIDE}; got {options.size}.")
        return options.size
    try:
        height, width = upright_size(open_picture(tree.read(first, limits.picture_file)))
    except DataError as error:
        raise error.at(member=first.name) from error
    shrink = min(1.0, _LONGEST_OWN_SIDE / max(height, width))
    return max(1, round(height * shrink)), max(1, round(width * shrink))


def _declare(
    writer: FolderWriter, shape: tuple[int, int, int], pictures: Sequence[_Picture], options: ImportOptions
) -> None:
    description = f"Brought to {shape[1]} x {shape[2]}. {RULES[options.resize]}"
    labels = tuple(sorted({picture.label for picture in pictures}, key=label_order))
    writer.add(Column("image", "float32", shape, description=description), np.uint8)
    writer.add(Column("label", "int64", (), labels, "The folder that the picture lay in."))
    splits = [picture.split for picture in pictures if picture.split]
    if splits:
        writer.add(split_column(splits))


def _decode(
    tree: Tree, pictures: Sequence[_Picture], writer: FolderWriter, options: ImportOptions, limits: Limits
) -> None:
    image, *named = writer.columns
    channels: Channels = 1 if image.shape[0] == 1 else 3
    values = {column.name: {label: i for i, label in enumerate(column.labels or ())} for column in named}
    pixels_left = limits.all_pixels
    for picture in pictures:
        content = tree.read(picture.member, limits.picture_file)
        try:
            opened = open_picture(content)
            pixels_left -= _affordable(math.prod(opened.size), pixels_left)
            pixels = decoded(opened, image.shape[1], image.shape[2], channels, options.resize)
        except DataError as error:
            raise error.at(member=picture.member.name) from error
        writer.append(image.name, pixels[np.newaxis])
        for name, codes in values.items():
            text = picture.label if name == "label" else picture.split
            writer.append(name, np.array([codes[text or ""]], dtype=np.int64))


def _affordable(pixels: int, left: int) -> int:
    """Bound the work of decoding: many small files can be many huge pictures."""
    if pixels > left:
        raise DataError(
            "The pictures up to here have too many pixels together.",
            remedy="Scale the pictures down before importing them.",
        )
    return pixels
