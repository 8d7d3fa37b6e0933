"""A file of an archive or a folder, and which of them nobody meant to bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

_LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Member:
    """A file in an archive or a folder. Its name is for messages and labels only."""

    name: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.removesuffix("/").split("/"))

    @property
    def extension(self) -> str:
        return self.parts[-1].rpartition(".")[2].lower()

    @property
    def is_litter(self) -> bool:
        """Whether it is of those that operating systems add without being asked."""
        last = self.parts[-1]
        return "__MACOSX" in self.parts or last.startswith(".") or last.lower() in _LEFT_BY_SYSTEMS


class Tree(Protocol):
    """Files with paths: a zip archive, or a folder on this machine."""

    @property
    def members(self) -> Sequence[Member]: ...

    def read(self, member: Member, most: int) -> bytes: ...
