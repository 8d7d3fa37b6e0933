from threading import Thread
from uuid import UUID

import httpx
import pytest

import wiregrad
from tests.server.drawings import constant_alone, falling_parameter
from tests.server.errors import refused
from tests.server.running import RunningServer
from wiregrad.server.limits import KEPT_REVISIONS

UNKNOWN = "/api/graphs/9f1c3c62-7f0f-4b0e-8d2b-4a4f0f6b1d11"


def created(client: httpx.Client, name: str = "A graph") -> dict[str, object]:
    response = client.post("/api/graphs", json={"graph": falling_parameter(name=name)})
    assert response.status_code == 201, response.text
    record: dict[str, object] = response.json()
    return record


def test_a_new_graph_is_at_revision_1_and_complete(client: httpx.Client) -> None:
    record = created(client, "Complete")
    assert UUID(str(record["id"])).version == 4
    assert record["revision"] == 1
    assert record["created_at"] == record["updated_at"]
    assert str(record["created_at"]).endswith("Z")
    graph = wiregrad.Graph.from_json(falling_parameter(name="Complete"))
    assert record["graph"] == graph.document.to_json()
    assert client.get(f"/api/graphs/{record['id']}").json() == record


def test_all_examples_survive_storing(client: httpx.Client) -> None:
    for graph in wiregrad.examples.values():
        document = graph.document.to_json()
        stored = client.post("/api/graphs", json={"graph": document}).json()
        assert client.get(f"/api/graphs/{stored['id']}").json()["graph"] == document


def test_an_unknown_kind_survives_storing(client: httpx.Client) -> None:
    graph = {"nodes": [{"id": "n", "kind": "FromTheFuture", "settings": {"a": [1, {"b": None}], "c": 0.1}}]}
    stored = client.post("/api/graphs", json={"graph": graph}).json()
    assert client.get(f"/api/graphs/{stored['id']}").json()["graph"]["nodes"][0]["settings"] == {
        "a": [1, {"b": None}],
        "c": 0.1,
    }


def test_saving_makes_the_next_revision_and_keeps_the_first(client: httpx.Client) -> None:
    record = created(client, "Before")
    path = f"/api/graphs/{record['id']}"
    changed = falling_parameter(steps=7, name="After")
    saved = client.put(path, json={"graph": changed, "revision": 1}).raise_for_status().json()
    assert saved["revision"] == 2
    assert saved["graph"]["name"] == "After"
    assert saved["created_at"] == record["created_at"] < saved["updated_at"]
    assert client.get(path).json() == saved
    versions = client.get(f"{path}/versions").json()
    assert [(version["revision"], version["name"]) for version in versions] == [(2, "After"), (1, "Before")]
    assert client.get(f"{path}/versions/1").json() == record
    assert client.get(f"{path}/versions/2").json() == saved


def test_the_list_has_the_last_changed_first(client: httpx.Client) -> None:
    first, second = created(client, "First"), created(client, "Second")
    client.put(
        f"/api/graphs/{first['id']}", json={"graph": falling_parameter(name="First again"), "revision": 1}
    )
    found = client.get("/api/graphs").json()
    assert [graph["id"] for graph in found[:2]] == [first["id"], second["id"]]
    assert found[0] | {"updated_at": ""} == {
        "id": first["id"],
        "name": "First again",
        "revision": 2,
        "updated_at": "",
        "node_count": 3,
    }


@pytest.mark.parametrize("based_on", [1, 3])
def test_a_save_from_another_revision_is_a_conflict_and_changes_nothing(
    client: httpx.Client, based_on: int
) -> None:
    record = created(client)
    path = f"/api/graphs/{record['id']}"
    current = client.put(path, json={"graph": falling_parameter(name="Theirs"), "revision": 1}).json()
    response = client.put(path, json={"graph": falling_parameter(name="Mine"), "revision": based_on})
    error = refused(response, 409, "conflict")
    assert error["revision"] == 2
    assert "revision 2" in error["message"]
    assert client.get(path).json() == current


