"""Pages that follow a run, without the pages: sockets in a process of their own that read whatever comes.

Both ends of its pipe: a line with a `seq` opens the sockets there, an empty one closes them, and each is
answered by a line with the frames and bytes that came until then, and the seconds of a processor that it
took to read them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from types import TracebackType

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
LOSSES_OF_AN_EVENT = 500
"""That the page asks for: `frontend/src/net/requests.ts`."""


class Followers:
    """The end that asks. Nobody follows until they are told to come."""

    def __init__(self, host: str, run: str, pages: int) -> None:
        address = f"ws://{host}/api/runs/{run}/events?thin={LOSSES_OF_AN_EVENT}&after="
        self._arguments = [address, str(pages)]
        self.frames = self.bytes = 0
        self.seconds = 0.0

    def __enter__(self) -> Followers:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process:
            self._process.kill()

    def come(self, after: int) -> None:
        """Follow the run from here on; returns when all are connected."""
        self._ask(str(after))

    def leave(self) -> None:
        self._ask("")

    def _ask(self, line: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the followers ended with status {self._process.wait()}")
        self.frames, self.bytes, self.seconds = json.loads(answer)


class Page(Thread):
    """Reads frames until the socket is closed."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__()
        self._socket = socket
        self.frames = self.bytes = 0

    def run(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                self.bytes += len(self._socket.recv())
                self.frames += 1


@contextmanager
def following(url: str, count: int) -> Iterator[list[Page]]:
    """As many pages, which have received all that they ever will when this is over."""
    with ExitStack() as sockets:
        opened = [sockets.enter_context(connect(url, open_timeout=30, max_size=None)) for _ in range(count)]
        pages = [Page(socket) for socket in opened]
        for page in pages:
            page.start()
        yield pages
    for page in pages:
        page.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("pages", type=int)
    options = parser.parse_args()
    received = [0, 0]
    reading = 0.0

    def answer() -> None:
        sys.stdout.write(f"{json.dumps([*received, reading])}\n")
        sys.stdout.flush()

    for line in sys.stdin:
        with following(options.url + line.strip(), options.pages) as pages:
            answer()
            began = time.process_time()
            sys.stdin.readline()
            reading += time.process_time() - began
        received = [received[0] + sum(p.frames for p in pages), received[1] + sum(p.bytes for p in pages)]
        answer()


if __name__ == "__main__":
    main()
