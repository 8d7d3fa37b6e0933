"""Many small pictures drawn at once with soft-edged shapes.

Only sums, products, quotients, square roots and comparisons of float32 are used, which IEEE 754 rounds the
same way everywhere, so a drawing has the same bytes on every machine.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
Numbers: TypeAlias = NDArray[np.floating[Any]]


def per_picture(values: Numbers | float) -> Plane:
    """One number per picture, or one for all, as float32 that broadcasts over height and width."""
    return np.asarray(values, dtype=np.float32).reshape(-1, 1, 1)


@dataclass(frozen=True)
class Frame:
    """Coordinates `u` (right) and `v` (down) of every pixel in each picture's own drawing, and its scale.

    A length of 1 in the drawing is `scale` pixels.
    """

    u: Plane
    v: Plane
    scale: Plane

    def ellipse(
        self, u: Numbers | float, v: Numbers | float, a: Numbers | float, b: Numbers | float
    ) -> Plane:
        """Coverage of an ellipse about (u, v) with the half axes a and b; its edge is one pixel soft."""
        a, b = per_picture(a), per_picture(b)
        x, y = (self.u - per_picture(u)) / a, (self.v - per_picture(v)) / b
        return self._inside((np.sqrt(x * x + y * y) - 1) * np.minimum(a, b))

    def stroke(
        self, start: tuple[Numbers | float, ...], stop: tuple[Numbers | float, ...], radius: Numbers | float
    ) -> Plane:
        """Coverage of a line with round ends, `radius` to either side."""
        (u, v), (end_u, end_v) = map(per_picture, start), map(per_picture, stop)
        x, y, along, down = self.u - u, self.v - v, end_u - u, end_v - v
        nearest = np.clip((x * along + y * down) / (along * along + down * down), 0, 1)
        x, y = x - nearest * along, y - nearest * down
        return self._inside(np.sqrt(x * x + y * y) - per_picture(radius))

    def triangle(self, *corners: tuple[Numbers | float, Numbers | float]) -> Plane:
        """Coverage of a triangle whose corners come clockwise as one sees them."""
        points = [(per_picture(u), per_picture(v)) for u, v in corners]
        distances = []
        for (u, v), (next_u, next_v) in zip(points, points[1:] + points[:1], strict=True):
            along, down = next_u - u, next_v - v
            outward = (self.u - u) * down - (self.v - v) * along
            distances.append(outward / np.sqrt(along * along + down * down))
        first, second, third = distances
        return self._inside(np.maximum(np.maximum(first, second), third))

    def _inside(self, distance: Plane) -> Plane:
        coverage: Plane = np.clip(np.float32(0.5) - distance * self.scale, 0, 1)
        return coverage


def frame(
    window: tuple[slice, slice], center: tuple[Numbers, Numbers], scale: Numbers, lean: Numbers | float = 0.0
) -> Frame:
    """Place a drawing in the pixels of `window` (rows, columns) of a canvas.

    Its origin lies at `center` (right, down, in pixels); `lean` is the tangent of half the turning angle.
    """
    rows, columns = (np.arange(part.start, part.stop, dtype=np.float32) + np.float32(0.5) for part in window)
    scale, lean = per_picture(scale), per_picture(lean)
    x = (columns[np.newaxis, np.newaxis, :] - per_picture(center[0])) / scale
    y = (rows[np.newaxis, :, np.newaxis] - per_picture(center[1])) / scale
    cosine, sine = (1 - lean * lean) / (1 + lean * lean), 2 * lean / (1 + lean * lean)
    return Frame(x * cosine + y * sine, y * cosine - x * sine, scale)


def paint(canvas: Plane, coverage: Plane, color: Numbers) -> None:
    """Lay `color` (pictures, channels) over `canvas` (pictures, channels, height, width) where it covers."""
    ink = np.asarray(color, dtype=np.float32)[:, :, np.newaxis, np.newaxis]
    canvas += (ink - canvas) * coverage[:, np.newaxis]


def quantized(canvas: Plane) -> NDArray[np.uint8]:
    """0..1 to 255ths; what lies outside is clipped."""
    levels: NDArray[np.uint8] = np.rint(np.clip(canvas, 0, 1) * np.float32(255)).astype(np.uint8)
    return levels
