"""Watches a page for what it must never do: log an error, throw, or ask anything of another origin."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, WebSocket

INLINE_SCHEMES = {"data", "blob"}


class WatchedPage:
    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._host = urlsplit(origin).netloc
        self._expected: list[re.Pattern[str]] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", self._see_request)
        page.on("websocket", self._see_socket)

    def expect_complaint(self, pattern: str) -> None:
        """Let one kind of complaint pass, where the test itself provokes it."""
        self._expected.append(re.compile(pattern))

    def assert_it_behaved(self) -> None:
        unexpected = [
            complaint
            for complaint in self.complaints
            if not any(pattern.search(complaint) for pattern in self._expected)
        ]
        assert not unexpected, "\n".join(unexpected)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _see_request(self, request: Request) -> None:
        self._see_address(request.url)

    def _see_socket(self, socket: WebSocket) -> None:
        self._see_address(socket.url)

    def _see_address(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in INLINE_SCHEMES and parts.netloc != self._host:
            self.complaints.append(f"asked another origin: {address}")
