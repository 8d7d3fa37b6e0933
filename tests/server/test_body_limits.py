"""Nobody fills the memory or the disk by sending much, whatever they say about the length beforehand."""

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.server.errors import refused
from tests.server.running import RunningServer
from wiregrad.server.limits import DEFAULT_BODY, EVALUATION_BODY, GRAPH_BODY, PICTURE_BODY, UPLOAD_BODY

RUN = "/api/runs/9f1c3c62-7f0f-4b0e-8d2b-4a4f0f6b1d11"
LIMITS = [
    ("POST", "/api/graphs", GRAPH_BODY),
    ("POST", "/api/graphs/check", GRAPH_BODY),
    ("PUT", "/api/graphs/9f1c3c62-7f0f-4b0e-8d2b-4a4f0f6b1d11", GRAPH_BODY),
    ("POST", "/api/runs", GRAPH_BODY),
    ("POST", f"{RUN}/evaluate", EVALUATION_BODY),
    ("POST", f"{RUN}/learning-rate", DEFAULT_BODY),
]
FORMS = [("POST", f"{RUN}/evaluate-image", PICTURE_BODY), ("POST", "/api/datasets", UPLOAD_BODY)]
JSON = {"content-type": "application/json"}
FORM = {"content-type": "multipart/form-data; boundary=x"}


def answer_to(
    server: RunningServer, method: str, path: str, headers: dict[str, str], chunks: Iterator[bytes]
) -> httpx.Response:
    """Send a body piece by piece until it ends or the server stops listening; what the server answers."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"host: {server.host}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        try:
            for chunk in chunks:
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return _read(connection)


def _read(connection: socket.socket) -> httpx.Response:
    received = b""
    while b"\r\n\r\n" not in received or len(received.partition(b"\r\n\r\n")[2]) < _length(received):
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *fields = head.decode().split("\r\n")
    headers = [field.split(": ", 1) for field in fields]
    return httpx.Response(
        int(status.split()[1]), headers=[(name, value) for name, value in headers], content=body
    )


def _length(received: bytes) -> int:
    head = received.partition(b"\r\n\r\n")[0].decode().lower()
    return int(head.partition("content-length: ")[2].partition("\r\n")[0])


def chunked(size: int, start: bytes = b"") -> Iterator[bytes]:
    piece = b" " * 65536
    if start:
        yield b"%x\r\n%s\r\n" % (len(start), start)
    for _ in range(-(-size // len(piece))):
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


@pytest.mark.parametrize(("method", "path", "limit"), LIMITS + FORMS)
def test_a_length_beyond_the_limit_is_refused_before_the_body(
    server: RunningServer, method: str, path: str, limit: int
) -> None:
    content_type = FORM if (method, path, limit) in FORMS else JSON
    headers = {**content_type, "content-length": str(limit + 1)}
    refused(answer_to(server, method, path, headers, iter([b" " * 1000])), 413, "too_large")


@pytest.mark.parametrize(("method", "path", "limit"), LIMITS)
def test_a_chunked_body_beyond_the_limit_is_refused(
    server: RunningServer, method: str, path: str, limit: int
) -> None:
    headers = {**JSON, "transfer-encoding": "chunked"}
    refused(answer_to(server, method, path, headers, chunked(limit + 65536)), 413, "too_large")


@pytest.mark.parametrize(("method", "path", "limit"), FORMS[:1])
def test_a_chunked_form_beyond_the_limit_is_refused(
    server: RunningServer, method: str, path: str, limit: int
) -> None:
    start = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    headers = {**FORM, "transfer-encoding": "chunked"}
    refused(answer_to(server, method, path, headers, chunked(limit + 65536, start)), 413, "too_large")


def test_a_long_field_of_a_form_is_refused(client: httpx.Client) -> None:
    response = client.post(
        "/api/datasets", files={"file": ("a.csv", b"a\n1\n")}, data={"options": " " * 100_000}
    )
    assert response.status_code in (400, 413)
    refused(response, response.status_code, response.json()["error"]["code"])


def test_a_graph_may_be_larger_than_an_ordinary_body(client: httpx.Client) -> None:
    note = {"text": "x" * 19_000}
    graph = {"notes": [note | {"id": f"n{number}"} for number in range(100)]}
    assert len(json.dumps(graph)) > DEFAULT_BODY
    assert client.post("/api/graphs/check", json=graph).status_code == 200


def test_the_server_goes_on_after_refusals(client: httpx.Client) -> None:
    assert client.get("/api/health").json()["ok"] is True
