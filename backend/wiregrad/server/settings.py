"""What one server process is started with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path

DEFAULT_PORT = 8000
DEFAULT_HOST = "127.0.0.1"

EVERY_INTERFACE = ("0.0.0.0", "::", "")  # noqa: S104 - to recognize it, not to bind it

ALLOW_REMOTE = "WIREGRAD_ALLOW_REMOTE"
ALLOWED_HOSTS = "WIREGRAD_ALLOWED_HOSTS"
DATABASE_URL = "WIREGRAD_DATABASE_URL"
CONCURRENT_RUNS = "WIREGRAD_CONCURRENT_RUNS"
BACKEND = "WIREGRAD_BACKEND"


class InvalidSettings(Exception):  # noqa: N818 - named for the person who reads it
    """The server cannot start like this; the message says what to change."""


@dataclass(frozen=True)
class ServerSettings:
    """`host` and `port` are what is bound; `allowed_hosts` are further names that a Host header may have."""

    data_dir: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    allowed_hosts: tuple[str, ...] = ()
    allow_remote: bool = False
    database_url: str | None = None
    concurrent_runs: int = 1

    def with_environment(self, environment: Mapping[str, str] = os.environ) -> "ServerSettings":
        """Containers are configured by environment variables; what was given explicitly is kept."""
        hosts = tuple(name for name in environment.get(ALLOWED_HOSTS, "").split(",") if name.strip())
        return replace(
            self,
            allowed_hosts=self.allowed_hosts + hosts,
            allow_remote=self.allow_remote or environment.get(ALLOW_REMOTE, "") == "1",
            database_url=self.database_url or environment.get(DATABASE_URL) or None,
            concurrent_runs=_count(environment, CONCURRENT_RUNS, self.concurrent_runs),
        )

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'wiregrad.sqlite3'}"

    @property
    def is_remote(self) -> bool:
        """Whether other machines can connect."""
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return self.host != "localhost"

    def bound_to(self, port: int) -> "ServerSettings":
        """With the port that was really bound; a name or address that is bound may also be asked for."""
        own = () if self.host in EVERY_INTERFACE else (f"{_in_url(self.host)}:{port}",)
        return replace(self, port=port, allowed_hosts=(*self.allowed_hosts, *own))

    @property
    def url(self) -> str:
        """Where a person on this machine opens it."""
        host = DEFAULT_HOST if self.host in EVERY_INTERFACE else self.host
        return f"http://{_in_url(host)}:{self.port}"

    def require_safe(self) -> None:
        """There are no accounts yet: whoever can connect can do everything, so that has to be said twice.

        Raises:
            InvalidSettings: the host is not the loopback interface and remote access was not allowed.

        """
        if self.is_remote and not self.allow_remote:
            raise InvalidSettings(
                f"Wiregrad has no accounts yet, so with --host {self.host} everybody who can reach this "
                "machine could use it and read its data. Leave --host out to keep it to this machine, or, in "
                f"a network that you trust, add --allow-remote (or set {ALLOW_REMOTE}=1)."
            )


def require_backend(environment: Mapping[str, str] = os.environ) -> None:
    """Raises InvalidSettings if `WIREGRAD_BACKEND` names a backend that cannot be used."""
    if not environment.get(BACKEND):
        return
    from wiregrad.engine.backends import UnknownBackend, get_backend  # noqa: PLC0415 - only who chose waits

    try:
        get_backend(environment[BACKEND])
    except UnknownBackend as error:
        raise InvalidSettings(f"{BACKEND}: {error}.") from None


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= 64:  # noqa: PLR2004
        raise InvalidSettings(f"{name} is {text!r}; expected a number of runs from 1 to 64.")
    return int(text)
