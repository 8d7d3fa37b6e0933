"""Pictures between files and arrays: one rule for imported sets and for a picture that someone evaluates."""

import io
import struct
import zlib
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from wiregrad.data.errors import DataError
from wiregrad.data.resizing import USUAL, Resize

MOST_PIXELS = 32_000_000
Channels: TypeAlias = Literal[1, 3]

_FILTER = Image.Resampling.BILINEAR
_READABLE = ("PNG", "JPEG")
_GREY: Channels = 1
_ORIENTATION = 0x0112
_UPRIGHT = 1
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BROKEN_PICTURE = (
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def open_picture(content: bytes) -> Image.Image:
    """Read the header of a PNG or JPEG; the pixels are not decoded yet.

    Raises:
        DataError: another format, a damaged header, or more than 32 million pixels.

    """
    try:
        picture = Image.open(io.BytesIO(content), formats=_READABLE)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("far more") from error
    except _BROKEN_PICTURE as error:
        raise DataError(
            "This is not a PNG or JPEG picture, or it is damaged.",
            remedy="Save it as PNG or JPEG.",
        ) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_large(f"{picture.width} x {picture.height}")
    return picture


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Give height and width as the picture is meant to be seen."""
    turned = _orientation(picture) in {5, 6, 7, 8}
    return (picture.width, picture.height) if turned else (picture.height, picture.width)


def read_picture(
    content: bytes, height: int, width: int, channels: Channels, resize: Resize = USUAL
) -> NDArray[np.uint8]:
    """Decode a PNG or JPEG to uint8 (channels, height, width), by a rule of `resizing`.

    Scaling averages over the covered area with a triangle filter (Pillow's BILINEAR); grey is ITU-R 601 luma.

    Raises:
        DataError: another format, damaged, cut off, or more than 32 million pixels.

    """
    return decoded(open_picture(content), height, width, channels, resize)


def decoded(
    picture: Image.Image, height: int, width: int, channels: Channels, resize: Resize
) -> NDArray[np.uint8]:
    """Do what `read_picture` does with a picture that is open already."""
    try:
        picture.load()
        turn = _TURNS.get(_orientation(picture))
        flat = _without_transparency(picture if turn is None else picture.transpose(turn))
        fitted = _brought_to(flat.convert("L" if channels == _GREY else "RGB"), (width, height), resize)
    except _BROKEN_PICTURE as error:
        raise DataError(
            "The picture is damaged or cut off.", remedy="Save or download it again, or leave it out."
        ) from error
    pixels = np.asarray(fitted, dtype=np.uint8).reshape(height, width, channels)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _brought_to(picture: Image.Image, size: tuple[int, int], resize: Resize) -> Image.Image:
    if picture.size == size:
        return picture
    if resize == "stretch":
        return picture.resize(size, _FILTER)
    return ImageOps.pad(picture, size, _FILTER) if resize == "fit" else ImageOps.fit(picture, size, _FILTER)


def write_png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode uint8 (1 or 3, height, width) as a PNG file."""
    picture = Image.fromarray(
        pixels[0] if pixels.shape[0] == _GREY else np.ascontiguousarray(pixels.transpose(1, 2, 0))
    )
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def _orientation(picture: Image.Image) -> int:
    """Read the EXIF orientation; a damaged note is no reason to refuse a picture."""
    try:
        return int(picture.getexif().get(_ORIENTATION, _UPRIGHT))
    except (*_BROKEN_PICTURE, Warning):
        return _UPRIGHT


def _without_transparency(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        return Image.fromarray((np.asarray(picture).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if not picture.has_transparency_data:
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA"))


def _too_large(size: str) -> DataError:
    return DataError(
        f"The picture has {size} pixels; at most {MOST_PIXELS // 1_000_000} million are read.",
        remedy="Scale it down first.",
    )
