"""NumPy files: `.npz` with one array per column, or one `.npy`. Numbers, booleans and text; never objects."""

from collections.abc import Iterator
from pathlib import Path

from wiregrad.data.byte_counts import in_words
from wiregrad.data.errors import DataError
from wiregrad.data.importing.archive import Archive
from wiregrad.data.importing.array_columns import ArrayColumn, array_column
from wiregrad.data.importing.array_file import open_array
from wiregrad.data.importing.names import clean_name, title_of
from wiregrad.data.importing.source import OpenWriter, Source
from wiregrad.data.importing.writing import FolderWriter

NAME = "NumPy file"
ENDINGS = (".npz", ".npy")
_SINGLE = b"\x93NUMPY"
MAGIC = (_SINGLE, b"PK\x03\x04", b"PK\x05\x06")
SEVERAL = False


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import arrays of equal first axis. See `array_columns` for what becomes of their types."""
    if source.path.stat().st_size > source.limits.file:
        raise DataError(f"The file is larger than {in_words(source.limits.file)}, which is the limit.")
    writer: FolderWriter | None = None
    for name, member, path in _files(source):
        try:
            array = open_array(path, source.limits)
            writer = writer or open_writer(array.shape[0])
            _add(writer, array_column(clean_name(name, "The name of the array"), array, source.limits))
        except DataError as error:
            raise error.at(column=name, member=member) from error
    if writer is None:
        raise DataError(
            "The archive holds no arrays.", remedy="Save them with numpy.savez(file, x=..., y=...)."
        )
    return f"{writer.size:,} samples of {title_of(source.filename)}."


def _files(source: Source) -> Iterator[tuple[str, str | None, Path]]:
    """Yield name, archive member and place on disk of each array, one at a time."""
    if source.files[0].start().startswith(_SINGLE):
        yield title_of(source.filename).removesuffix(".npy") or "array", None, source.path
        return
    inflated = source.scratch / "array.part"
    with Archive(source.path, source.limits) as archive:
        if len(archive.members) > source.limits.columns:
            raise DataError(
                f"It has {len(archive.members):,} arrays; at most {source.limits.columns:,} are read."
            )
        for member in archive.members:
            if member.extension != "npy":
                raise DataError(
                    "An .npz file holds arrays (.npy) only.",
                    member=member.name,
                    remedy="Save it with numpy.savez(file, x=..., y=...).",
                )
            with inflated.open("wb") as file:
                archive.extract(member, file)
            yield member.name.removesuffix(".npy"), member.name, inflated
            inflated.unlink()


def _add(writer: FolderWriter, found: ArrayColumn) -> None:
    if found.size != writer.size:
        first = writer.columns[0].name
        raise DataError(
            f"It has {found.size} samples, but {first!r} has {writer.size}.",
            remedy="All arrays must have equally many entries along their first axis.",
        )
    if found.column.name in writer.files:
        raise DataError("Two arrays have this name.", remedy="Rename one of them.")
    writer.add(found.column, found.stored)
    for rows in found.rows():
        writer.append(found.column.name, rows)
    writer.flush()
