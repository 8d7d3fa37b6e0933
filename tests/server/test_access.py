"""Every address, from every hostile place, is refused before any route or socket sees the request."""

import itertools
import re
import socket
from uuid import UUID, uuid4

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.server.drawings import falling_parameter
from tests.server.errors import refused
from tests.server.following import close_code_of, open_socket, socket_url
from tests.server.running import RunningServer
from wiregrad.server.app import create_api
from wiregrad.server.openapi import describe
from wiregrad.server.security.hosts import HostAllowList, InvalidHost

SAMPLE = {
    "graph_id": str(UUID(int=1)),
    "run_id": str(UUID(int=2)),
    "dataset_id": "digits",
    "index": "0",
    "revision": "1",
}
OPERATIONS = [
    (method.upper(), re.sub(r"{(\w+)}", lambda found: SAMPLE[found[1]], path))
    for path, operations in describe(create_api())["paths"].items()
    for method in operations
]
PAGE = [
    ("GET", path) for path in ("/", "/index.html", "/assets/x.js", "/some/place", "/api/nothing", "/../etc")
]
READS = [(method, path) for method, path in OPERATIONS if method == "GET"] + PAGE
WRITES = [(method, path) for method, path in OPERATIONS if method != "GET"] + [
    (method, "/api/health") for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
]


def hostile_hosts(port: int) -> list[str]:
    return [
        f"evil.test:{port}",
        f"localhost.evil.test:{port}",
        f"127.0.0.1.evil.test:{port}",
        f"evil.test@localhost:{port}",
        f"localhost:{port}@evil.test",
        f"localhost:{port + 1}",
        "localhost",
        f"localhost.:{port}",
        f"127.0.0.2:{port}",
        f"2130706433:{port}",
        f"0x7f.1:{port}",
        f"[::ffff:127.0.0.1]:{port}",
        f"localhost:{port}:{port}",
        f"localhost:0{port}0",
        f"local host:{port}",
        "",
    ]


def hostile_origins(port: int) -> list[str]:
    return [
        "null",
        "",
        "http://evil.test",
        f"http://evil.test:{port}",
        f"http://127.0.0.1:{port + 1}",
        "http://127.0.0.1",
        f"http://localhost:{port}",  # ours, but the request is to 127.0.0.1
        f"http://127.0.0.1:{port}.evil.test",
        f"http://127.0.0.1:{port}/",
        f"ftp://127.0.0.1:{port}",
        f"http://127.0.0.1:{port} http://evil.test",
        "file://",
    ]


@pytest.mark.parametrize(("method", "path"), READS + WRITES)
def test_no_address_answers_to_a_foreign_host(
    client: httpx.Client, server: RunningServer, method: str, path: str
) -> None:
    for host in hostile_hosts(server.port):
        response = client.request(method, path, headers={"host": host})
        # What cannot be a host at all is already refused by the HTTP parser.
        assert response.status_code == 400 or refused(response, 403, "host_not_allowed"), host


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_no_write_is_taken_from_a_foreign_origin(
    client: httpx.Client, server: RunningServer, method: str, path: str
) -> None:
    for origin in hostile_origins(server.port):
        refused(client.request(method, path, headers={"origin": origin}), 403, "origin_not_allowed")


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "made-up", ""])
def test_no_write_is_taken_from_another_site(
    client: httpx.Client, server: RunningServer, method: str, path: str, site: str
) -> None:
    headers = {"sec-fetch-site": site, "origin": server.url}
    refused(client.request(method, path, headers=headers), 403, "site_not_allowed")


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_browser_that_hides_its_origin_may_not_write(client: httpx.Client, method: str, path: str) -> None:
    for site in ("same-origin", "none"):
        refused(client.request(method, path, headers={"sec-fetch-site": site}), 403, "origin_not_allowed")


@pytest.mark.parametrize(("method", "path"), [read for read in READS if read[1].startswith("/api")])
def test_other_sites_may_not_even_embed_what_the_api_answers(
    client: httpx.Client, method: str, path: str
) -> None:
    for site in ("cross-site", "same-site"):
        refused(client.request(method, path, headers={"sec-fetch-site": site}), 403, "site_not_allowed")


def test_other_sites_may_link_to_the_page(client: httpx.Client) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("other", ["evil.test", ""])
def test_two_host_headers_are_refused(server: RunningServer, other: str) -> None:
    request = f"GET /api/health HTTP/1.1\r\nhost: {server.host}\r\nhost: {other}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request.encode())
        assert connection.recv(1000).split()[1] in (b"400", b"403")


