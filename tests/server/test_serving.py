"""Starting and stopping: what a person at a terminal meets."""

import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.server.running import PROGRAM, RunningServer, free_port, running
from wiregrad.server.main import CannotServe, serve
from wiregrad.server.settings import DEFAULT_PORT, InvalidSettings, ServerSettings, require_backend


@pytest.fixture
def taken_port():  # type: ignore[no-untyped-def]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_one_line_says_where_it_is(data_dir: Path) -> None:
    with running(data_dir) as server:
        said = server.output.read_text()
    assert said == f"Wiregrad is at {server.url} (data in {data_dir}; Ctrl-C stops it)\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_asked_without_complaint(data_dir: Path, number: signal.Signals) -> None:
    with running(data_dir) as server:
        said = server.output.read_text()
        server.process.send_signal(number)
        assert server.process.wait(30) == 0
    assert server.output.read_text() == said


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(data_dir: Path, taken_port: int) -> None:
    with pytest.raises(CannotServe, match=f"Port {taken_port} is taken by another program"):
        serve(port=taken_port, data_dir=data_dir, open_browser=False)


def test_the_usual_port_is_left_for_another_when_it_is_taken(data_dir: Path) -> None:
    holder = socket.socket()
    try:
        holder.bind(("127.0.0.1", DEFAULT_PORT))
        holder.listen()
    except OSError:
        holder.close()  # something else holds it, which is as good
    command = [sys.executable, "-c", PROGRAM, "127.0.0.1", "", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, holder:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Port {DEFAULT_PORT} is taken, so Wiregrad uses another one.\n"
        url = process.stdout.readline().split()[3]
        assert httpx.get(f"{url}/api/health").json()["ok"] is True
        process.send_signal(signal.SIGINT)


def test_one_data_folder_has_one_server(data_dir: Path) -> None:
    with running(data_dir) as server:
        with pytest.raises(CannotServe, match="already runs") as caught:
            serve(port=free_port(), data_dir=data_dir, open_browser=False)
        assert server.url in str(caught.value)


def test_a_killed_server_does_not_hold_its_folder(data_dir: Path) -> None:
    with running(data_dir) as server:
        server.kill()
        server.start()
        assert httpx.get(f"{server.url}/api/health").json()["ok"] is True


def test_a_data_folder_that_cannot_be_one_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotServe, match="cannot be the data folder"):
        serve(port=free_port(), data_dir=tmp_path / "file" / "data", open_browser=False)


def test_a_data_folder_of_a_newer_version_is_an_error(data_dir: Path) -> None:
    with running(data_dir):
        pass
    with sqlite3.connect(data_dir / "wiregrad.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(CannotServe, match="newer version"):
        serve(port=free_port(), data_dir=data_dir, open_browser=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_other_machines_are_only_let_in_when_that_is_said_twice(data_dir: Path, host: str) -> None:
    with pytest.raises(CannotServe, match="--allow-remote"):
        serve(host, free_port(), data_dir, open_browser=False)


def test_an_allowed_host_that_no_host_can_be_is_an_error(data_dir: Path) -> None:
    with pytest.raises(CannotServe, match="expected a name"):
        serve(port=free_port(), data_dir=data_dir, open_browser=False, allowed_hosts=["http://lab"])


def test_a_host_that_is_none_is_an_error(data_dir: Path) -> None:
    with pytest.raises(CannotServe, match="no such host"):
        serve("no.such.host.invalid", free_port(), data_dir, open_browser=False, allow_remote=True)


def test_a_container_is_configured_by_its_environment(data_dir: Path) -> None:
    allowed = {"WIREGRAD_ALLOW_REMOTE": "1", "WIREGRAD_ALLOWED_HOSTS": "lab.example, other.example:81"}
    server = RunningServer(data_dir, **allowed)
    try:
        server.start(host="0.0.0.0")  # noqa: S104 - closed again at once
        assert "Warning: Everybody who can reach" in server.output.read_text()
        for host, status in [("lab.example", 200), ("other.example:81", 200), ("other.example", 403)]:
            assert httpx.get(f"{server.url}/api/health", headers={"host": host}).status_code == status
    finally:
        server.stop()


def settings(**given: object) -> ServerSettings:
    return ServerSettings(data_dir=Path("data"), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_alone_is_always_safe(host: str) -> None:
    settings(host=host).require_safe()


@pytest.mark.parametrize("count", ["0", "65", "-1", "many"])
def test_a_number_of_runs_that_means_nothing_is_an_error(count: str) -> None:
    with pytest.raises(InvalidSettings, match="from 1 to 64"):
        settings().with_environment({"WIREGRAD_CONCURRENT_RUNS": count})


def test_a_backend_that_there_is_not_is_refused_at_the_start() -> None:
    require_backend({"WIREGRAD_BACKEND": "numpy"})
    require_backend({})
    with pytest.raises(
        InvalidSettings, match=r"WIREGRAD_BACKEND: expected a backend among auto, .*got 'fast'"
    ):
        require_backend({"WIREGRAD_BACKEND": "fast"})


def test_the_address_for_a_person() -> None:
    assert settings(host="0.0.0.0").bound_to(5).url == "http://127.0.0.1:5"  # noqa: S104 - not bound
    assert settings(host="::1").bound_to(5).url == "http://[::1]:5"
    assert settings(host="lab").bound_to(5).allowed_hosts == ("lab:5",)
