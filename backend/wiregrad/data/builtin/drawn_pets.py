"""Drawn faces of cats and dogs whose color, size, place, tilt and ears all vary."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.builtin._drawing import Frame, Numbers, Plane, frame, paint, quantized
from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored
from wiregrad.data.randomness import Draws

SAMPLES = 2000
SIDE = 32
_DRAWN_AT_ONCE = 250
_FURS = np.array(
    [
        [0.93, 0.62, 0.28],
        [0.55, 0.56, 0.60],
        [0.30, 0.27, 0.29],
        [0.55, 0.36, 0.22],
        [0.92, 0.84, 0.70],
        [0.96, 0.95, 0.93],
        [0.72, 0.47, 0.30],
    ]
)
_LIGHT_FUR = 0.5
_DARK = np.array([[0.10, 0.08, 0.10]])
_WHITE = np.array([[0.98, 0.98, 0.96]])
_PINK = np.array([[0.94, 0.55, 0.58]])


def dataset() -> Dataset:
    return in_memory(
        id="drawn-pets",
        name="Drawn pets",
        description="Drawn faces of cats and dogs in the same range of colors, sizes and places.",
        columns=[
            Column("picture", "float32", (3, SIDE, SIDE), description="The drawing, in color."),
            Column("pet", "int64", (), ("cat", "dog"), "Which animal was drawn."),
        ],
        size=SAMPLES,
        make=_portraits,
    )


def _portraits() -> dict[str, Stored]:
    draws = Draws(seed=5)
    pet = draws.shuffled(SAMPLES) % 2
    pictures = np.empty((SAMPLES, 3, SIDE, SIDE), dtype=np.uint8)
    for kind, draw_face in enumerate((_draw_cat, _draw_dog)):
        samples = np.flatnonzero(pet == kind)
        for start in range(0, len(samples), _DRAWN_AT_ONCE):
            chosen = samples[start : start + _DRAWN_AT_ONCE]
            pictures[chosen] = _draw(draws, len(chosen), draw_face)
    return {"picture": pictures, "pet": pet}


def _draw(
    draws: Draws, number: int, draw_face: Callable[[Plane, Frame, Draws, Numbers], None]
) -> NDArray[np.uint8]:
    canvas = _wall(draws, number)
    middle = SIDE / 2
    at = frame(
        (slice(0, SIDE), slice(0, SIDE)),
        (middle + draws.uniform(-2.5, 2.5, number), middle + 1 + draws.uniform(-2.0, 2.0, number)),
        draws.uniform(8.5, 12.0, number),
        draws.uniform(-0.12, 0.12, number),
    )
    fur = _FURS[draws.integers(len(_FURS), number)] + draws.uniform(-0.07, 0.07, number, 3)
    draw_face(canvas, at, draws, np.clip(fur, 0, 1))
    canvas += (0.025 * draws.bell(*canvas.shape)).astype(np.float32)
    return quantized(canvas)


def _wall(draws: Draws, number: int) -> Plane:
    """Paint a softly lit wall of any pale or deep color."""
    light, tint = draws.uniform(0.3, 0.85, number, 1), draws.uniform(-0.16, 0.16, number, 3)
    slope = draws.uniform(-0.12, 0.12, number, 1, 1, 1)
    height = (np.arange(SIDE) / (SIDE - 1) - 0.5).reshape(1, 1, SIDE, 1)
    wall = (light + tint)[:, :, np.newaxis, np.newaxis] + slope * height
    return np.broadcast_to(wall, (number, 3, SIDE, SIDE)).astype(np.float32)


def _draw_cat(canvas: Plane, at: Frame, draws: Draws, fur: Numbers) -> None:
    """Draw a round face, pointed ears, slit eyes, a small pink nose and whiskers."""
    number = len(fur)
    tip, spread = draws.uniform(-1.32, -1.02, number), draws.uniform(0.62, 0.85, number)
    for side in (-1, 1):
        _point_ear(canvas, at, fur, side, (spread, tip))
    paint(canvas, at.ellipse(0, 0, draws.uniform(0.9, 1.02, number), draws.uniform(0.78, 0.88, number)), fur)
    paint(canvas, at.ellipse(0, 0.36, 0.36, 0.27), _mixed(fur, _WHITE, 0.6))
    iris = np.array([[0.55, 0.78, 0.30], [0.95, 0.78, 0.25], [0.45, 0.72, 0.85]])[draws.integers(3, number)]
    for side in (-1, 1):
        paint(canvas, at.ellipse(0.4 * side, -0.1, 0.22, 0.19), iris)
        paint(canvas, at.ellipse(0.4 * side, -0.1, 0.075, 0.18), _DARK)
    paint(canvas, at.triangle((-0.13, 0.2), (0.13, 0.2), (0.0, 0.36)), _PINK)
    _draw_mouth(canvas, at, 0.36, 0.17)
    whisker = np.where(fur[:, 1:2] > _LIGHT_FUR, _DARK, _WHITE)
    for side in (-1, 1):
        for start, stop in ((0.33, 0.2), (0.43, 0.47)):
            paint(canvas, 0.7 * at.stroke((0.34 * side, start), (1.18 * side, stop), 0.022), whisker)


def _point_ear(canvas: Plane, at: Frame, fur: Numbers, side: int, tip: tuple[Numbers, Numbers]) -> None:
    for color, inset in ((_mixed(fur, _DARK, 0.15), 0.0), (_mixed(fur, _PINK, 0.6), 0.14)):
        outer = (side * (0.95 - inset), -0.12 - inset)
        inner = (side * (0.12 + inset), -0.6 - inset)
        top = (side * tip[0], tip[1] + 1.6 * inset)
        corners = (outer, inner, top) if side > 0 else (inner, outer, top)
        paint(canvas, at.triangle(*corners), color)


def _draw_dog(canvas: Plane, at: Frame, draws: Draws, fur: Numbers) -> None:
    """Draw a long face, hanging ears, a pale muzzle, a big dark nose and, half the time, a tongue."""
    number = len(fur)
    paint(canvas, at.ellipse(0, 0, draws.uniform(0.74, 0.86, number), draws.uniform(0.92, 1.02, number)), fur)
    drop, width = draws.uniform(0.5, 0.75, number), draws.uniform(0.24, 0.33, number)
    for side in (-1, 1):
        paint(canvas, at.ellipse(0.84 * side, drop - 0.62, width, drop), _mixed(fur, _DARK, 0.35))
    tongue_out = draws.integers(2, number).reshape(-1, 1, 1).astype(np.float32)
    paint(canvas, tongue_out * at.ellipse(0.06, 0.86, 0.16, 0.26), _PINK)
    paint(canvas, at.ellipse(0, 0.46, 0.46, 0.37), _mixed(fur, _WHITE, 0.6))
    for side in (-1, 1):
        paint(canvas, at.ellipse(0.33 * side, -0.2, 0.16, 0.17), _WHITE)
        paint(canvas, at.ellipse(0.33 * side, -0.18, 0.12, 0.13), _DARK)
    paint(canvas, at.ellipse(0, 0.27, 0.21, 0.15), _DARK)
    _draw_mouth(canvas, at, 0.42, 0.2)


def _draw_mouth(canvas: Plane, at: Frame, top: float, width: float) -> None:
    for side in (-1, 1):
        paint(canvas, 0.8 * at.stroke((0.0, top + 0.14), (width * side, top + 0.2), 0.03), _DARK)
    paint(canvas, 0.8 * at.stroke((0.0, top), (0.0, top + 0.14), 0.03), _DARK)


def _mixed(color: Numbers, other: Numbers, share: float) -> Numbers:
    return color + (other - color) * share
