"""Bytes are said in the largest unit of which there is one."""

import pytest

from wiregrad.data.byte_counts import in_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (256 * 2**20, "256 MiB"),
        (123_456_789, "117.7 MiB"),
        (3 * 2**29, "1.5 GiB"),
    ],
)
def test_bytes_in_words(count: int, words: str) -> None:
    assert in_words(count) == words
