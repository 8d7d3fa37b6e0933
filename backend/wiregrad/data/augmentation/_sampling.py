"""Pictures read at other places than their pixels: what rotating, zooming and shifting have in common."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.augmentation._kind import Pictures

Places = NDArray[np.float32]

_FRAME = 2


def read_between(pictures: Pictures, rows: Places, columns: Places) -> Pictures:
    """The pictures at `rows` and `columns`, (samples, height, width) in pixels: bilinear, black outside.

    As PyTorch's `grid_sample(mode="bilinear", padding_mode="zeros", align_corners=True)` in units of pixels.
    """
    _, channels, height, width = pictures.shape
    top, left = np.floor(rows), np.floor(columns)
    down, right = (rows - top)[..., np.newaxis], (columns - left)[..., np.newaxis]
    framed = _framed(pictures)
    row = np.clip(top, -_FRAME, height).astype(np.intp) + _FRAME
    column = np.clip(left, -_FRAME, width).astype(np.intp) + _FRAME
    stride = width + 2 * _FRAME
    sample = np.arange(len(pictures)).reshape(-1, 1, 1) * ((height + 2 * _FRAME) * stride)
    corner = sample + row * stride + column
    pixels = framed.reshape(-1, channels)
    upper = _blend(pixels.take(corner, axis=0), pixels.take(corner + 1, axis=0), right)
    lower = _blend(pixels.take(corner + stride, axis=0), pixels.take(corner + stride + 1, axis=0), right)
    return np.ascontiguousarray(_blend(upper, lower, down).transpose(0, 3, 1, 2))


def _framed(pictures: Pictures) -> Pictures:
    """Channels last, with black around, so that what lies outside has neighbors that are black too."""
    samples, channels, height, width = pictures.shape
    framed = np.zeros((samples, height + 2 * _FRAME, width + 2 * _FRAME, channels), dtype=np.float32)
    framed[:, _FRAME:-_FRAME, _FRAME:-_FRAME] = pictures.transpose(0, 2, 3, 1)
    return framed


def _blend(first: Pictures, second: Pictures, share: Places) -> Pictures:
    second -= first
    second *= share
    second += first
    return second


def moved(pictures: Pictures, down: NDArray[np.int64], right: NDArray[np.int64], fill: str) -> Pictures:
    """Each picture moved by whole pixels (samples,); what comes in is black or the edge, drawn out."""
    _, _, height, width = pictures.shape
    rows = np.arange(height) - down[:, np.newaxis]
    columns = np.arange(width) - right[:, np.newaxis]
    sample = np.arange(len(pictures)).reshape(-1, 1, 1)
    read: NDArray[Any] = pictures.transpose(0, 2, 3, 1)[
        sample,
        np.clip(rows, 0, height - 1)[:, :, np.newaxis],
        np.clip(columns, 0, width - 1)[:, np.newaxis, :],
    ]
    if fill == "black":
        inside = _within(rows, height)[:, :, np.newaxis] & _within(columns, width)[:, np.newaxis, :]
        read *= inside[..., np.newaxis]
    return np.ascontiguousarray(read.transpose(0, 3, 1, 2))


def _within(places: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    return (places >= 0) & (places < length)


def grid(height: int, width: int) -> tuple[Places, Places]:
    """Rows (height, 1) and columns (1, width), in pixels from the middle."""
    rows = np.arange(height, dtype=np.float32) - np.float32((height - 1) / 2)
    columns = np.arange(width, dtype=np.float32) - np.float32((width - 1) / 2)
    return rows[:, np.newaxis], columns[np.newaxis, :]
