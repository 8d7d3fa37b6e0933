"""Small pictures and archives for tests, made by Pillow and zipfile like those of users."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def encoded(pixels: np.ndarray | Image.Image, format: str = "PNG", **options: Any) -> bytes:  # noqa: A002, ANN401
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = io.BytesIO()
    picture.save(file, format=format, **options)
    return file.getvalue()


def plain(value: int = 128, height: int = 6, width: int = 6) -> bytes:
    return encoded(np.full((height, width, 3), value, dtype=np.uint8))


def zipped(path: Path, members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return path


def png_of_size(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG whose header claims a size; its pixels are whatever `rows` inflates to."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    claims = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", claims)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
