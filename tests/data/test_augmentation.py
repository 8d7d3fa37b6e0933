"""Every kind: what it does to pictures, that it is the same whatever the batch, and what is refused."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from wiregrad.data.augmentation import Chain, PictureChange, SampleMix, augmentation_kinds, parsed
from wiregrad.data.augmentation._sampling import read_between
from wiregrad.data.catalogue import builtin
from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.errors import DataError
from wiregrad.data.sample_draws import SampleDraws
from wiregrad.graph.document import Augmentation

KINDS = [kind for kind in augmentation_kinds().values() if issubclass(kind, PictureChange)]
PICTURES = np.random.default_rng(3).random((24, 3, 9, 12), dtype=np.float32)
SAMPLES = np.arange(24, dtype=np.int64)


def draws(samples: NDArray[np.int64] = SAMPLES, seed: int = 5, epoch: int = 2, place: int = 1) -> SampleDraws:
    return SampleDraws.of(seed, epoch, place, samples)


def applied(kind: str, pictures: Any = PICTURES, **settings: Any) -> Any:  # noqa: ANN401
    change = parsed(Augmentation(kind=kind, column="x", settings=settings))
    assert isinstance(change, PictureChange)
    return change.apply(pictures, draws())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind())
def test_a_change_keeps_shape_dtype_and_range_and_leaves_its_input_alone(kind: type[PictureChange]) -> None:
    before = PICTURES.copy()
    for probability in (0.5, 1.0):
        changed = kind(probability=probability).apply(PICTURES, draws())
        assert changed.shape == PICTURES.shape
        assert changed.dtype == np.float32
        assert changed.min() >= 0
        assert changed.max() <= 1
        assert (changed != PICTURES).any()
    assert np.array_equal(PICTURES, before)
    assert np.array_equal(kind(probability=0).apply(PICTURES, draws()), PICTURES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind())
@pytest.mark.parametrize("probability", [0.5, 0.9])
def test_a_sample_is_changed_alike_in_any_order_and_batch(
    kind: type[PictureChange], probability: float
) -> None:
    change = kind(probability=probability)
    together = change.apply(PICTURES, draws())
    order = np.random.default_rng(1).permutation(24)[:7]
    assert np.array_equal(change.apply(PICTURES[order], draws(SAMPLES[order])), together[order])
    other_epoch = change.apply(PICTURES, draws(epoch=3))
    assert not np.array_equal(other_epoch, together)
    assert not np.array_equal(change.apply(PICTURES, draws(seed=6)), together)
    assert not np.array_equal(change.apply(PICTURES, draws(place=2)), together)


def test_flips() -> None:
    assert np.array_equal(applied("Flip", probability=1), PICTURES[..., ::-1])
    assert np.array_equal(applied("Flip", probability=1, direction="vertical"), PICTURES[:, :, ::-1])
    either = applied("Flip", probability=1, direction="both")
    ways = [PICTURES, PICTURES[..., ::-1], PICTURES[:, :, ::-1], PICTURES[:, :, ::-1, ::-1]]
    found = [[bool(np.array_equal(way[i], either[i])) for way in ways] for i in range(24)]
    assert all(sum(row) == 1 for row in found)
    assert np.array(found).any(axis=0).all()


@pytest.mark.parametrize(
    ("kind", "settings", "far"),
    [("Crop", {"padding": 3}, (3, 3)), ("Shift", {"horizontal": 0.25, "vertical": 0.22}, (2, 3))],
)
@pytest.mark.parametrize("fill", ["black", "edge"])
def test_moving_cuts_a_window_out_of_the_padded_picture(
    kind: str, settings: dict[str, Any], far: tuple[int, int], fill: str
) -> None:
    moved = applied(kind, **settings, fill=fill)
    (down, right), (_, _, height, width) = far, PICTURES.shape
    mode: Any = {"black": "constant", "edge": "edge"}[fill]
    padded = np.pad(PICTURES, ((0, 0), (0, 0), (down, down), (right, right)), mode=mode)
    places = set()
    for sample in range(24):
        windows = {
            (top, left): padded[sample, :, top : top + height, left : left + width]
            for top in range(2 * down + 1)
            for left in range(2 * right + 1)
        }
        places |= {place for place, window in windows.items() if np.array_equal(window, moved[sample])}
    assert len(places) > 10
    assert {place[0] for place in places} == set(range(2 * down + 1))


class QuarterTurns(SampleDraws):
    """Chance that always gives a quarter of a turn to the left."""

    def uniform(self, low: float, high: float, *shape: int) -> NDArray[np.float32]:
        assert (low, high) == (-180, 180)
        return np.full((len(self), *shape), 90, np.float32)


def test_turning_by_quarters_equals_turning_the_array() -> None:
    square = PICTURES[:, :, :, :9]
    turn = parsed(Augmentation(kind="Rotate", column="x", settings={"degrees": 180}))
    assert isinstance(turn, PictureChange)
    turned = turn.apply(square, QuarterTurns(np.zeros(24, np.uint64)))
    np.testing.assert_allclose(turned, np.rot90(square, axes=(2, 3)), atol=1e-5)


def test_reading_between_pixels_equals_pytorch() -> None:
    torch = pytest.importorskip("torch")
    height, width = PICTURES.shape[2:]
    row = np.linspace(-2, height + 1, height, dtype=np.float32)[:, np.newaxis] + np.zeros(width, np.float32)
    column = np.linspace(-1.5, width + 0.3, width, dtype=np.float32) + 0.13 * row
    places = [np.broadcast_to(axis, (24, height, width)) for axis in (row, column)]
    scaled = np.stack([places[1] / (width - 1), places[0] / (height - 1)], axis=-1) * 2 - 1
    expected = torch.nn.functional.grid_sample(
        torch.from_numpy(PICTURES),
        torch.from_numpy(scaled.astype(np.float32)),
        mode="bilinear",
        padding_mode="zeros",
        align_corners=True,
    )
    np.testing.assert_allclose(read_between(PICTURES, *places), expected.numpy(), atol=2e-5)


def test_zooming_shows_a_part_of_a_ramp_with_a_smaller_slope() -> None:
    ramp = np.broadcast_to(np.linspace(0, 1, 12, dtype=np.float32), (24, 1, 9, 12))
    slopes = np.diff(applied("Zoom", ramp, smallest=0.5), axis=3)
    assert np.ptp(slopes, axis=(1, 2, 3)).max() < 1e-5
    shares = slopes.mean(axis=(1, 2, 3)) * 11
    assert (shares > 0.5 - 1e-5).all()
    assert (shares < 1 + 1e-5).all()
    assert np.ptp(shares) > 0.2


def test_brightness_and_contrast_are_factors_within_their_strength() -> None:
    gray = np.full((24, 1, 2, 2), 0.5, np.float32)
    gray[:, :, 0] = 0.4
    lighter = applied("Brightness", gray, strength=0.3)[:, 0, 1, 1] / 0.5
    assert 0.7 - 1e-6 <= lighter.min() < 0.85
    assert 1.15 < lighter.max() <= 1.3 + 1e-6
    stretched = applied("Contrast", gray, strength=0.5)
    np.testing.assert_allclose(stretched.mean(axis=(1, 2, 3)), 0.45, atol=1e-6)
    factors = np.ptp(stretched, axis=(1, 2, 3)) / 0.1
    assert 0.5 - 1e-5 <= factors.min() < 0.8
    assert 1.2 < factors.max() <= 1.5 + 1e-5


def test_noise_has_its_deviation() -> None:
    gray = np.full((64, 3, 32, 32), 0.5, np.float32)
    change = parsed(Augmentation(kind="Noise", column="x", settings={"deviation": 0.1}))
    assert isinstance(change, PictureChange)
    noise = change.apply(gray, draws(np.arange(64))) - gray
    assert abs(float(noise.mean())) < 1e-3
    assert abs(float(noise.std()) - 0.1) < 1e-3
    assert abs(float(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1])) < 0.05


def test_cutout_covers_one_square() -> None:
    white = np.ones((24, 3, 20, 20), np.float32)
    covered = applied("Cutout", white, size=0.3, gray=0.25)[:, 0] == 0.25
    for sample in covered:
        rows, columns = np.flatnonzero(sample.any(axis=1)), np.flatnonzero(sample.any(axis=0))
        assert sample.sum() == len(rows) * len(columns)
        assert 3 <= len(rows) <= 6
        assert 3 <= len(columns) <= 6
    assert covered.sum(axis=(1, 2)).max() == 36


def test_the_shares_of_a_mixture_have_the_moments_of_their_beta_distribution() -> None:
    for alpha in (0.1, 0.4, 1.0):
        mix = parsed(Augmentation(kind="Mixup", column="x", settings={"alpha": alpha}))
        assert isinstance(mix, SampleMix)
        shares = mix.shares(draws(np.arange(20_000)))
        assert shares.min() >= 0
        assert shares.max() <= 0.5
        assert abs(np.square(shares - 0.5).mean() - 1 / (4 * (2 * alpha + 1))) < 0.003


# Draws


def test_draws_are_even_and_the_same_on_every_machine() -> None:
    some = draws(np.arange(1000))
    numbers = some.uniform(0, 1, 50)
    assert abs(float(numbers.mean()) - 0.5) < 0.005
    assert abs(float(numbers.var()) - 1 / 12) < 0.005
    whole = some.integers(-2, 2, 50)
    assert set(np.unique(whole).tolist()) == {-2, -1, 0, 1, 2}
    assert np.abs(np.bincount((whole + 2).ravel()) / whole.size - 0.2).max() < 0.01
    first = draws(np.array([0, 7], np.int64))
    assert first.integers(0, 10**6).tolist() == EXPECTED_INTEGERS


EXPECTED_INTEGERS = [177374, 844065]


def test_draws_do_not_depend_on_the_process() -> None:
    program = (
        "import numpy as np; from wiregrad.data.sample_draws import SampleDraws;"
        "print(SampleDraws.of(5, 2, 1, np.arange(3)).integers(0, 10**6).tolist())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(draws(np.arange(3)).integers(0, 10**6).tolist())


# The chain


def test_changes_are_applied_in_their_order() -> None:
    pets = builtin()["drawn-pets"]()
    wanted = [
        Augmentation(kind="Cutout", column="picture", settings={"gray": 1.0}),
        Augmentation(kind="Brightness", column="picture", settings={"strength": 0.9}),
    ]
    numbers = np.array([3, 1700], np.int64)
    columns = pets.take(numbers, ["picture", "pet"])
    found = Chain.of(pets, wanted, 9).changed(columns, numbers, epoch=4)
    expected = columns["picture"]
    for place, step in enumerate(wanted):
        change = parsed(step)
        assert isinstance(change, PictureChange)
        expected = change.apply(expected, SampleDraws.of(9, 4, place, numbers))
    assert np.array_equal(found["picture"], expected)
    assert np.array_equal(found["pet"], columns["pet"])


def test_pictures_in_another_range_are_changed_in_that_range() -> None:
    bytes_like = Dataset(
        id="made",
        name="Made",
        description="",
        columns=[Column("x", "float32", (3, 9, 12))],
        size=24,
        load=lambda _: PICTURES * 255,
    )
    chosen = [Augmentation(kind="Brightness", column="x")]
    found = Chain.of(bytes_like, chosen, 5).changed({"x": PICTURES * 255}, SAMPLES, 2)["x"]
    assert found.max() > 200
    assert not np.array_equal(found, PICTURES * 255)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            [Augmentation(kind="Warp", column="picture")],
            "no augmentation 'Warp'; expected one of: Brightness",
        ),
        ([Augmentation(kind="Flip", column="photo")], "'photo'"),
        ([Augmentation(kind="Flip", column="pet")], "has none"),
        ([Augmentation(kind="Flip", column="picture", settings={"axis": 1})], "'axis'"),
        ([Augmentation(kind="Noise", column="picture", settings={"deviation": -1})], "'deviation'"),
        (
            [Augmentation(kind="Mixup", column="picture"), Augmentation(kind="Flip", column="picture")],
            "the last",
        ),
    ],
)
def test_what_cannot_be_applied_says_why(wanted: list[Augmentation], words: str) -> None:
    with pytest.raises(DataError) as error:
        Chain.of(builtin()["drawn-pets"](), wanted, 0)
    assert words in str(error.value)
    assert error.value.remedy
