"""Asking the weights of runs, ended and live."""

import io
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
import pytest
from PIL import Image

import wiregrad
from tests.server.drawings import ENDLESS, falling_parameter
from tests.server.errors import refused
from tests.server.running import RunningServer, running, wait_for_state
from wiregrad.data.catalogue import builtin
from wiregrad.training.model import Model


@pytest.fixture(scope="module")
def digits(server: RunningServer) -> str:
    """A run of a small network that has learned to read digits."""
    graph = wiregrad.examples["digits-mlp"].document.to_json()
    with server.client() as client:
        run_id: str = client.post("/api/runs", json={"graph": graph}).json()["id"]
        wait_for_state(client, run_id, "completed")
    return run_id


def ask(client: httpx.Client, run_id: str, **request: object) -> httpx.Response:
    return client.post(f"/api/runs/{run_id}/evaluate", json=request)


def ask_with_file(client: httpx.Client, run_id: str, filename: str, content: bytes) -> httpx.Response:
    files = {"file": (filename, content)}
    return client.post(f"/api/runs/{run_id}/evaluate-image", files=files, data={"input": "image"})


def png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.rint(pixels * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def samples(count: int) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return builtin()["digits"]().take(np.arange(count), ["image", "digit"])


def test_numbers_of_one_sample_give_labeled_probabilities(client: httpx.Client, digits: str) -> None:
    sample = samples(1)
    answer = ask(client, digits, inputs={"image": sample["image"][0].tolist()}).raise_for_status().json()
    assert answer["state"] == "completed"
    assert answer["step"] == client.get(f"/api/runs/{digits}").json()["step"]
    prediction = answer["outputs"]["prediction"]
    assert prediction["display"] == "probabilities"
    assert prediction["labels"] == [str(digit) for digit in range(10)]
    assert (prediction["shape"], prediction["batched"], prediction["dtype"]) == ([10], False, "float32")
    assert sum(prediction["value"]) == pytest.approx(1, abs=1e-5)
    assert np.argmax(prediction["value"]) == sample["digit"][0]


def test_a_batch_is_answered_row_by_row(client: httpx.Client, digits: str) -> None:
    batch = samples(20)["image"].tolist()
    prediction = ask(client, digits, inputs={"image": batch}).json()["outputs"]["prediction"]
    assert (prediction["shape"], prediction["batched"]) == ([20, 10], True)
    alone = ask(client, digits, inputs={"image": batch[7]}).json()["outputs"]["prediction"]
    assert prediction["value"][7] == pytest.approx(alone["value"], abs=1e-5)


def test_a_sample_of_the_dataset_can_be_asked(client: httpx.Client, digits: str) -> None:
    answer = ask(client, digits, sample={"dataset": "digits", "index": 3}).raise_for_status().json()
    direct = ask(client, digits, inputs={"image": samples(4)["image"][3].tolist()}).json()
    assert answer["outputs"]["prediction"] == direct["outputs"]["prediction"]


def test_a_picture_can_be_asked_as_a_file_and_as_a_data_url(client: httpx.Client, digits: str) -> None:
    content = png(samples(1)["image"][0, 0])
    answer = ask_with_file(client, digits, "zero.png", content).raise_for_status().json()
    url = f"data:image/png;base64,{b64encode(content).decode()}"
    assert ask(client, digits, images={"image": url}).json() == answer
    assert np.argmax(answer["outputs"]["prediction"]["value"]) == 0


def test_outputs_without_inputs_need_nothing(client: httpx.Client) -> None:
    run_id = client.post("/api/runs", json={"graph": falling_parameter(100)}).json()["id"]
    wait_for_state(client, run_id, "completed")
    outputs = ask(client, run_id).raise_for_status().json()["outputs"]
    assert outputs["value"]["value"] == pytest.approx(-5, abs=1e-4)
    assert outputs["value"]["display"] == "number"


BAD_REQUESTS = {
    "unknown input": {"inputs": {"picture": 1}},
    "wrong shape": {"inputs": {"image": [1, 2, 3]}},
    "ragged": {"inputs": {"image": [[[1, 2], [3]]]}},
    "text": {"inputs": {"image": "zero"}},
    "nothing": {},
    "unknown dataset": {"sample": {"dataset": "nothing", "index": 0}},
    "no such sample": {"sample": {"dataset": "digits", "index": 1797}},
    "negative sample": {"sample": {"dataset": "digits", "index": -1}},
    "no picture": {"images": {"image": "data:image/png;base64,AAAA"}},
    "no base64": {"images": {"image": "data:image/png;base64,*"}},
    "no data URL": {"images": {"image": "http://evil.test/a.png"}},
    "unknown field": {"colour": "blue"},
}


@pytest.mark.parametrize("request_body", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_what_cannot_be_asked_is_refused_in_words(
    client: httpx.Client, digits: str, request_body: dict[str, object]
) -> None:
    refused(ask(client, digits, **request_body), 422, "invalid")


def test_a_file_that_is_no_picture_is_refused(client: httpx.Client, digits: str) -> None:
    refused(ask_with_file(client, digits, "a.svg", b"<svg onload='alert(1)'/>"), 422, "invalid")


def test_an_unknown_run_cannot_be_asked(client: httpx.Client) -> None:
    refused(ask(client, str(uuid4())), 404, "not_found")
    refused(ask_with_file(client, str(uuid4()), "a.png", b""), 404, "not_found")


def test_a_live_run_answers_with_its_present_weights(client: httpx.Client) -> None:
    run_id = client.post("/api/runs", json={"graph": falling_parameter(ENDLESS)}).json()["id"]
    wait_for_state(client, run_id, "running")
    first = ask(client, run_id).raise_for_status().json()
    client.post(f"/api/runs/{run_id}/pause")
    second = ask(client, run_id).raise_for_status().json()
    assert first["state"] == "running"
    assert second["state"] == "paused"
    assert second["step"] == client.get(f"/api/runs/{run_id}").json()["step"] > first["step"] > 0
    assert second["outputs"]["value"]["value"] < first["outputs"]["value"]["value"]
    client.post(f"/api/runs/{run_id}/stop")


def test_a_run_that_has_not_begun_cannot_be_asked(client: httpx.Client) -> None:
    runs = [
        client.post("/api/runs", json={"graph": falling_parameter(ENDLESS)}).json()["id"] for _ in range(3)
    ]
    refused(ask(client, runs[2]), 409, "illegal_state")
    refused(client.get(f"/api/runs/{runs[2]}/export"), 409, "illegal_state")
    for run_id in reversed(runs):
        client.post(f"/api/runs/{run_id}/stop")


def test_a_model_is_taken_away_with_its_graph(client: httpx.Client, digits: str, tmp_path: Path) -> None:
    response = client.get(f"/api/runs/{digits}/export", params={"format": "model"}).raise_for_status()
    assert response.headers["content-type"] == "application/octet-stream"
    assert (
        response.headers["content-disposition"] == 'attachment; filename="Read-digits-two-layers.safetensors"'
    )
    file = tmp_path / "model.safetensors"
    file.write_bytes(response.content)
    model = Model.load(file)
    assert model.graph == wiregrad.examples["digits-mlp"].document
    assert model.details.step == client.get(f"/api/runs/{digits}").json()["step"]


def test_an_unknown_format_is_refused(client: httpx.Client, digits: str) -> None:
    refused(client.get(f"/api/runs/{digits}/export", params={"format": "pickle"}), 422, "invalid")


def test_a_damaged_model_is_no_defect(data_dir: Path) -> None:
    with running(data_dir) as server, server.client() as client:
        run_id = client.post("/api/runs", json={"graph": falling_parameter(2)}).json()["id"]
        wait_for_state(client, run_id, "completed")
        model = data_dir / "runs" / run_id / "model.safetensors"
        model.write_bytes(model.read_bytes()[:20])
        refused(ask(client, run_id), 409, "illegal_state")
        model.unlink()
        refused(ask(client, run_id), 409, "illegal_state")
