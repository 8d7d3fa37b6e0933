"""The names under which this server may be addressed.

A page of another site can make a browser send requests here, and by DNS rebinding even read the answers: then
the request's Host is the other site's name. So every Host that is not expected is refused, port included.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?")


class InvalidHost(ValueError):  # noqa: N818 - named for the person who reads it
    """A configured name that no Host header can have."""


@dataclass(frozen=True)
class HostAllowList:
    """Loopback names with the bound port, and configured names: `lab.example` (any port), `lab:8080`."""

    port: int
    configured: frozenset[str] = frozenset()

    @classmethod
    def of(cls, port: int, configured: Iterable[str] = ()) -> "HostAllowList":
        names = frozenset(name.strip().lower() for name in configured if name.strip())
        for name in names:
            if _HOST.fullmatch(name) is None:
                raise InvalidHost(f"{name!r} is not a host: expected a name or a name:port, without http://.")
        return cls(port, names)

    def allows(self, host: str) -> bool:
        """Whether a request with this Host header is meant for us."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name, port = found["name"], found["port"]
        if name in self.configured or f"{name}:{port or 80}" in self.configured:
            return True
        return name in LOOPBACK_NAMES and int(port or 80) == self.port
