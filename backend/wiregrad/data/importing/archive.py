"""A zip file that is not trusted.

Nothing in it is ever written under a name of its own, what it says about sizes is not believed, and
every inflated byte is counted.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from wiregrad.data.byte_counts import in_words
from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.member import Member
from wiregrad.data.importing.names import is_unseen, shown

CHUNK = 1 << 18
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_LOCAL_HEADER_BYTES = 30
_ARCHIVES = {"zip", "gz", "tgz", "bz2", "xz", "7z", "rar", "tar", "zst", "jar"}
_DRIVE = re.compile(r"^[A-Za-z]:")


class Archive:
    """The members of a zip file, each name checked, each byte counted; close it, or use `with`.

    `may_hold` are extensions of archives that are taken as members; others are refused.
    Raises `DataError` from the constructor for bad names, links, encryption, overlaps, nesting and too many
    members; from reading, for what is broken and for more inflated bytes than the limits allow.
    """

    def __init__(self, path: Path, limits: Limits, may_hold: frozenset[str] = frozenset()) -> None:
        self._limits = limits
        self._inflated = 0
        self._most_by_ratio = max(
            limits.inflation_always_allowed, limits.inflation_ratio * path.stat().st_size
        )
        _check_count(path, limits)
        try:
            self._file = zipfile.ZipFile(path)
        except BROKEN_ZIP as error:
            raise _broken(None, error) from error
        try:
            self._infos = _checked_infos(self._file.infolist(), _ARCHIVES - may_hold)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    @property
    def members(self) -> list[Member]:
        return list(self._infos)

    def read(self, member: Member, most: int) -> bytes:
        """Inflate a whole member that may have at most `most` bytes."""
        content = bytearray()
        for chunk in self._chunks(member):
            content += chunk
            if len(content) > most:
                raise DataError(f"It is larger than the allowed {in_words(most)}.", member=member.name)
        return bytes(content)

    def extract(self, member: Member, target: BinaryIO) -> None:
        """Inflate a member into a file that the caller has opened."""
        for chunk in self._chunks(member):
            target.write(chunk)

    def _chunks(self, member: Member) -> Iterator[bytes]:
        read = 0
        try:
            with self._file.open(self._infos[member]) as content:
                while chunk := content.read(CHUNK):
                    read += len(chunk)
                    self._count(len(chunk), member)
                    yield chunk
        except BROKEN_ZIP as error:
            if isinstance(error, DataError):
                raise
            raise _broken(member.name, error) from error
        if read != self._infos[member].file_size:
            raise DataError(
                f"It holds {read} bytes, but the archive's directory says {self._infos[member].file_size}.",
                member=member.name,
                remedy="The archive is damaged. Make it again.",
            )

    def _count(self, inflated: int, member: Member) -> None:
        self._inflated += inflated
        if self._inflated > self._limits.inflated:
            raise DataError(
                f"The archive holds more than {in_words(self._limits.inflated)}, which is the limit.",
                member=member.name,
                remedy="Split it into smaller ones, or scale the content down.",
            )
        if self._inflated > self._most_by_ratio:
            raise DataError(
                f"The archive is suspicious: it inflates to more than {self._limits.inflation_ratio} times "
                "its size.",
                member=member.name,
                remedy="If it is honest, compress it less or not at all.",
            )


def _check_count(path: Path, limits: Limits) -> None:
    """Count directory entries by their signature before anything is built in memory for each."""
    count, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            window = tail + chunk
            count += window.count(_DIRECTORY_ENTRY)
            tail = window[-(len(_DIRECTORY_ENTRY) - 1) :]
            if count > limits.members:
                raise DataError(f"The archive has more than {limits.members:,} files, which is the limit.")


def _checked_infos(infos: list[zipfile.ZipInfo], refused: set[str]) -> dict[Member, zipfile.ZipInfo]:
    named = [(Member(_checked_name(info)), info) for info in infos]
    _check_overlap(infos)
    found: dict[Member, zipfile.ZipInfo] = {}
    for member, info in named:
        if info.is_dir() or member.is_litter:
            continue
        if member in found:
            raise DataError("The archive has two files of this name.", member=member.name)
        found[member] = info
        if member.extension in refused:
            raise DataError(
                "An archive within an archive is not read.",
                member=member.name,
                remedy="Unpack the inner one first.",
            )
    return found


def _checked_name(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    reason = _name_problem(name) or _kind_problem(info)
    if reason:
        raise DataError(f"{reason}: {shown(name)}.", member=name, remedy="Make the archive again without it.")
    return name


def _name_problem(name: str) -> str | None:
    parts = name.removesuffix("/").split("/")
    if name.startswith("/") or _DRIVE.match(name):
        return "The archive has a file with an absolute path"
    if ".." in parts:
        return "The archive has a file that would lie outside of it"
    if "\\" in name:
        return "The archive has a file name with backslashes"
    if any(map(is_unseen, name)):
        return "The archive has a file name with characters that cannot be seen"
    if any(part in {"", "."} for part in parts):
        return "The archive has a file name with an empty part"
    return None


def _kind_problem(info: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "The archive has a link or a device instead of a file"
    if info.flag_bits & _ENCRYPTED:
        return "The archive has a file that is locked with a password"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "The archive has a file that is compressed by another method than Deflate"
    return None


def _check_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes: the trick by which a small archive inflates without bounds."""
    end, previous = 0, ""
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise DataError(
                f"It shares bytes with {shown(previous)}; the archive is damaged or hostile.",
                member=info.orig_filename,
            )
        end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
        previous = info.orig_filename


def _broken(member: str | None, error: Exception) -> DataError:
    return DataError(
        f"The zip archive is damaged or incomplete ({error or type(error).__name__}).",
        member=member,
        remedy="Make or download it again.",
    )
