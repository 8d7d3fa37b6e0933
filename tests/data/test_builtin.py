"""The sets that a newcomer meets first: the same bytes on every machine, and honest tasks."""

import re
import subprocess
import sys

import numpy as np
import pytest

from wiregrad.data.catalogue import builtin
from wiregrad.data.dataset import Dataset
from wiregrad.data.splits import split

DIGESTS = {
    "counted-figures": "955aa201e1766de78e3d7ea15f4cb6d00ad15aed57b62a9da5333e34af18055f",
    "digit-pairs": "e3c9ee61ab710054fa63380d0e9584a2074c8a636196c7d91a1d8b95bd88e1fb",
    "digits": "996be8cd8ca781979d5d09aec6491f5bb15ba696e92277c66be5ba17d8869f70",
    "drawn-pets": "c20b6a8460d3beb8332300558caf9ced302c4a1d0a210b464be931938dcf937b",
    "line": "7b9874f298962a188a15d91945769dc2fa648240ae7731fe7654dab505a8520d",
    "ring": "a68f1e4784b6450fe11f09bf621381dc1b484a2977f151b1b0c98e6f4995cf6f",
    "sonnets": "ee9b22057041532e14c0e51b74e868d66967babf008527c1eb46bb02ec77dda1",
    "spirals": "dda2c7d797fddeacc791328caf49bf1f080204e898c8e244d45967da4f114dc4",
    "xor": "73a6cef2e144b22634c9362d93b7c795034a0960d54230e99d7992e54615eaa7",
}


def whole(dataset: Dataset) -> dict[str, np.ndarray]:
    return dataset.take(np.arange(dataset.size), list(dataset.columns))


def test_every_set_has_a_pinned_digest() -> None:
    assert set(builtin()) == set(DIGESTS)


@pytest.mark.parametrize("identity", DIGESTS)
def test_a_set_has_the_same_bytes_on_every_machine(identity: str) -> None:
    assert builtin()[identity]().sha256 == DIGESTS[identity]


@pytest.mark.parametrize("identity", DIGESTS)
def test_a_set_is_as_it_declares(identity: str) -> None:
    dataset = builtin()[identity]()
    assert dataset.id == identity
    assert dataset.name
    assert re.fullmatch(r".+\.", dataset.description)
    for name, values in whole(dataset).items():
        column = dataset.columns[name]
        assert values.shape == (dataset.size, *column.shape)
        assert values.dtype == column.dtype
        assert values.flags.c_contiguous
        assert column.description
        if column.labels:
            assert np.unique(values).tolist() == list(range(len(column.labels)))
        if column.is_picture:
            assert values.min() >= 0
            assert values.max() <= 1
            assert values.std(axis=(1, 2, 3)).min() > 0


def test_listing_the_sets_makes_none_of_them() -> None:
    """A start page that lists the sets must not wait for thousands of drawings: it works without chance."""
    lists = (
        "import numpy; from wiregrad.data.catalogue import builtin\n"
        "numpy.random.Philox = numpy.load = None\n"
        "print(sum(make().size for make in builtin().values()))\n"
    )
    finished = subprocess.run([sys.executable, "-c", lists], capture_output=True, text=True, check=True)
    assert int(finished.stdout) == sum(make().size for make in builtin().values())


def test_arrays_of_a_set_cannot_be_changed_by_accident() -> None:
    dataset = builtin()["digits"]()
    dataset.take(np.arange(3), ["image"])["image"][:] = 9
    assert dataset.take(np.arange(3), ["image"])["image"].max() <= 1


def test_digits_carry_their_license_and_can_be_told_apart() -> None:
    dataset = builtin()["digits"]()
    assert "CC BY 4.0" in str(dataset.attribution)
    values = whole(dataset)
    parts = split(dataset.size, 0.7, 0.15, 0.15, seed=0)
    images = values["image"].reshape(dataset.size, -1)
    means = np.stack(
        [images[parts.train][values["digit"][parts.train] == digit].mean(0) for digit in range(10)]
    )
    nearest = ((images[parts.test][:, None] - means) ** 2).sum(-1).argmin(1)
    assert (nearest == values["digit"][parts.test]).mean() > 0.85


