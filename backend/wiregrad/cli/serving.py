"""`wiregrad serve`."""

from pathlib import Path

from wiregrad.cli.console import CommandFailed
from wiregrad.server.main import CannotServe
from wiregrad.server.main import serve as run_server


def serve_until_stopped(
    host: str,
    port: int | None,
    data_dir: Path | None,
    *,
    open_browser: bool,
    allow_remote: bool,
    allowed_hosts: list[str],
) -> None:
    """Returns after Ctrl-C. Raises CommandFailed if the server cannot start."""
    try:
        run_server(host, port, data_dir, open_browser, allow_remote=allow_remote, allowed_hosts=allowed_hosts)
    except CannotServe as error:
        raise CommandFailed(str(error)) from None
