"""Starts and stops the server."""

import asyncio
import errno
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from wiregrad.server.instance import DataFolderUnusable, Instance, sole_instance
from wiregrad.server.security.hosts import HostAllowList, InvalidHost
from wiregrad.server.settings import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    InvalidSettings,
    ServerSettings,
    require_backend,
)

BACKLOG = 256


class CannotServe(Exception):  # noqa: N818 - named for the person who reads it
    """The server cannot start; the message says why and what to do."""


def serve(
    host: str = DEFAULT_HOST,
    port: int | None = None,
    data_dir: Path | None = None,
    open_browser: bool = True,
    *,
    allow_remote: bool = False,
    allowed_hosts: Sequence[str] = (),
) -> None:
    """Serve until Ctrl-C or SIGTERM, then save the runs' weights and return.

    Without `port` it is 8000 or, if that is taken, any free one. Without `data_dir` it is the user's data
    folder.

    Raises:
        CannotServe: the port is taken, the data folder is in use or was written by a newer version, or the
            settings are not safe.

    """
    folder = (data_dir or default_data_dir()).absolute()
    try:
        settings = ServerSettings(
            data_dir=folder, host=host, allow_remote=allow_remote, allowed_hosts=tuple(allowed_hosts)
        ).with_environment()
        settings.require_safe()
        require_backend()
        HostAllowList.of(settings.port, settings.allowed_hosts)
        with sole_instance(folder) as instance, _listening(host, port) as listener:
            settings = settings.bound_to(listener.getsockname()[1])
            with _StopSignals().handled():
                _run(_serve_on(listener, settings, instance, open_browser=open_browser))
    except (InvalidSettings, InvalidHost, DataFolderUnusable) as error:
        raise CannotServe(str(error)) from error


def _run(coroutine: Coroutine[None, None, None]) -> None:
    from uvicorn.loops.auto import auto_loop_factory  # noqa: PLC0415 - uvloop, where there is one

    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(coroutine)


def default_data_dir() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - only where nobody chose

    return user_data_path("wiregrad", appauthor=False)


@contextmanager
def _listening(host: str, port: int | None) -> Iterator[socket.socket]:
    listener = _bound_socket(host, DEFAULT_PORT if port is None else port, may_move=port is None)
    with listener:
        yield listener


def _bound_socket(host: str, port: int, *, may_move: bool) -> socket.socket:
    family, kind, protocol, _, address = _resolved(host, port)
    listener = socket.socket(family, kind, protocol)
    if sys.platform != "win32":  # there it would let two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)  # from here on the port is ours, and who connects early waits
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES) and may_move and port != 0:
            _say(f"Port {port} is taken, so Wiregrad uses another one.")
            return _bound_socket(host, 0, may_move=False)
        raise CannotServe(_why_not(host, port, error)) from error
    return listener


def _resolved(
    host: str, port: int
) -> tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise CannotServe(f"There is no such host as {host!r}: {error.strerror}.") from error


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another --port, or none to get a free one."
    if error.errno == errno.EACCES:
        return f"Port {port} may only be used by an administrator. Choose one from 1024 on."
    return f"{host} cannot be used: {error.strerror}."


async def _serve_on(
    listener: socket.socket, settings: ServerSettings, instance: Instance, *, open_browser: bool
) -> None:
    from wiregrad.server.app import create_app  # noqa: PLC0415 - only what is needed to say why not is loaded above
    from wiregrad.server.database.database import DatabaseUnusable  # noqa: PLC0415
    from wiregrad.server.http import HttpServer  # noqa: PLC0415
    from wiregrad.server.services import open_services  # noqa: PLC0415

    try:
        services = await open_services(settings)
    except DatabaseUnusable as error:
        raise CannotServe(str(error)) from error
    try:
        app = create_app(settings, services)
        server = HttpServer(app, announce=lambda: _announce(settings, instance, open_browser=open_browser))
        await server.serve(sockets=[listener])
    finally:
        await services.close()


def _announce(settings: ServerSettings, instance: Instance, *, open_browser: bool) -> None:
    url = settings.url
    instance.tell(url)
    if settings.is_remote:
        _warn(f"Everybody who can reach {settings.host} can use this server: there are no accounts yet.")
    _say(f"Wiregrad is at {url} (data in {settings.data_dir}; Ctrl-C stops it)")
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _warn(line: str) -> None:
    sys.stderr.write(f"Warning: {line}\n")


class _StopSignals:
    """Ctrl-C and SIGTERM end the server in order; pressed again while it saves, they end it at once.

    The HTTP server has handlers of its own while it runs, and afterwards repeats the signal that stopped it
    for whoever was there before; that is this, and the first one is only that repetition.
    """

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._count += 1
        if self._count > 1:
            raise KeyboardInterrupt

    @contextmanager
    def handled(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        except KeyboardInterrupt:
            _warn("Stopped without waiting for the runs; they save their weights on their own.")
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
