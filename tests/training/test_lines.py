"""Lines come out whole, whatever pieces they arrive in."""

import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiregrad.training.lines import LineSplitter, LineTooLong, read_lines


@given(
    lines=st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line)),
    cuts=st.lists(st.integers(0, 300)),
)
def test_any_cutting_gives_the_same_lines(lines: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    bounds = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    splitter = LineSplitter(most_bytes=20)
    found = [line for start, stop in itertools.pairwise(bounds) for line in splitter.feed(stream[start:stop])]
    assert found == lines


def test_a_line_that_is_too_long_is_refused_before_it_ends() -> None:
    splitter = LineSplitter(most_bytes=10)
    splitter.feed(b"12345678")
    with pytest.raises(LineTooLong):
        splitter.feed(b"9012")


def test_reads_a_pipe_to_its_end() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"one\ntwo\nunfinished")
    os.close(writer)
    assert list(read_lines(reader, 100)) == [b"one", b"two"]
    os.close(reader)
