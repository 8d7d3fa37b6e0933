"""The formats that there are, found by looking into `formats/`, and the one that fits a file."""

import importlib
import pkgutil
from functools import cache
from typing import cast

from wiregrad.data.errors import DataError
from wiregrad.data.importing import formats
from wiregrad.data.importing.names import shown, title_of
from wiregrad.data.importing.source import Format, Upload

_ADVICE = "Save spreadsheets as CSV, and put pictures into a zip with one folder per class."


@cache
def available_formats() -> dict[str, Format]:
    """Map each ending of a file name to the format that reads it."""
    names = [module.name for module in pkgutil.iter_modules(formats.__path__)]
    modules = [cast("Format", importlib.import_module(f"{formats.__name__}.{name}")) for name in names]
    return {ending: module for module in modules for ending in module.ENDINGS}


def format_named(filename: str) -> Format | None:
    """Look the format up by the end of a client's file name."""
    title = title_of(filename).lower()
    fitting = (found for end, found in available_formats().items() if title.endswith(end) and title != end)
    return next(fitting, None)


def format_of(files: tuple[Upload, ...]) -> Format:
    """Choose by name and make sure that the content is what the name says.

    Raises:
        DataError: no format has such names, the content is another, or several files are not one dataset.

    """
    chosen = [_checked(file) for file in files]
    if len(files) > 1 and not (chosen[0].SEVERAL and all(found is chosen[0] for found in chosen)):
        other = next((file for file, found in zip(files, chosen, strict=True) if not found.SEVERAL), files[1])
        raise DataError(
            f"{len(files)} files came together, but only IDX files make one dataset.",
            member=title_of(other.filename),
            remedy="Import the files one by one.",
        )
    return chosen[0]


def _checked(file: Upload) -> Format:
    found = format_named(file.filename)
    if found is None:
        known = ", ".join(dict.fromkeys(end for end in available_formats() if end.startswith(".")))
        raise DataError(
            f"{shown(file.filename)} is no file that can be imported.",
            remedy=f"Use one of: {known}, or IDX files as MNIST has them. {_ADVICE}",
        )
    start = file.start()
    if not start:
        raise DataError("The file is empty.", remedy="Choose another, or upload it again.")
    binary = tuple(mark for each in available_formats().values() for mark in each.MAGIC)
    if not (start.startswith(found.MAGIC) if found.MAGIC else not start.startswith(binary)):
        raise DataError(
            f"{shown(file.filename)} is not {_article(found.NAME)} {found.NAME}, whatever its name says.",
            remedy=f"Check what kind of file it is. {_ADVICE}",
        )
    return found


def _article(noun: str) -> str:
    return "an" if noun[0] in "AEIOU" else "a"
