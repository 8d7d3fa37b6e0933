"""Files out of their wrapping: `table.csv.gz`, or a zip that holds one table, or the files of MNIST."""

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path

from wiregrad.data.byte_counts import in_words
from wiregrad.data.errors import DataError
from wiregrad.data.importing.archive import CHUNK, Archive
from wiregrad.data.importing.discovery import format_named
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.member import Member
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.source import Upload

_GZIP = b"\x1f\x8b"
_MOST_FILES = 16
_GZIP_ENDING = ".gz"
_ZIP_ENDING = ".zip"
_BROKEN_GZIP = (OSError, EOFError, zlib.error)


def unpacked(uploads: Iterable[Upload], scratch: Path, limits: Limits) -> tuple[Upload, ...]:
    """Inflate what is gzipped, and replace a zip of a few importable files by the files.

    A zip with anything else in it, pictures above all, stays as it is.

    Raises:
        DataError: damaged, or more inflated bytes than the limits allow for all files together.

    """
    unpacking = _Unpacking(scratch, limits)
    files = [unpacking.inflated(upload) for upload in uploads]
    return tuple(inner for file in files for inner in unpacking.opened(file))


def is_importable(filename: str) -> bool:
    """Tell by its name whether a file, gzipped or not, is of a format that is imported."""
    return format_named(filename.lower().removesuffix(_GZIP_ENDING)) is not None


class _Unpacking:
    """Unpacks into a folder, and counts every byte."""

    def __init__(self, scratch: Path, limits: Limits) -> None:
        self._scratch = scratch
        self._limits = limits
        self._inflated = 0
        self._files = 0

    def inflated(self, upload: Upload) -> Upload:
        """Give a gzipped file inflated, and any other as it is."""
        title = title_of(upload.filename)
        if not title.lower().endswith(_GZIP_ENDING):
            return upload
        target = self._fresh()
        try:
            _check_is_gzip(upload)
            self._gunzip(upload.path, target)
        except _BROKEN_GZIP as error:
            raise DataError(
                "The gzip file is damaged or incomplete.", member=title, remedy="Make or download it again."
            ) from error
        except DataError as error:
            raise error.at(member=title) from error
        return Upload(target, title[: -len(_GZIP_ENDING)])

    def opened(self, file: Upload) -> list[Upload]:
        """Give the files of a zip that holds nothing but a few that can be imported, else the zip."""
        if not title_of(file.filename).lower().endswith(_ZIP_ENDING) or not file.start().startswith(b"PK"):
            return [file]
        with Archive(file.path, self._limits, may_hold=frozenset({_GZIP_ENDING.strip(".")})) as archive:
            members = archive.members
            if not 1 <= len(members) <= _MOST_FILES or not all(map(_is_no_archive, members)):
                return [file]
            return [self.inflated(self._extracted(archive, member)) for member in members]

    def _gunzip(self, path: Path, target: Path) -> None:
        limits, read = self._limits, 0
        most = max(limits.inflation_always_allowed, limits.inflation_ratio * path.stat().st_size)
        with gzip.open(path) as content, target.open("wb") as file:
            while chunk := content.read(CHUNK):
                read += len(chunk)
                self._inflated += len(chunk)
                if self._inflated > limits.inflated:
                    raise DataError(
                        f"It inflates to more than {in_words(limits.inflated)}, which is the limit.",
                        remedy="Import less of it.",
                    )
                if read > most:
                    raise DataError(
                        "It is suspicious: it inflates to more than "
                        f"{limits.inflation_ratio} times its size.",
                        remedy="If it is honest, upload it uncompressed.",
                    )
                file.write(chunk)

    def _extracted(self, archive: Archive, member: Member) -> Upload:
        target = self._fresh()
        with target.open("wb") as file:
            archive.extract(member, file)
        return Upload(target, member.parts[-1])

    def _fresh(self) -> Path:
        self._files += 1
        return self._scratch / f"{self._files}.part"


def _check_is_gzip(upload: Upload) -> None:
    if not upload.start().startswith(_GZIP):
        raise DataError(
            "It is not a gzip file, whatever its name says.", remedy="Check what kind of file it is."
        )


def _is_no_archive(member: Member) -> bool:
    return is_importable(member.name) and not member.name.lower().endswith(_ZIP_ENDING)
