"""Files of others made into datasets: whole, checked and stored, or refused with the place that is wrong."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import cast

from wiregrad.data.errors import DataError
from wiregrad.data.importing import formats
from wiregrad.data.importing.limits import LIMITS, Limits
from wiregrad.data.importing.names import clean_name, extension_of, shown, title_of
from wiregrad.data.importing.options import ImportOptions
from wiregrad.data.importing.source import Format, Source
from wiregrad.data.importing.writing import FolderWriter, appearing_folder
from wiregrad.data.stored import write_manifest

__all__ = ["ImportOptions", "import_file"]

_START = 512


def import_file(
    root: Path, upload: Path, *, filename: str, name: str, options: ImportOptions, limits: Limits = LIMITS
) -> str:
    """Read `upload` into a new folder of `root` and return its name, the dataset's id.

    `filename` is what the client called the file; only its extension and its harmless parts are used. The
    folder appears when it is complete and on the disk; when anything fails nothing remains.

    Raises:
        DataError: what is wrong with the file, where, and what to do.

    """
    title = clean_name(name, "The name of the dataset")
    with upload.open("rb") as file:
        start = file.read(_START)
    with appearing_folder(root) as (identity, folder):
        source = Source(upload, folder, title_of(filename), start, options, limits)
        writers: list[FolderWriter] = []

        def open_writer(size: int) -> FolderWriter:
            writers.append(FolderWriter(folder, size, limits))
            return writers[-1]

        description = _format_of(source).read(source, open_writer)
        writers[0].flush()
        write_manifest(
            folder,
            identity=identity,
            name=title,
            description=description,
            size=writers[0].size,
            columns=writers[0].columns,
        )
    return identity


@cache
def available_formats() -> dict[str, Format]:
    """Map each file extension to the format that reads it, found by looking into `formats/`."""
    names = [module.name for module in pkgutil.iter_modules(formats.__path__)]
    modules = [cast("Format", importlib.import_module(f"{formats.__name__}.{name}")) for name in names]
    return {extension: module for module in modules for extension in module.EXTENSIONS}


def _format_of(source: Source) -> Format:
    """Choose by extension and make sure that the content is what the extension says."""
    known = available_formats()
    found = known.get(extension_of(source.filename))
    if found is None:
        raise DataError(
            f"{shown(source.filename)} is no file that can be imported.",
            remedy=f"Use one of: {', '.join(f'.{extension}' for extension in known)}. {_ADVICE}",
        )
    if not source.start:
        raise DataError("The file is empty.", remedy="Choose another, or upload it again.")
    binary = tuple(mark for each in known.values() for mark in each.MAGIC)
    fits = source.start.startswith(found.MAGIC) if found.MAGIC else not source.start.startswith(binary)
    if not fits:
        raise DataError(
            f"{shown(source.filename)} is not a {found.NAME}, whatever its name says.",
            remedy=f"Check what kind of file it is. {_ADVICE}",
        )
    return found


_ADVICE = "Save spreadsheets as CSV, and put pictures into a zip with one folder per class."
