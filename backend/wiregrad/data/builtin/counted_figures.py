"""Small drawn pictures with nobody to nine people on them, to be counted."""

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.builtin._drawing import Frame, Plane, frame, paint, quantized
from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored
from wiregrad.data.randomness import Draws

SAMPLES = 3000
SIDE = 32
MOST_FIGURES = 9
_ROWS, _COLUMNS = 3, 4
_ROW_HEIGHT, _COLUMN_WIDTH = SIDE / _ROWS, SIDE / _COLUMNS
_REACH = 8


def dataset() -> Dataset:
    return in_memory(
        id="counted-figures",
        name="Counted figures",
        description="Small pictures of 0 to 9 people, who differ in size, shade and the way they stand.",
        columns=[
            Column("picture", "float32", (1, SIDE, SIDE), description="The scene; people are lighter."),
            Column("count", "float32", (), description="How many people are in the picture."),
        ],
        size=SAMPLES,
        make=_scenes,
    )


def _scenes() -> dict[str, Stored]:
    draws = Draws(seed=4)
    count = draws.shuffled(SAMPLES) % (MOST_FIGURES + 1)
    canvas = _ground(draws)
    places = _chosen_places(draws, count)
    for place in range(_ROWS * _COLUMNS):
        _stand_somebody(canvas, draws, np.flatnonzero(places[:, place]), place)
    canvas += (0.02 * draws.bell(*canvas.shape)).astype(np.float32)
    return {"picture": quantized(canvas), "count": count.astype(np.float32)}


def _ground(draws: Draws) -> Plane:
    """Paint a dusky sky that grows lighter or darker toward the bottom."""
    top, bottom = (draws.uniform(0.05, 0.35, SAMPLES, 1, 1, 1) for _ in range(2))
    depth = ((np.arange(SIDE) + 0.5) / SIDE).reshape(1, 1, SIDE, 1)
    return np.broadcast_to(top + (bottom - top) * depth, (SAMPLES, 1, SIDE, SIDE)).astype(np.float32)


def _chosen_places(draws: Draws, count: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each picture, `count` of the places: those whose random number ranks lowest."""
    tickets = draws.uniform(0, 1, SAMPLES, _ROWS * _COLUMNS)
    ranks = tickets.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return ranks < count[:, np.newaxis]


def _stand_somebody(canvas: Plane, draws: Draws, pictures: NDArray[np.int64], place: int) -> None:
    """One person at a place of each of `pictures`, jittered so that no two stand alike."""
    row, column = divmod(place, _COLUMNS)
    middle_u, middle_v, number = (column + 0.5) * _COLUMN_WIDTH, (row + 0.5) * _ROW_HEIGHT, len(pictures)
    window = _around(middle_v), _around(middle_u)
    at = frame(
        window,
        (middle_u + draws.uniform(-1.4, 1.4, number), middle_v + draws.uniform(-1.2, 1.2, number)),
        draws.uniform(3.4, 4.8, number),
        draws.uniform(-0.06, 0.06, number),
    )
    shade = draws.uniform(0.65, 1.0, number, 1)
    drawn = canvas[pictures, :, *window]
    paint(drawn, _body(at, draws, number), shade)
    canvas[pictures, :, *window] = drawn


def _around(middle: float) -> slice:
    """Give the pixels that somebody standing at `middle` can reach, within the picture."""
    return slice(max(0, int(middle) - _REACH), min(SIDE, int(middle) + _REACH + 1))


def _body(at: Frame, draws: Draws, number: int) -> Plane:
    """Head, trunk, two arms raised or hanging, two legs; one length is half a person's height."""
    arms, stride = draws.uniform(-0.35, 0.45, number, 2), draws.uniform(0.2, 0.42, number)
    limb, zero = 0.11, np.zeros(number)
    parts = [
        at.ellipse(0, -0.68, 0.3, 0.3),
        at.stroke((0, -0.3), (0, 0.25), 0.19),
        at.stroke((0, -0.2), (zero - 0.6, arms[:, 0]), limb),
        at.stroke((0, -0.2), (zero + 0.6, arms[:, 1]), limb),
        at.stroke((0, 0.25), (-stride, zero + 0.95), limb),
        at.stroke((0, 0.25), (stride, zero + 0.95), limb),
    ]
    body: Plane = np.maximum.reduce(parts)
    return body
