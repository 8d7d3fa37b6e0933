"""A real server in a process of its own, as a person would start it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

COMMAND = Path(sys.executable).with_name("wiregrad.exe" if os.name == "nt" else "wiregrad")
START_TIMEOUT = 60.0
STOP_TIMEOUT = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`wiregrad --no-browser` with a data folder of its own; it can be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process

    def start(self) -> None:
        data = self.folder / "data"
        command = [str(COMMAND), "--no-browser", "--port", str(self.port), "--data-dir", str(data)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                self.get("/api/health")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"the server did not answer; it said:\n{self.log.read_text()}")

    def get(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        return httpx.get(self.origin + path).raise_for_status().json()

    def post(self, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON
        headers = {"Origin": self.origin}
        return httpx.post(self.origin + path, json=body, headers=headers).raise_for_status().json()

    def log_of(self, run: str) -> list[dict[str, Any]]:
        """Every event of a run that was logged before now, each with its `seq`."""
        now = time.time()  # a fast run writes while this reads
        events: list[dict[str, Any]] = []
        more = True
        while more:
            page = self.get(f"/api/runs/{run}/events?after={events[-1]['seq'] if events else 0}")
            events += page["events"]
            more = page["more"] and events[-1]["event"]["time"] < now
        return events

    def events_of(self, run: str, kind: str) -> list[dict[str, Any]]:
        events = [entry["event"] for entry in self.log_of(run)]
        return [event for event in events if event["type"] == kind]

    def newest_run(self) -> dict[str, Any]:
        run: dict[str, Any] = self.get("/api/runs")[0]
        return run

    def worker(self) -> int:
        """The process that trains; there is to be one."""
        started = descendants(self.process.pid)
        (worker,) = [pid for pid in started if "wiregrad.training.worker" in command_line(pid)]
        return worker

    def stop_all_runs(self) -> None:
        for run in self.get("/api/runs"):
            if run["ended_at"] is None:
                self.post(f"/api/runs/{run['id']}/stop")

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_TIMEOUT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(STOP_TIMEOUT)

    def stop(self) -> None:
        """End the server and whatever it left behind, however the test ended."""
        if self._process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def descendants(pid: int) -> list[int]:
    """Find the processes that a process started, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended; one that nobody has waited for has ended."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
