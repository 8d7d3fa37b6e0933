"""A folder on this machine, read like an archive. Links are not followed, so nothing outside is read."""

import os
from pathlib import Path

from wiregrad.data.byte_counts import in_words
from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.member import Member


class Folder:
    """The files below a folder, in the order of their names.

    Raises `DataError` from the constructor for too many files, from reading for what is too large or gone.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self.members: list[Member] = []
        for folder, inner, files in os.walk(path):
            inner.sort()
            for name in sorted(files):
                self._add(Path(folder) / name, limits)

    def _add(self, file: Path, limits: Limits) -> None:
        member = Member((Path(self._path.name) / file.relative_to(self._path)).as_posix())
        if member.is_litter or file.is_symlink():
            return
        if len(self.members) == limits.members:
            raise DataError(f"The folder has more than {limits.members:,} files, which is the limit.")
        self.members.append(member)

    def read(self, member: Member, most: int) -> bytes:
        """Read a whole file that may have at most `most` bytes."""
        try:
            with self._path.parent.joinpath(*member.parts).open("rb") as file:
                content = file.read(most + 1)
        except OSError as error:
            raise DataError(
                f"It cannot be read: {error.strerror or error}.",
                member=member.name,
                remedy="See that the file is there and that you may read it.",
            ) from error
        if len(content) > most:
            raise DataError(f"It is larger than the allowed {in_words(most)}.", member=member.name)
        return content
