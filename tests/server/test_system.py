import httpx
import pytest

import wiregrad
from tests.server.running import RunningServer
from wiregrad.engine.backends import get_backend
from wiregrad.engine.processor import multiplies_bfloat16
from wiregrad.nodes import catalogue


def test_health_names_versions_backends_and_places(client: httpx.Client, server: RunningServer) -> None:
    health = client.get("/api/health").raise_for_status().json()
    assert health["ok"] is True
    assert health["data_dir"] == str(server.data_dir)
    assert health["database"] == f"sqlite:///{server.data_dir}/wiregrad.sqlite3"
    assert health["python"].startswith("3.")
    assert {"numpy", "sqlite", "version"} <= set(health)
    [numpy] = [backend for backend in health["backends"] if backend["name"] == "numpy"]
    assert numpy["available"] is True
    assert numpy["device"]
    assert numpy["missing"] is None
    assert numpy["without_bfloat16"] == "NumPy multiplies in float32 and float64 only"
    [cupy] = [backend for backend in health["backends"] if backend["name"] == "cupy"]
    assert cupy["available"] is (cupy["missing"] is None)
    assert cupy["available"] or cupy["missing"].endswith(".")
    [llvm] = [backend for backend in health["backends"] if backend["name"] == "llvm"]
    assert llvm["available"] is (llvm["missing"] is None)
    assert (llvm["without_bfloat16"] is None) is multiplies_bfloat16()
    assert "native code" in llvm["device"]
    assert health["backends"][0]["name"] == get_backend().name  # what "auto" is


def test_the_catalogue_has_every_kind_with_a_complete_description(client: httpx.Client) -> None:
    kinds = client.get("/api/catalogue").raise_for_status().json()["kinds"]
    assert [kind["kind"] for kind in kinds] == list(catalogue())
    for kind in kinds:
        assert kind["title"]
        assert kind["summary"].endswith(".")
        assert "\n" not in kind["summary"]
        assert set(kind["default_settings"]) == set(kind["settings_schema"].get("properties", {}))
        assert all(port["name"] and port["description"] for port in kind["inputs"] + kind["outputs"])


def test_the_ports_and_settings_of_one_kind(client: httpx.Client) -> None:
    kinds = client.get("/api/catalogue").raise_for_status().json()["kinds"]
    [linear] = [kind for kind in kinds if kind["kind"] == "Linear"]
    assert linear["category"] == "Layers"
    assert [port["name"] for port in linear["inputs"]] == ["input"]
    assert [port["name"] for port in linear["outputs"]] == ["output"]
    assert linear["settings_schema"]["properties"]["units"]["type"] == "integer"


def test_the_examples_come_whole_and_in_order(client: httpx.Client) -> None:
    examples = client.get("/api/examples").raise_for_status().json()
    assert [example["id"] for example in examples] == list(wiregrad.examples)
    for example in examples:
        assert example["graph"] == wiregrad.examples[example["id"]].document.to_json()
        assert example["name"] == example["graph"]["name"]
        assert example["goal"]
        assert example["goal"] in example["description"]


@pytest.mark.parametrize("path", ["/api/health", "/api/catalogue", "/api/examples"])
def test_answers_are_not_cached(client: httpx.Client, path: str) -> None:
    assert client.get(path).headers["cache-control"] == "no-store"
