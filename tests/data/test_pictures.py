"""One picture to an array: orientation, transparency, depth, scaling, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.data.drawing import encoded, png_of_size
from wiregrad.data.errors import DataError
from wiregrad.data.pictures import open_picture, read_picture, upright_size, write_png

RNG = np.random.default_rng(0)
COLOR = RNG.integers(0, 256, (6, 4, 3), dtype=np.uint8)
GREY = RNG.integers(0, 256, (6, 4), dtype=np.uint8)


def test_a_picture_of_the_wanted_size_keeps_every_pixel() -> None:
    assert np.array_equal(read_picture(encoded(COLOR), 6, 4, 3), COLOR.transpose(2, 0, 1))
    assert np.array_equal(read_picture(encoded(GREY), 6, 4, 1), GREY[np.newaxis])


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3]), st.integers(0, 2**32))
@settings(deadline=None)
def test_what_is_written_is_read_again(height: int, width: int, channels: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (channels, height, width), dtype=np.uint8)
    again = read_picture(write_png(pixels), height, width, 1 if channels == 1 else 3)
    assert np.array_equal(again, pixels)
    assert again.flags.c_contiguous


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_pictures_stand_upright(orientation: int, file_format: str) -> None:
    """The corner that the camera says is the top left one is there, whatever way the pixels are stored."""
    shown = np.zeros((16, 32), dtype=np.uint8)
    shown[:8, :8] = 255
    stored = {
        1: shown,
        2: shown[:, ::-1],
        3: shown[::-1, ::-1],
        4: shown[::-1],
        5: shown.T,
        6: shown.T[::-1],
        7: shown[::-1, ::-1].T,
        8: shown.T[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(np.ascontiguousarray(stored), file_format, exif=exif)
    assert upright_size(open_picture(content)) == (16, 32)
    assert np.array_equal(read_picture(content, 16, 32, 1)[0] > 128, shown > 128)


def test_transparent_parts_are_white() -> None:
    see_through = np.dstack([COLOR, np.zeros((6, 4), dtype=np.uint8)])
    assert read_picture(encoded(see_through), 6, 4, 3).min() == 255
    palette = Image.fromarray(np.zeros((6, 4), dtype=np.uint8), "L").convert("P")
    assert read_picture(encoded(palette, transparency=0), 6, 4, 1).min() == 255


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    bright = np.full((5, 5), 200, dtype=np.uint8)
    if mode == "I;16":
        picture = Image.fromarray(bright.astype(np.uint16) * 257)
    else:
        picture = Image.fromarray(bright).convert("RGB").convert(mode)
    content = encoded(picture, "JPEG" if mode == "CMYK" else "PNG")
    grey, color = read_picture(content, 5, 5, 1), read_picture(content, 5, 5, 3)
    assert grey.shape == (1, 5, 5)
    assert color.shape == (3, 5, 5)
    if mode != "1":
        assert np.abs(color.astype(int) - 200).max() <= 5


def test_scaling_covers_the_size_and_cuts_about_the_middle() -> None:
    stripes = np.zeros((8, 24), dtype=np.uint8)
    stripes[:, 8:16] = 255
    assert read_picture(encoded(stripes), 8, 8, 1).min() == 255
    assert read_picture(encoded(stripes), 4, 4, 1)[0, :, 1:3].min() == 255
    assert read_picture(encoded(stripes.T.copy()), 8, 8, 1).min() == 255


def test_scaling_down_averages_instead_of_picking_pixels() -> None:
    checks = ((np.indices((64, 64)).sum(0) % 2) * 255).astype(np.uint8)
    assert np.abs(read_picture(encoded(checks), 8, 8, 1).astype(int) - 127).max() <= 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        encoded(COLOR, "GIF"),
        encoded(COLOR, "BMP"),
        encoded(COLOR, "TIFF"),
        b"<svg/>",
        b"\xff\xd8\xff",
    ],
    ids=["nothing", "text", "GIF", "BMP", "TIFF", "SVG", "a JPEG's first bytes"],
)
def test_other_formats_are_refused(content: bytes) -> None:
    with pytest.raises(DataError, match="not a PNG or JPEG"):
        read_picture(content, 4, 4, 3)


@pytest.mark.parametrize("size", [(8000, 4001), (20000, 20000), (2**31 - 1, 2**31 - 1)])
def test_giant_pictures_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(DataError, match=r"at most 32 million|not a PNG or JPEG"):
        read_picture(png_of_size(*size), 4, 4, 1)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_cut_off_pictures_are_refused(file_format: str) -> None:
    content = encoded(RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8), file_format)
    for length in range(20, len(content) * 9 // 10, 97):
        with pytest.raises(DataError, match=r"not a PNG or JPEG|damaged or cut off"):
            read_picture(content[:length], 8, 8, 3)


@pytest.mark.filterwarnings("default::UserWarning:PIL")
@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_pictures_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(encoded(COLOR, data.draw(st.sampled_from(["PNG", "JPEG"]))))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        pixels = read_picture(bytes(content), 4, 4, 3)
    except DataError:
        return
    assert pixels.shape == (3, 4, 4)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_a_damaged_note_about_the_orientation_is_ignored() -> None:
    content = encoded(COLOR, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read_picture(content, 6, 4, 3).shape == (3, 6, 4)
