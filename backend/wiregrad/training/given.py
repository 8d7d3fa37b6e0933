"""What is given for an Input, held to the shape and dtype that the graph declares."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import PIXEL_LEVELS
from wiregrad.data.errors import DataError
from wiregrad.data.pictures import read_picture
from wiregrad.data.resizing import Resize
from wiregrad.graph.interface import InputInfo
from wiregrad.graph.report import Problem
from wiregrad.nodes import ValueType, format_shape
from wiregrad.training.columns import CASTS

Array = NDArray[Any]

MAX_SAMPLES = 1_000_000
_NUMBER_KINDS = {"b": "bool", "i": "int64", "u": "int64", "f": "float32"}


class EvaluationError(ValueError):
    """Inputs that the graph cannot take; `problems` has one entry for each thing that is wrong."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(_in_words(problem) for problem in problems))


def _in_words(problem: Problem) -> str:
    expectation = f" Expected {problem.expected}; got {problem.got}." if problem.expected else ""
    return f"{problem.message}{expectation} {problem.remedy}"


def conformed(name: str, info: InputInfo, value: object) -> tuple[Array, bool]:
    """Nested numbers as an array of the Input's dtype, and whether they have a batch axis.

    Raises:
        EvaluationError: they are ragged, hold something else than numbers, or have another shape or dtype.

    """
    array = _numbers(name, info, value)
    wanted = info.value.shape
    is_batch = array.ndim == len(wanted) + 1 and array.shape[1:] == wanted
    if not is_batch and array.shape != wanted:
        raise EvaluationError(_wrong_shape(name, info, format_shape(array.shape)))
    if is_batch and not 0 < len(array) <= MAX_SAMPLES:
        raise EvaluationError(_wrong_shape(name, info, f"{len(array)} samples"))
    if _NUMBER_KINDS[array.dtype.kind] not in CASTS[info.value.dtype]:
        raise EvaluationError(_wrong_dtype(name, info, array))
    return array.astype(info.value.dtype), is_batch


def picture_value(name: str, info: InputInfo, content: bytes, resize: Resize) -> Array:
    """A PNG or JPEG file as the Input's (channels, height, width), from 0 to 1, by a rule of `resizing`.

    Raises:
        EvaluationError: the Input takes no picture, or the file is none.

    """
    value = info.value
    if value.dtype != "float32" or value.rank != 3 or value.shape[0] not in (1, 3):  # noqa: PLR2004
        raise EvaluationError(
            Problem(
                code="input_picture",
                message=f"The input {name!r} does not take a picture.",
                node=info.node,
                expected=str(value),
                got="a picture",
                remedy="Give it numbers, or give the picture to an Input of shape (1 or 3, height, width).",
            )
        )
    channels, height, width = value.shape
    try:
        pixels = read_picture(content, height, width, 1 if channels == 1 else 3, resize)
    except DataError as error:
        raise EvaluationError(_bad_picture(name, info, error)) from None
    return np.divide(pixels, PIXEL_LEVELS, dtype=np.float32)


def _bad_picture(name: str, info: InputInfo, error: DataError) -> Problem:
    return Problem(
        code="input_picture",
        message=f"The picture for the input {name!r} cannot be read. {error.message}",
        node=info.node,
        expected="a PNG or JPEG picture",
        got="something else",
        remedy=error.remedy or "Choose another file.",
    )


def _numbers(name: str, info: InputInfo, value: object) -> Array:
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        raise EvaluationError(_wrong_shape(name, info, "lists of different lengths")) from None
    if array.dtype.kind not in _NUMBER_KINDS:
        raise EvaluationError(_wrong_shape(name, info, "something that is not a number"))
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise EvaluationError(_wrong_shape(name, info, "a number that is infinite or not a number"))
    return array


def _wrong_shape(name: str, info: InputInfo, got: str) -> Problem:
    shape = format_shape(info.value.shape)
    return Problem(
        code="input_shape",
        message=f"The value of the input {name!r} does not fit.",
        node=info.node,
        expected=f"finite numbers of shape {shape}, or several samples with a leading axis",
        got=got,
        remedy=f"Give one sample as {_spelled(info.value)}.",
    )


def _wrong_dtype(name: str, info: InputInfo, array: Array) -> Problem:
    return Problem(
        code="input_dtype",
        message=f"The value of the input {name!r} has the wrong type of number.",
        node=info.node,
        expected={"int64": "whole numbers", "bool": "true or false"}.get(info.value.dtype, "numbers"),
        got="numbers with a fraction" if array.dtype.kind == "f" else "whole numbers",
        remedy=f"Give values of type {info.value.dtype}.",
    )


def _spelled(value: ValueType) -> str:
    if not value.shape:
        return "a single number"
    lists = "nested lists" if len(value.shape) > 1 else "a list"
    return f"{lists} of {' by '.join(map(str, value.shape))} numbers"
