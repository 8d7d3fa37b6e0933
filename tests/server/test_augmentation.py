import io
from base64 import b64decode
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.server.errors import refused

PREVIEW = "/api/datasets/digits/augmentation-preview"
FLIP = {"kind": "Flip", "column": "image", "settings": {"probability": 1}}


def pixels(url: str) -> Any:  # noqa: ANN401
    return np.asarray(Image.open(io.BytesIO(b64decode(url.removeprefix("data:image/png;base64,")))))


def test_every_kind_is_described_for_a_form(client: httpx.Client) -> None:
    kinds = {kind["kind"]: kind for kind in client.get("/api/augmentations").json()}
    names = {
        "Brightness",
        "Contrast",
        "Crop",
        "Cutout",
        "Flip",
        "Mixup",
        "Noise",
        "Rotate",
        "Shift",
        "Zoom",
    }
    assert names <= set(kinds)
    for kind in kinds.values():
        fields = kind["settings_schema"]["properties"]
        assert set(fields) == set(kind["default_settings"])
        assert all(field["title"] and field["description"] for field in fields.values())
        assert kind["summary"].endswith(".")
    assert [name for name, kind in kinds.items() if kind["mixes"]] == ["Mixup"]


def test_a_preview_shows_before_and_after(client: httpx.Client) -> None:
    asked = {"augmentation": [FLIP], "samples": [3, 1], "seed": 7, "variants": 2}
    shown = client.post(PREVIEW, json=asked).raise_for_status().json()["pictures"]
    assert [(one["sample"], one["column"], len(one["after"])) for one in shown] == [
        (3, "image", 2),
        (1, "image", 2),
    ]
    for one in shown:
        for after in one["after"]:
            assert np.array_equal(pixels(after), pixels(one["before"])[:, ::-1])


@pytest.mark.parametrize(
    ("augmentation", "words"),
    [
        ({"kind": "Explode", "column": "image"}, "no augmentation 'Explode'"),
        ({"kind": "Flip", "column": "digit"}, "changes pictures"),
        ({"kind": "Flip", "column": "photo"}, "does not have: 'photo'"),
        ({"kind": "Rotate", "column": "image", "settings": {"degrees": 500}}, "'degrees'"),
    ],
)
def test_what_cannot_be_applied_is_refused(
    client: httpx.Client, augmentation: dict[str, Any], words: str
) -> None:
    error = refused(
        client.post(PREVIEW, json={"augmentation": [augmentation], "samples": [0]}), 422, "invalid"
    )
    assert words in error["problems"][0]["message"]
    assert error["problems"][0]["remedy"]


def test_a_sample_that_is_not_there_is_not_found(client: httpx.Client) -> None:
    error = refused(client.post(PREVIEW, json={"augmentation": [FLIP], "samples": [5000]}), 404, "not_found")
    assert "0 to 1796" in error["message"]


def test_too_many_pictures_are_refused(client: httpx.Client) -> None:
    asked = {"augmentation": [FLIP], "samples": list(range(16)), "variants": 16}
    assert "64" in refused(client.post(PREVIEW, json=asked), 422, "invalid")["message"]