def test_no_host_header_is_refused(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /api/health HTTP/1.0\r\n\r\n")
        assert connection.recv(1000).split()[1] in (b"400", b"403")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_the_names_of_this_machine_are_served(client: httpx.Client, server: RunningServer, name: str) -> None:
    host = f"{name}:{server.port}"
    assert client.get("/api/health", headers={"host": host}).status_code == 200
    headers = {"host": host, "origin": f"http://{host.lower()}", "sec-fetch-site": "same-origin"}
    assert client.post("/api/graphs/check", json=falling_parameter(), headers=headers).status_code == 200


def test_programs_that_are_no_browsers_need_no_origin(client: httpx.Client) -> None:
    assert client.post("/api/graphs/check", json=falling_parameter()).status_code == 200


def _refusal(url: str, headers: dict[str, str] | None = None, over: socket.socket | None = None) -> int:
    """The status with which a socket is refused before it is accepted."""
    with pytest.raises(InvalidStatus) as caught:
        connect(url, additional_headers=headers, sock=over, open_timeout=30)
    return caught.value.response.status_code


def test_no_socket_is_accepted_from_a_foreign_origin(server: RunningServer) -> None:
    url = socket_url(server, str(uuid4()))
    for origin in hostile_origins(server.port):
        assert _refusal(url, {"Origin": origin}) == 403, origin


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_socket_is_accepted_from_another_site(server: RunningServer, site: str) -> None:
    url = socket_url(server, str(uuid4()))
    headers = {"Origin": server.url, "Sec-Fetch-Site": site}
    assert _refusal(url, headers) == 403


def test_no_socket_is_accepted_from_a_browser_that_hides_its_origin(server: RunningServer) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert _refusal(socket_url(server, str(uuid4())), headers) == 403


def test_no_socket_is_accepted_for_a_foreign_host(server: RunningServer) -> None:
    for host in (
        f"evil.test:{server.port}",
        "localhost",
        f"127.0.0.1:{server.port + 1}",
        f"127.1:{server.port}",
    ):
        connection = socket.create_connection(("127.0.0.1", server.port))
        assert _refusal(f"ws://{host}/api/runs/{uuid4()}/events", over=connection) == 403, host


def test_the_own_page_may_open_sockets(server: RunningServer) -> None:
    url = socket_url(server, str(uuid4()))
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    with connect(url, additional_headers=headers, open_timeout=30) as opened:
        assert close_code_of(opened) == 4404
    with open_socket(server, str(uuid4())) as opened:
        assert close_code_of(opened) == 4404


HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/api/health"), ("GET", "/api/nothing"), ("POST", "/api/runs")]
)
def test_every_answer_carries_the_security_headers(client: httpx.Client, method: str, path: str) -> None:
    for headers in ({}, {"host": "evil.test"}):
        response = client.request(method, path, headers=headers)
        assert {name: response.headers[name] for name in HEADERS} == HEADERS
        policy = dict(
            part.strip().partition(" ")[::2]
            for part in response.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "server" not in response.headers
        assert "access-control-allow-origin" not in response.headers


def test_configured_names_are_allowed_with_their_port_or_with_any() -> None:
    hosts = HostAllowList.of(8000, ["lab.example", "Other.example:9000", " "])
    allowed = ["lab.example", "lab.example:1", "LAB.example:8000", "other.example:9000", "localhost:8000"]
    assert all(map(hosts.allows, allowed))
    refused_hosts = [
        "other.example",
        "other.example:8000",
        "x.lab.example",
        "lab.example.x",
        "localhost:9000",
    ]
    assert not any(map(hosts.allows, refused_hosts))


def test_port_80_may_be_left_out() -> None:
    assert HostAllowList.of(80).allows("localhost")
    assert not HostAllowList.of(8000).allows("localhost")


@pytest.mark.parametrize(
    "name", ["http://lab.example", "lab.example/path", "lab example", "*", "lab.example:x"]
)
def test_a_configured_name_that_no_host_can_have_is_refused(name: str) -> None:
    with pytest.raises(InvalidHost, match="expected a name"):
        HostAllowList.of(8000, [name])


def test_no_address_was_left_out() -> None:
    assert len(OPERATIONS) == sum(len(operations) for operations in describe(create_api())["paths"].values())
    assert len(set(itertools.chain(READS, WRITES))) == len(READS) + len(WRITES)
