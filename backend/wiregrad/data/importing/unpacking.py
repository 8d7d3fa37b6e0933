"""Files out of their wrapping: `table.csv.gz`, or a zip that holds one table, or the files of MNIST."""

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path

from wiregrad.data.errors import DataError
from wiregrad.data.importing.archive import CHUNK, Archive
from wiregrad.data.importing.discovery import format_named
from wiregrad.data.importing.limits import Limits, in_words
from wiregrad.data.importing.member import Member
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.source import Upload

_GZIP = b"\x1f\x8b"
_GZIP_ENDING = ".gz"
_ZIP_ENDING = ".zip"
_BROKEN_GZIP = (OSError, EOFError, zlib.error)


def unpacked(uploads: Iterable[Upload], scratch: Path, limits: Limits) -> tuple[Upload, ...]:
    """Inflate what is gzipped, and replace a zip of importable files by the files.

    A zip with anything else in it, pictures above all, stays as it is.

    Raises:
        DataError: damaged, or more inflated bytes than the limits allow.

    """
    files = [_inflated(upload, scratch, limits) for upload in uploads]
    return tuple(inner for file in files for inner in _opened(file, scratch, limits))


def _inflated(upload: Upload, scratch: Path, limits: Limits) -> Upload:
    if not title_of(upload.filename).lower().endswith(_GZIP_ENDING):
        return upload
    name = title_of(upload.filename)[: -len(_GZIP_ENDING)]
    if not upload.start().startswith(_GZIP):
        raise DataError(
            "It is not a gzip file, whatever its name says.",
            member=title_of(upload.filename),
            remedy="Check what kind of file it is.",
        )
    target = _fresh(scratch)
    try:
        _gunzip(upload.path, target, limits)
    except _BROKEN_GZIP as error:
        raise DataError(
            "The gzip file is damaged or incomplete.",
            member=title_of(upload.filename),
            remedy="Make or download it again.",
        ) from error
    except DataError as error:
        raise error.at(member=title_of(upload.filename)) from error
    return Upload(target, name)


def _gunzip(path: Path, target: Path, limits: Limits) -> None:
    most_by_ratio = max(limits.inflation_always_allowed, limits.inflation_ratio * path.stat().st_size)
    inflated = 0
    with gzip.open(path) as content, target.open("wb") as file:
        while chunk := content.read(CHUNK):
            inflated += len(chunk)
            if inflated > limits.inflated:
                raise DataError(f"It holds more than {in_words(limits.inflated)}, which is the limit.")
            if inflated > most_by_ratio:
                raise DataError(
                    f"It is suspicious: it inflates to more than {limits.inflation_ratio} times its size.",
                    remedy="If it is honest, upload it uncompressed.",
                )
            file.write(chunk)


def _opened(file: Upload, scratch: Path, limits: Limits) -> list[Upload]:
    title = title_of(file.filename).lower()
    if not title.endswith(_ZIP_ENDING) or not file.start().startswith(b"PK"):
        return [file]
    with Archive(file.path, limits, may_hold=frozenset({_GZIP_ENDING.strip(".")})) as archive:
        names = [member.name for member in archive.members]
        if not names or not all(
            is_importable(name) and not name.lower().endswith(_ZIP_ENDING) for name in names
        ):
            return [file]
        return [
            _inflated(_extracted(archive, member, scratch), scratch, limits) for member in archive.members
        ]


def is_importable(filename: str) -> bool:
    """Tell by its name whether a file, gzipped or not, is of a format that is imported."""
    return format_named(filename.lower().removesuffix(_GZIP_ENDING)) is not None


def _extracted(archive: Archive, member: Member, scratch: Path) -> Upload:
    target = _fresh(scratch)
    with target.open("wb") as file:
        archive.extract(member, file)
    return Upload(target, member.parts[-1])


def _fresh(scratch: Path) -> Path:
    return scratch / f"{sum(1 for _ in scratch.iterdir())}.part"
