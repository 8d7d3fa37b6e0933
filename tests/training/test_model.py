"""Model files: what goes in comes out, and nothing else is taken for one."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save as encode

from tests.training.drawing import classifier_document, clouds, run
from wiregrad.training.model import FORMAT, Model, ModelError


@pytest.fixture(scope="module")
def trained() -> Model:
    kept: list[Model] = []
    list(run(classifier_document(), clouds(), kept=kept))
    return kept[-1]


def test_round_trip(trained: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    trained.save(path)
    loaded = Model.load(path)
    assert (loaded.graph, loaded.details) == (trained.graph, trained.details)
    assert {name: (array.dtype, array.shape, array.tobytes()) for name, array in loaded.tensors.items()} == {
        name: (array.dtype, array.shape, array.tobytes()) for name, array in trained.tensors.items()
    }


def test_anybody_can_read_the_file(trained: Model, tmp_path: Path) -> None:
    """Graph and format version are in the metadata of an ordinary safetensors file."""
    path = tmp_path / "model.safetensors"
    trained.save(path)
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        assert file.get_tensor("tensor/hidden.weight").shape == (8, 6)
    assert metadata["format"] == FORMAT
    assert json.loads(metadata["graph"])["format"] == "wiregrad/graph@1"


def test_arrays_that_lie_otherwise_in_memory_are_stored_in_order(trained: Model, tmp_path: Path) -> None:
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    Model(trained.graph, {"turned": turned, "one": np.array(3, np.float32)}, trained.details).save(
        tmp_path / "m"
    )
    tensors = Model.load(tmp_path / "m").tensors
    assert tensors["turned"].tolist() == turned.tolist()
    assert tensors["one"].shape == ()


def test_model_without_optimizers_is_smaller_and_still_knows_its_step(trained: Model) -> None:
    weights = trained.without_optimizers()
    assert not any(name.startswith("optimizer/") for name in weights.tensors)
    assert {name for name in trained.tensors if name.startswith("tensor/")} < set(weights.tensors)
    assert (weights.details.contents, weights.details.step) == ("model", trained.details.step)
    assert len(weights.encode()) < len(trained.encode())


def other_format(found: str) -> bytes:
    return encode({"a": np.zeros(3)}, {"format": found, "graph": "{}", "details": "{}"})


NOT_MODELS = {
    "an empty file": (b"", "is not a Wiregrad model"),
    "a text": (b"hello, this is not a model", "is not a Wiregrad model"),
    "a pickle": (b"\x80\x04\x95" + bytes(100), "is not a Wiregrad model"),
    "a length beyond the end": ((1 << 40).to_bytes(8, "little") + b"{}", "is not a Wiregrad model"),
    "a header that is not JSON": ((4).to_bytes(8, "little") + b"nope", "its header is damaged"),
    "a name that occurs twice": (
        (len(b'{"a":1,"a":2}')).to_bytes(8, "little") + b'{"a":1,"a":2}',
        "a name occurs twice",
    ),
    "weights of another program": (encode({"a": np.zeros(3)}), "holds tensors but no graph"),
    "a newer format": (other_format("wiregrad/model@2"), "A newer Wiregrad may have written it"),
    "a model without a graph in its graph": (other_format(FORMAT), "is a damaged Wiregrad model"),
}


@pytest.mark.parametrize("what", NOT_MODELS)
def test_refuses_other_files_in_words(what: str, tmp_path: Path) -> None:
    content, words = NOT_MODELS[what]
    path = tmp_path / "file.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=words) as error:
        Model.load(path)
    assert str(path) in str(error.value)


def test_refuses_every_truncated_file(trained: Model, tmp_path: Path) -> None:
    content = trained.encode()
    path = tmp_path / "cut.safetensors"
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError):
            Model.load(path)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    trained: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    trained.save(path)
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        trained.without_optimizers().save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