def test_the_line_has_the_slope_that_it_is_described_with() -> None:
    values = whole(builtin()["line"]())
    slope, intercept = np.polyfit(values["x"][:, 0], values["y"][:, 0], 1)
    assert slope == pytest.approx(0.7, abs=0.05)
    assert intercept == pytest.approx(-0.4, abs=0.08)
    assert len(values["x"]) == 100


def test_ring_clouds_lie_on_the_circle() -> None:
    values = whole(builtin()["ring"]())
    for mode in range(8):
        cloud = values["point"][values["mode"] == mode]
        assert len(cloud) == 256
        angle = 2 * np.pi * mode / 8
        assert cloud.mean(0) == pytest.approx([np.cos(angle), np.sin(angle)], abs=0.02)
        assert cloud.std(0) == pytest.approx(0.05, abs=0.008)


def test_no_line_separates_the_spirals() -> None:
    values = whole(builtin()["spirals"]())
    inputs = np.column_stack([values["point"], np.ones(len(values["point"]))])
    weights, *_ = np.linalg.lstsq(inputs, 2.0 * values["arm"] - 1, rcond=None)
    assert (((inputs @ weights) > 0) == values["arm"]).mean() < 0.7


def test_exclusive_or_is_the_truth_table() -> None:
    values = whole(builtin()["xor"]())
    assert np.array_equal(values["y"][:, 0], values["x"][:, 0] != values["x"][:, 1])


def test_counted_figures_hold_as_many_people_as_they_say() -> None:
    """More people, more light; but light alone does not tell how many."""
    values = whole(builtin()["counted-figures"]())
    assert sorted(set(values["count"].tolist())) == list(range(10))
    detail = np.abs(np.diff(values["picture"][:, 0], axis=2)).sum((1, 2))
    means = [detail[values["count"] == count].mean() for count in range(10)]
    assert means == sorted(means)
    brightness = values["picture"].mean((1, 2, 3))
    fit = np.polynomial.Polynomial.fit(brightness, values["count"], 3)
    assert np.abs(fit(brightness) - values["count"]).mean() > 0.8


def test_pets_cannot_be_told_by_their_colors() -> None:
    values = whole(builtin()["drawn-pets"]())
    assert abs(values["pet"].mean() - 0.5) < 0.01
    colors = np.concatenate([values["picture"].mean((2, 3)), values["picture"].std((2, 3))], axis=1)
    inputs = np.column_stack([colors, np.ones(len(colors))])
    weights, *_ = np.linalg.lstsq(inputs[:1000], 2.0 * values["pet"][:1000] - 1, rcond=None)
    right = ((inputs[1000:] @ weights) > 0) == values["pet"][1000:]
    assert right.mean() < 0.75


def test_half_of_the_pairs_show_the_same_digit() -> None:
    pairs, digits = whole(builtin()["digit-pairs"]()), whole(builtin()["digits"]())
    known = {
        picture.tobytes(): digit for picture, digit in zip(digits["image"], digits["digit"], strict=True)
    }
    left, right = (
        np.array([known[picture.tobytes()] for picture in pairs[side]]) for side in ("left", "right")
    )
    assert np.array_equal(left == right, pairs["same"] == 1)
    assert pairs["same"].mean() == 0.5
    assert np.bincount(left, minlength=10).tolist() == [300] * 10


def test_the_sonnets_can_be_read() -> None:
    column = builtin()["sonnets"]().columns["text"]
    values = whole(builtin()["sonnets"]())
    assert column.labels is not None
    read = "".join(column.labels[value] for value in values["text"][:2].ravel())
    assert read.startswith("From fairest creatures we desire increase,\nThat thereby beauty's rose")
    assert np.array_equal(values["text"][:, 1:], values["next"][:, :-1])
