"""A real server in a process of its own, on a free port of the loopback interface."""

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

PROGRAM = """
import sys
from pathlib import Path
from wiregrad.server.main import CannotServe, serve
host, port, data_dir = sys.argv[1:4]
try:
    serve(host, int(port) if port else None, Path(data_dir), open_browser=False)
except CannotServe as error:
    sys.exit(str(error))
"""
START_WITHIN = 60.0
STOP_WITHIN = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningServer:
    """Started with a data folder; may be stopped, killed and started again with the same one."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        self.output = data_dir.with_name(f"{data_dir.name}.log")
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    def start(self, host: str = "127.0.0.1") -> None:
        command = [sys.executable, "-c", PROGRAM, host, str(self.port), str(self.data_dir)]
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self._environment},
                start_new_session=True,
            )
        deadline = time.monotonic() + START_WITHIN
        while "Wiregrad is at" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.02)

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_WITHIN)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(STOP_WITHIN)
        self.output.write_text("")

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            try:
                self.interrupt()
            except subprocess.TimeoutExpired:
                self.kill()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30.0)


@contextmanager
def running(data_dir: Path, **environment: str) -> Iterator[RunningServer]:
    server = RunningServer(data_dir, **environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def wait_for_state(client: httpx.Client, run_id: str, *states: str, within: float = 60.0) -> Any:  # noqa: ANN401
    """The run's record as soon as it is in one of the states."""
    deadline = time.monotonic() + within
    while True:
        record = client.get(f"/api/runs/{run_id}").raise_for_status().json()
        if record["state"] in states:
            return record
        assert time.monotonic() < deadline, f"expected {states}; got {record['state']}: {record['reason']}"
        time.sleep(0.02)


def whole_log(client: httpx.Client, run_id: str) -> list[Any]:
    """All logged events of a run, page by page."""
    events: list[Any] = []
    more = True
    while more:
        after = events[-1]["seq"] if events else 0
        page = client.get(f"/api/runs/{run_id}/events", params={"after": after}).raise_for_status().json()
        events += page["events"]
        more = page["more"]
    return events


def worker_of(server: RunningServer, run_id: str) -> int:
    """The process that computes a run."""
    for children in Path(f"/proc/{server.process.pid}/task").glob("*/children"):
        for pid in children.read_text().split():
            if run_id in Path(f"/proc/{pid}/cmdline").read_text():
                return int(pid)
    raise AssertionError(f"no process computes run {run_id}")