def test_of_many_saves_from_one_revision_exactly_one_wins(
    client: httpx.Client, server: RunningServer
) -> None:
    path = f"/api/graphs/{created(client)['id']}"
    statuses = []

    def save(name: str) -> None:
        with server.client() as own:
            response = own.put(path, json={"graph": falling_parameter(name=name), "revision": 1})
            statuses.append(response.status_code)

    threads = [Thread(target=save, args=(f"Number {number}",)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 11
    assert client.get(path).json()["revision"] == 2


def test_old_revisions_are_dropped(client: httpx.Client) -> None:
    path = f"/api/graphs/{created(client)['id']}"
    for revision in range(1, KEPT_REVISIONS + 6):
        client.put(path, json={"graph": falling_parameter(), "revision": revision}).raise_for_status()
    versions = client.get(f"{path}/versions").json()
    newest = KEPT_REVISIONS + 6
    assert [version["revision"] for version in versions] == list(range(newest, newest - KEPT_REVISIONS, -1))
    refused(client.get(f"{path}/versions/1"), 404, "not_found")


def test_a_deleted_graph_is_gone_with_its_history(client: httpx.Client) -> None:
    path = f"/api/graphs/{created(client)['id']}"
    response = client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    for gone in (path, f"{path}/versions", f"{path}/versions/1"):
        refused(client.get(gone), 404, "not_found")
    refused(client.delete(path), 404, "not_found")
    refused(client.put(path, json={"graph": falling_parameter(), "revision": 1}), 404, "not_found")


def test_what_is_not_there_is_not_found(client: httpx.Client) -> None:
    path = f"/api/graphs/{created(client)['id']}"
    refused(client.get(f"{path}/versions/2"), 404, "not_found")
    refused(client.get(UNKNOWN), 404, "not_found")
    refused(client.get(f"{UNKNOWN}/versions"), 404, "not_found")
    refused(client.delete(UNKNOWN), 404, "not_found")


@pytest.mark.parametrize(
    "bad_id", ["7", "..%2f..%2fetc", "'%20or%201=1", "9f1c3c62-7f0f-4b0e-8d2b-4a4f0f6b1d11%00"]
)
def test_what_is_not_an_id_is_refused(client: httpx.Client, bad_id: str) -> None:
    response = client.get(f"/api/graphs/{bad_id}")
    refused(response, *((404, "not_found") if "%2f" in bad_id else (422, "invalid")))


@pytest.mark.parametrize("revision", [0, -1, 2**31, 1.5, "one", None])
def test_what_is_not_a_revision_is_refused(client: httpx.Client, revision: object) -> None:
    path = f"/api/graphs/{created(client)['id']}"
    response = client.put(path, json={"graph": falling_parameter(), "revision": revision})
    refused(response, 422, "invalid")


def test_the_check_reports_what_flows(client: httpx.Client) -> None:
    report = client.post("/api/graphs/check", json=falling_parameter()).raise_for_status().json()
    assert report["problems"] == []
    assert report["totals"]["trainable_parameters"] == 1
    assert [wire["value"]["carries_gradient"] for wire in report["wires"]] == [True, True]


def test_the_check_answers_problems_and_does_not_refuse(client: httpx.Client) -> None:
    report = client.post("/api/graphs/check", json=constant_alone()).raise_for_status().json()
    assert [problem["node"] for problem in report["problems"]] == ["opt"]
    assert report["wires"][0]["value"]["carries_gradient"] is False


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": "wiregrad/graph@99"}, "format"),
        ({"nodes": [{"id": "a"}]}, "nodes[0].kind"),
        ({"nodes": [{"id": "n", "kind": "Add", "position": {"x": 1e7}}]}, "nodes[0].position.x"),
        ({"training": {"epochs": 0}}, "training.epochs"),
        ({"wires": [{"source": {"node": "a", "port": "b"}}]}, "wires[0].target"),
    ],
)
def test_what_is_not_a_graph_is_refused_with_the_place(
    client: httpx.Client, change: dict[str, object], where: str
) -> None:
    error = refused(client.post("/api/graphs/check", json=falling_parameter() | change), 422, "invalid")
    assert error["message"].startswith(f"{where}:")


def test_a_graph_of_too_many_nodes_is_refused(client: httpx.Client) -> None:
    nodes = [{"id": f"n{number}", "kind": "Add"} for number in range(5_001)]
    error = refused(client.post("/api/graphs", json={"graph": {"nodes": nodes}}), 422, "invalid")
    assert "5000" in error["message"]


@pytest.mark.parametrize(
    ("dataset", "codes"), [("digits", ["missing_column"]), (None, []), ("gone", [])], ids=str
)
def test_the_check_holds_inputs_against_the_dataset(
    client: httpx.Client, dataset: str | None, codes: list[str]
) -> None:
    document = falling_parameter()
    document["nodes"].append({"id": "x", "kind": "Input", "settings": {"name": "x", "column": "nowhere"}})
    document["training"] = {"dataset": dataset}
    problems = client.post("/api/graphs/check", json=document).json()["problems"]
    assert [problem["code"] for problem in problems if problem["node"] == "x"] == codes
