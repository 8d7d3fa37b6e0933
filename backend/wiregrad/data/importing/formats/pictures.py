"""A zip of class folders with PNG or JPEG pictures: `cat/1.jpg`, `dog/1.jpg`; the folder is the label."""

import math
from itertools import zip_longest

import numpy as np

from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.archive import Archive, Member
from wiregrad.data.importing.limits import in_words
from wiregrad.data.importing.names import clean_name, label_order, title_of
from wiregrad.data.importing.options import LARGEST_SIDE
from wiregrad.data.importing.source import OpenWriter, Source
from wiregrad.data.importing.writing import FolderWriter
from wiregrad.data.pictures import RULE, Channels, open_picture, read_picture, upright_size

NAME = "zip of class folders with pictures"
EXTENSIONS = ("zip",)
MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURES = {"png", "jpg", "jpeg"}
_LONGEST_OWN_SIDE = 128


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import pictures in turn: one of each class, then the next of each, so that the first rows show all."""
    if source.path.stat().st_size > source.limits.file:
        raise DataError(f"The archive is larger than {in_words(source.limits.file)}, which is the limit.")
    with Archive(source.path, source.limits) as archive:
        labelled = _in_turn(_by_label(archive))
        height, width = _size(archive, labelled[0][1], source)
        channels: Channels = 1 if source.options.color == "grey" else 3
        writer = open_writer(len(labelled))
        labels = tuple(sorted({label for label, _ in labelled}, key=label_order))
        _declare(writer, (channels, height, width), labels)
        _decode(source, archive, labelled, writer)
    return f"{len(labelled):,} pictures in {len(labels)} classes from {title_of(source.filename)}."


def _by_label(archive: Archive) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for member in archive.members:
        found.setdefault(_label(member), []).append(member)
    if not found:
        raise DataError(
            "The archive holds no pictures.", remedy="Put PNG or JPEG pictures into one folder per class."
        )
    for members in found.values():
        members.sort(key=lambda member: member.name)
    return found


def _label(member: Member) -> str:
    if member.extension not in _PICTURES:
        raise DataError(
            "Expected a PNG or JPEG picture.", member=member.name, remedy="Make the archive again without it."
        )
    if len(member.parts) == 1:
        raise DataError(
            "The picture lies in no folder, so its class is unknown.",
            member=member.name,
            remedy="Put the pictures of each class into a folder with the name of the class.",
        )
    try:
        return clean_name(member.parts[-2], "The name of the folder")
    except DataError as error:
        raise error.at(member=member.name) from error


def _in_turn(by_label: dict[str, list[Member]]) -> list[tuple[str, Member]]:
    labels = sorted(by_label, key=label_order)
    return [
        (label, member)
        for row in zip_longest(*(by_label[label] for label in labels))
        for label, member in zip(labels, row, strict=True)
        if member is not None
    ]


def _size(archive: Archive, first: Member, source: Source) -> tuple[int, int]:
    """Give the chosen height and width, else those of the first picture, shrunk to at most 128."""
    if source.options.size is not None:
        if not all(1 <= side <= LARGEST_SIDE for side in source.options.size):
            raise DataError(f"Height and width are from 1 to {LARGEST_SIDE}; got {source.options.size}.")
        return source.options.size
    try:
        height, width = upright_size(open_picture(archive.read(first, source.limits.picture_file)))
    except DataError as error:
        raise error.at(member=first.name) from error
    shrink = min(1.0, _LONGEST_OWN_SIDE / max(height, width))
    return max(1, round(height * shrink)), max(1, round(width * shrink))


def _declare(writer: FolderWriter, shape: tuple[int, int, int], labels: tuple[str, ...]) -> None:
    writer.add(
        Column("image", "float32", shape, description=f"Scaled to {shape[1]} x {shape[2]}. {RULE}"), np.uint8
    )
    writer.add(Column("label", "int64", (), labels, "The folder that the picture lay in."))


def _decode(
    source: Source, archive: Archive, labelled: list[tuple[str, Member]], writer: FolderWriter
) -> None:
    image, label = writer.columns
    value = {name: number for number, name in enumerate(label.labels or ())}
    pixels_left = source.limits.all_pixels
    for name, member in labelled:
        content = archive.read(member, source.limits.picture_file)
        try:
            pixels_left -= _counted_pixels(content, pixels_left)
            pixels = read_picture(content, image.shape[1], image.shape[2], 1 if image.shape[0] == 1 else 3)
        except DataError as error:
            raise error.at(member=member.name) from error
        writer.append(image.name, pixels[np.newaxis])
        writer.append(label.name, np.array([value[name]], dtype=np.int64))


def _counted_pixels(content: bytes, left: int) -> int:
    """Bound the work of decoding: many small files can be many huge pictures."""
    pixels = math.prod(open_picture(content).size)
    if pixels > left:
        raise DataError(
            "The pictures up to here have too many pixels together.",
            remedy="Scale the pictures down before importing them.",
        )
    return pixels
