"""Whatever is sent, the answer is never a defect: random graphs, and requests made of random parts."""

import re
import string
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.errors import FIELDS
from wiregrad.nodes import catalogue
from wiregrad.server.app import create_api
from wiregrad.server.openapi import describe

EXAMPLES = 60

numbers = st.one_of(
    st.integers(-3, 12),
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**63, 10**9, 10**30, 0.5, 1e-300, 1e300]),
    st.floats(allow_nan=False, allow_infinity=False),
)
words = st.one_of(
    st.sampled_from(["relu", "sgd", "adam", "mean", "float32", "int64", "bool", "x", ""]), st.text(max_size=5)
)
scalars = st.one_of(st.none(), st.booleans(), numbers, words)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def settings_of(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Mostly fields that the kind has, mostly with values that they do not expect."""
    fields = list(catalogue()[kind].model_fields) if kind in catalogue() else []
    names = st.sampled_from(fields) if fields else words
    return draw(st.dictionaries(names, values, max_size=3))


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    kinds = draw(st.lists(st.sampled_from([*catalogue(), "Unheard"]), max_size=7))
    nodes = [
        {"id": f"n{place}", "kind": kind, "settings": draw(st.one_of(st.just({}), settings_of(kind)))}
        for place, kind in enumerate(kinds)
    ]
    ports = [f"n{place}" for place in range(len(nodes) + 1)]
    inputs = sorted(
        {port.name for kind in catalogue().values() for port in kind().inputs()} | {"input_2", "none"}
    )
    outputs = sorted({port.name for kind in catalogue().values() for port in kind().outputs()} | {"output_2"})
    wire = st.fixed_dictionaries(
        {
            "source": st.fixed_dictionaries(
                {"node": st.sampled_from(ports), "port": st.sampled_from(outputs)}
            ),
            "target": st.fixed_dictionaries(
                {"node": st.sampled_from(ports), "port": st.sampled_from(inputs)}
            ),
        }
    )
    return {"nodes": nodes, "wires": draw(st.lists(wire, max_size=9))}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=graphs())
def test_any_graph_is_checked_or_refused(client: httpx.Client, graph: dict[str, Any]) -> None:
    response = client.post("/api/graphs/check", json=graph)
    assert response.status_code in (200, 400, 422), response.text
    stored = client.post("/api/graphs", json={"graph": graph})
    assert stored.status_code in (201, 400, 422), stored.text
    if stored.status_code == 201:
        path = f"/api/graphs/{stored.json()['id']}"
        assert client.get(path).json() == stored.json()
        client.delete(path).raise_for_status()


OPERATIONS = [
    (method.upper(), path)
    for path, operations in describe(create_api())["paths"].items()
    for method in operations
]
pieces = st.text(string.ascii_letters + string.digits + "-._~%$'\" \\\0é", max_size=12)


@settings(
    max_examples=3 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    operation=st.sampled_from(OPERATIONS),
    parts=st.lists(pieces, min_size=3, max_size=3),
    query=st.dictionaries(
        st.sampled_from(["after", "limit", "count", "graph_id", "format"]), scalars, max_size=3
    ),
    body=values,
)
def test_any_request_is_answered_or_refused(
    client: httpx.Client, operation: tuple[str, str], parts: list[str], query: dict[str, Any], body: object
) -> None:
    method, template = operation
    for name, part in zip(re.findall(r"{\w+}", template), parts, strict=False):
        template = template.replace(name, quote(part, safe=""))
    response = client.request(method, template, params=query, json=body)
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert set(response.json()["error"]) == FIELDS
