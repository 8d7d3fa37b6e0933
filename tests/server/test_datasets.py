import gzip
import io
import json
import zipfile
from base64 import b64decode
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.data.broken import BROKEN, idx
from tests.server.errors import refused
from tests.server.running import RunningServer
from wiregrad.data.catalogue import builtin

UNKNOWN = "/api/datasets/no-such-set"
TABLE = b"size,colour,large\n1.5,red,false\n2,blue,true\n3,red,true\n"


def upload(
    client: httpx.Client, content: bytes, filename: str = "table.csv", **fields: str
) -> httpx.Response:
    return client.post("/api/datasets", files={"file": (filename, content)}, data=fields)


def uploaded(client: httpx.Client, content: bytes = TABLE, filename: str = "table.csv", **fields: str) -> Any:  # noqa: ANN401
    response = upload(client, content, filename, **fields)
    assert response.status_code == 201, response.text
    return response.json()


def picture(color: str, size: tuple[int, int] = (6, 4)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def test_the_built_in_datasets_are_listed(client: httpx.Client) -> None:
    found = {dataset["id"]: dataset for dataset in client.get("/api/datasets").json() if dataset["builtin"]}
    assert set(found) == set(builtin())
    assert found["digits"]["size"] == 1797
    assert "CC BY 4.0" in found["digits"]["attribution"]
    detail = client.get("/api/datasets/digits").json()
    assert found["digits"].items() <= detail.items()
    assert (detail["bytes"], detail["created"], detail["origin"]) == (None, None, None)
    columns = {column["name"]: column for column in found["digits"]["columns"]}
    assert columns["image"]["shape"] == [1, 8, 8]
    assert columns["digit"]["labels"] == [str(digit) for digit in range(10)]


def test_a_preview_shows_pictures_and_labels(client: httpx.Client) -> None:
    preview = client.get("/api/datasets/digits/preview", params={"limit": 3}).raise_for_status().json()
    assert len(preview["rows"]) == 3
    start, _, encoded = preview["rows"][0]["image"].partition(",")
    assert start == "data:image/png;base64"
    assert Image.open(io.BytesIO(b64decode(encoded))).size == (8, 8)
    assert preview["rows"][0]["digit"] == "0"


def test_a_preview_goes_on_where_the_last_one_ended(client: httpx.Client) -> None:
    def page(offset: int, limit: int) -> Any:  # noqa: ANN401
        answer = client.get("/api/datasets/digits/preview", params={"offset": offset, "limit": limit})
        return answer.raise_for_status().json()

    whole = page(0, 50)["rows"]
    assert page(20, 30)["rows"] == whole[20:]
    assert page(20, 30)["offset"] == 20
    assert len(page(1790, 30)["rows"]) == 7
    assert page(5000, 30)["rows"] == []


def test_a_dataset_is_described_with_histograms_and_class_counts(client: httpx.Client) -> None:
    detail = client.get("/api/datasets/digits").raise_for_status().json()
    expected = builtin()["digits"]().take(np.arange(1797), ["image", "digit"])
    image, digit = detail["statistics"]["image"], detail["statistics"]["digit"]
    assert (image["min"], image["max"]) == (0.0, 1.0)
    edges, counts = image["histogram"]["edges"], image["histogram"]["counts"]
    assert len(edges) == len(counts) + 1 <= 65
    assert counts == np.histogram(expected["image"].astype(np.float64), edges)[0].tolist()
    assert digit["counts"] == {str(value): int((expected["digit"] == value).sum()) for value in range(10)}
    assert digit["histogram"] is None
    assert len(detail["sha256"]) == 64


def test_a_sample_is_raw_numbers(client: httpx.Client) -> None:
    sample = client.get("/api/datasets/digits/samples/5").raise_for_status().json()
    expected = builtin()["digits"]().take(np.array([5]), ["image", "digit"])
    assert sample["index"] == 5
    assert np.array_equal(sample["values"]["image"], expected["image"][0])
    assert sample["values"]["digit"] == expected["digit"][0]


@pytest.mark.parametrize("path", [UNKNOWN, f"{UNKNOWN}/preview", f"{UNKNOWN}/samples/0"])
def test_an_unknown_dataset_is_not_found_and_the_answer_names_those_there_are(
    client: httpx.Client, path: str
) -> None:
    assert "digits" in refused(client.get(path), 404, "not_found")["message"]


def test_samples_beyond_the_last_are_not_found(client: httpx.Client) -> None:
    message = refused(client.get("/api/datasets/digits/samples/1797"), 404, "not_found")["message"]
    assert "0 to 1796" in message
    refused(client.get("/api/datasets/digits/samples/-1"), 422, "invalid")
    refused(client.get(f"/api/datasets/digits/samples/{2**63}"), 422, "invalid")


@pytest.mark.parametrize(
    "page", [{"limit": -1}, {"limit": 201}, {"limit": "many"}, {"offset": -1}, {"offset": 2**53}]
)
def test_the_place_and_length_of_a_preview_are_bounded(client: httpx.Client, page: dict[str, Any]) -> None:
    refused(client.get("/api/datasets/digits/preview", params=page), 422, "invalid")


def test_a_table_becomes_a_dataset_and_can_be_deleted(client: httpx.Client) -> None:
    dataset = uploaded(client, name="My table")
    path = f"/api/datasets/{UUID(dataset['id'])}"
    assert dataset["name"] == "My table"
    assert dataset["builtin"] is False
    assert dataset["size"] == 3
    columns = {column["name"]: (column["dtype"], column["labels"]) for column in dataset["columns"]}
    assert columns == {
        "size": ("float32", None),
        "colour": ("int64", ["blue", "red"]),
        "large": ("bool", None),
    }
    assert dataset in client.get("/api/datasets").json()
    rows = client.get(f"{path}/preview").json()["rows"]
    assert rows[0] == {"size": [1.5], "colour": "red", "large": False}
    assert client.delete(path).status_code == 204
    refused(client.get(path), 404, "not_found")
    refused(client.delete(path), 404, "not_found")


def test_an_upload_without_a_name_is_called_as_its_file(client: httpx.Client) -> None:
    assert uploaded(client, filename="../../rain in may.csv")["name"] == "rain in may.csv"


def test_options_guide_the_import(client: httpx.Client) -> None:
    options = json.dumps({"columns": {"size": "category"}})
    dataset = uploaded(client, options=options)
    assert dataset["columns"][0]["labels"] == ["1.5", "2", "3"]
    origin = client.get(f"/api/datasets/{dataset['id']}").json()["origin"]
    assert origin == {"kind": "CSV table", "files": ["table.csv"], "options": json.loads(options)}


def test_arrays_and_picture_folders_are_taken(client: httpx.Client) -> None:
    arrays = io.BytesIO()
    np.savez(arrays, x=np.arange(6, dtype=np.float32).reshape(3, 2), y=np.array([0, 1, 0]))
    assert uploaded(client, arrays.getvalue(), "numbers.npz")["size"] == 3
    pictures = archive(
        {"cat/a.png": picture("red"), "cat/b.png": picture("pink"), "dog/c.png": picture("blue")}
    )
    dataset = uploaded(client, pictures, "pets.zip", options='{"size": [4, 4]}')
    columns = {column["name"]: column for column in dataset["columns"]}
    assert columns["image"]["shape"] == [3, 4, 4]
    assert columns["label"]["labels"] == ["cat", "dog"]


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_with_its_place_and_leaves_nothing(
    client: httpx.Client, server: RunningServer, fault: str
) -> None:
    broken = BROKEN[fault]
    before = client.get("/api/datasets").json()
    files = [("file", (name, content)) for name, content in broken.files().items()]
    response = client.post("/api/datasets", files=files, data={"options": json.dumps(broken.options)})
    error = refused(response, 422, "invalid")
    assert error["message"].startswith(broken.sentence)
    assert error["problems"][0]["remedy"]
    assert client.get("/api/datasets").json() == before
    assert list((server.data_dir / "uploads").iterdir()) == []
    assert {folder.name for folder in (server.data_dir / "datasets").iterdir()} == {
        dataset["id"] for dataset in before if not dataset["builtin"]
    }


@pytest.mark.parametrize(
    "options", ["{", "[]", '{"delimiter": "|"}', '{"unheard": 1}', '{"columns": {"a": NaN}}']
)
def test_options_that_mean_nothing_are_refused(client: httpx.Client, options: str) -> None:
    refused(upload(client, TABLE, options=options), 422, "invalid")


def test_an_upload_without_a_file_is_refused(client: httpx.Client) -> None:
    response = client.post("/api/datasets", files={"other": ("a.csv", TABLE)})
    refused(response, 422, "invalid")


def test_two_tables_are_not_one_dataset(client: httpx.Client) -> None:
    files = [("file", ("a.csv", TABLE)), ("file", ("b.csv", TABLE))]
    error = refused(client.post("/api/datasets", files=files), 422, "invalid")
    assert "2 files came together" in error["message"]
    refused(client.post("/api/datasets", files=[*files] * 9), 400, "malformed")


def test_the_four_files_of_mnist_are_one_dataset(client: httpx.Client) -> None:
    dataset_id = client.post("/api/datasets", files=mnist_like()).raise_for_status().json()["id"]
    detail = client.get(f"/api/datasets/{dataset_id}").raise_for_status().json()
    assert detail["size"] == 7
    assert {column["name"]: column["labels"] for column in detail["columns"]} == {
        "image": None,
        "label": ["0", "1", "2"],
        "split": ["train", "test"],
    }
    assert detail["statistics"]["split"]["counts"] == {"train": 4, "test": 3}
    assert detail["origin"]["kind"] == "IDX file"
    assert detail["origin"]["files"][0] == "train-images-idx3-ubyte.gz"
    assert detail["bytes"] > 7 * 20


def mnist_like() -> list[tuple[str, tuple[str, bytes]]]:
    content = {
        "train-images-idx3-ubyte.gz": gzip.compress(idx(np.zeros((4, 5, 4), dtype=np.uint8))),
        "train-labels-idx1-ubyte.gz": gzip.compress(idx(np.array([0, 1, 2, 1], dtype=np.uint8))),
        "t10k-images-idx3-ubyte": idx(np.ones((3, 5, 4), dtype=np.uint8)),
        "t10k-labels-idx1-ubyte": idx(np.array([2, 2, 0], dtype=np.uint8)),
    }
    return [("file", each) for each in content.items()]


def test_built_in_datasets_cannot_be_deleted(client: httpx.Client) -> None:
    refused(client.delete("/api/datasets/digits"), 409, "illegal_state")


def test_a_damaged_dataset_can_be_deleted(client: httpx.Client, server: RunningServer) -> None:
    dataset_id = uploaded(client)["id"]
    folder = server.data_dir / "datasets" / dataset_id
    (folder / "dataset.json").write_text("{")
    refused(client.get(f"/api/datasets/{dataset_id}"), 422, "invalid")
    assert client.delete(f"/api/datasets/{dataset_id}").status_code == 204
    assert not folder.exists()
    refused(client.delete(f"/api/datasets/{dataset_id}"), 404, "not_found")
