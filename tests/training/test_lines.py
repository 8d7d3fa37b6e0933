"""Lines come out whole, whatever pieces they arrive in."""

import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiregrad.training.events import MessageEvent, Told
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


def test_an_event_is_kept_in_the_words_in_which_it_came() -> None:
    line = b'{"type":"message","time":1,"text":"\xc3\xa9","level":"info"}'
    told = Told.parsed(line)
    assert told.text.encode() == line
    assert told.event == MessageEvent(time=1.0, level="info", text="é")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b'{"type":"message","time":"1","level":"info","text":"a number as text would be stored as text"}',
        b'{"type":"message","time":NaN,"level":"info","text":"JSON has no NaN"}',
        b'{"type":"message","time":1,"level":"info","text":"\xff"}',
        b'{"type":"message","time":1,"level":"info","text":"","unheard of":1}',
    ],
)
def test_what_is_no_event_is_refused_before_it_is_stored(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Told.parsed(line)
