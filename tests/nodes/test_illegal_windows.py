"""What windows, shapes and norms refuse: the sentence, the place, and that an offered change mends it."""

from typing import Any

import pytest

from tests.nodes.comparison import node_of
from tests.nodes.problems import after_fix, check_problem
from wiregrad.nodes import NodeProblem, ValueType
from wiregrad.nodes._types import ValueDType


def sample(*shape: int, dtype: ValueDType = "float32") -> ValueType:
    return ValueType(dtype, shape, batched=True)


LIST, PICTURE = sample(2, 6), sample(2, 5, 6)
NO_LIST, NO_PICTURE = (f"A window of this kind can only move over a {name}." for name in ("list", "picture"))
FRACTIONS = "This layer works on numbers with fractions."
TOO_LARGE = "The window is larger than the"
GROUPS = "The groups do not divide channels and filters evenly."
ADDED = "The output padding is too large."
CUT = "The padding cuts off all that there is."
UNSEEN = "Some windows would see nothing but padding."
PLACES = "There are no places to average over."
ENLARGED = "The picture is too large to be made larger."
ORDER = "Each axis needs exactly one place."
NO_AXIS = "There is no axis"
LENGTHS = "The lengths of the parts do not add up to the length of the axis."
EMPTY = "Nothing is left of the value."
WIDE = "The border is wider than what it is made of."
WIDTHS = "There are more widths than axes to put a border around."
FILLING = "The number that is filled in does not fit the data type."
EXPANSION = "The value cannot be expanded to this shape."
NEW_AXIS = "The new axis has no such place."
FEW_AXES = "The value has too few axes."
NO_CHANNELS = "There are no channels with places to normalize."
SINGLE = "A single number per channel does not vary: nothing would be left of it."

REFUSED: list[tuple[str, dict[str, Any], ValueType, str]] = [
    ("Conv1D", {}, sample(2, 6, dtype="int64"), FRACTIONS),
    ("Conv1D", {}, PICTURE, NO_LIST),
    ("Conv1D", {}, sample(), NO_LIST),
    ("Conv1D", {"kernel": 7}, LIST, f"{TOO_LARGE} list."),
    ("Conv1D", {"kernel": 4, "dilation": 2}, LIST, f"{TOO_LARGE} list."),
    ("Conv2D", {"kernel": [6, 1]}, PICTURE, f"{TOO_LARGE} picture."),
    ("Conv2D", {"kernel": 2, "dilation": [1, 6]}, PICTURE, f"{TOO_LARGE} picture."),
    ("Conv1D", {"padding": 6, "padding_mode": "reflect"}, LIST, WIDE),
    ("Conv2D", {"padding": [0, 7], "padding_mode": "circular"}, PICTURE, WIDE),
    ("ConvTranspose2D", {}, sample(2, 5, 6, dtype="bool"), FRACTIONS),
    ("AvgPool1D", {"padding": 2}, LIST, UNSEEN),
    ("AvgPool1D", {"kernel": 7}, LIST, f"{TOO_LARGE} list."),
    ("AvgPool1D", {}, sample(2, 6, dtype="int64"), FRACTIONS),
    ("AvgPool2D", {"padding": [0, 2]}, PICTURE, UNSEEN),
    ("AvgPool2D", {"kernel": [2, 7]}, PICTURE, f"{TOO_LARGE} picture."),
    ("MaxPool1D", {"dilation": 6}, LIST, f"{TOO_LARGE} list."),
    ("MaxPool1D", {"padding": 2}, LIST, UNSEEN),
    ("MaxPool1D", {"padding": 1, "dilation": 3}, sample(2, 2), UNSEEN),
    ("MaxPool2D", {"kernel": [1, 7]}, PICTURE, f"{TOO_LARGE} picture."),
    ("GlobalAvgPool", {}, sample(3, 2, dtype="int64"), FRACTIONS),
    ("Upsample", {"scale": 1024}, PICTURE, ENLARGED),
    ("Upsample", {"size": 1024, "mode": "bilinear"}, sample(1, 2049, 1), ENLARGED),
    ("Upsample", {}, sample(2, 3, 3, dtype="int64"), FRACTIONS),
    ("Transpose", {"axes": [0, 2]}, LIST, f"{NO_AXIS} 2 in a sample of shape (2, 6)."),
    ("Split", {"count": 4}, LIST, "The axis cannot be cut into equal parts."),
    ("Split", {"lengths": [3, 1]}, LIST, LENGTHS),
    ("Split", {"axis": 2}, LIST, f"{NO_AXIS} 2 in a sample of shape (2, 6)."),
    ("Slice", {"start": 2}, LIST, EMPTY),
    ("Slice", {"axis": 1, "start": 3, "stop": 3}, LIST, EMPTY),
    ("Slice", {"axis": -3}, LIST, f"{NO_AXIS} -3 in a sample of shape (2, 6)."),
    ("Pad", {"before": [1, 1, 1]}, LIST, WIDTHS),
    ("Pad", {"mode": "replicate", "before": [0, 1, 1, 1]}, sample(1, 2, 3, 4), WIDTHS),
    ("Pad", {"mode": "reflect", "before": [2], "after": [6]}, LIST, WIDE),
    ("Pad", {"mode": "circular", "before": [7]}, LIST, WIDE),
    ("Pad", {"value": 0.5}, sample(2, dtype="int64"), FILLING),
    ("Pad", {"value": 2}, sample(2, dtype="bool"), FILLING),
    ("Expand", {"shape": [3, 6]}, LIST, EXPANSION),
    ("Expand", {"shape": [-1, 2, 6]}, LIST, EXPANSION),
    ("Expand", {"shape": [6]}, LIST, EXPANSION),
    ("LayerNorm", {}, sample(3, dtype="int64"), FRACTIONS),
    ("GroupNorm", {}, sample(4, dtype="bool"), FRACTIONS),
    ("InstanceNorm", {}, sample(3), NO_CHANNELS),
    ("InstanceNorm", {}, sample(1, 1, 2, 2, 2), NO_CHANNELS),
    ("InstanceNorm", {}, sample(3, 1), SINGLE),
    ("InstanceNorm", {}, sample(3, 1, 1), SINGLE),
    ("BatchNorm", {}, ValueType("float32", (3,)), "There is no batch to take the statistics of."),
    ("BatchNorm", {}, sample(3, dtype="bool"), FRACTIONS),
]
REFUSED_AND_MENDED: list[tuple[str, dict[str, Any], ValueType, str, str]] = [
    ("Conv1D", {}, sample(6), NO_LIST, "Insert Reshape to (1, 6)"),
    ("Conv1D", {"groups": 3}, LIST, GROUPS, "Set the groups to 1"),
    ("Conv1D", {"groups": 2, "filters": 3}, LIST, GROUPS, "Set the groups to 1"),
    ("Conv2D", {"kernel": 1}, LIST, NO_PICTURE, "Insert Reshape to (1, 2, 6)"),
    ("ConvTranspose1D", {}, sample(6), NO_LIST, "Insert Reshape to (1, 6)"),
    ("ConvTranspose1D", {"output_padding": 1}, LIST, ADDED, "Set the output padding to 0"),
    ("ConvTranspose1D", {"padding": 4}, LIST, CUT, "Set the padding to 0"),
    ("ConvTranspose1D", {"groups": 3}, LIST, GROUPS, "Set the groups to 1"),
    ("ConvTranspose2D", {}, LIST, NO_PICTURE, "Insert Reshape to (1, 2, 6)"),
    (
        "ConvTranspose2D",
        {"output_padding": [0, 2], "stride": [1, 2]},
        PICTURE,
        ADDED,
        "Set the output padding to 0",
    ),
    ("ConvTranspose2D", {"padding": [0, 4]}, PICTURE, CUT, "Set the padding to 0"),
    ("ConvTranspose2D", {"groups": 4, "filters": 4}, PICTURE, GROUPS, "Set the groups to 1"),
    ("AvgPool1D", {}, sample(6), NO_LIST, "Insert Reshape to (1, 6)"),
    ("AvgPool2D", {}, LIST, NO_PICTURE, "Insert Reshape to (1, 2, 6)"),
    ("MaxPool1D", {}, sample(6), NO_LIST, "Insert Reshape to (1, 6)"),
    ("GlobalAvgPool", {}, sample(3), PLACES, "Insert Reshape to (1, 3)"),
    ("GlobalAvgPool", {}, sample(), PLACES, "Insert Reshape to (1, 1)"),
    ("Upsample", {}, LIST, NO_PICTURE, "Insert Reshape to (1, 2, 6)"),
    ("Transpose", {"axes": [0, 0]}, LIST, ORDER, "Reverse the axes"),
    ("Transpose", {"axes": [0]}, LIST, ORDER, "Reverse the axes"),
    ("Split", {"lengths": [1, 2]}, LIST, LENGTHS, "Make the last part 1 long"),
    ("Split", {"axis": 1, "lengths": [3]}, LIST, LENGTHS, "Make the last part 6 long"),
    ("OneHot", {}, sample(3), "Classes are known by whole numbers.", "Insert Cast to int64"),
    ("OneHot", {"axis": 2}, sample(3, dtype="int64"), NEW_AXIS, "Put the new axis last"),
    ("OneHot", {"axis": -3}, sample(3, dtype="int64"), NEW_AXIS, "Put the new axis last"),
    ("LayerNorm", {}, sample(), FEW_AXES, "Insert Reshape to (1,)"),
    ("LayerNorm", {"axes": 3}, LIST, FEW_AXES, "Set the axes to 2"),
    ("RMSNorm", {"axes": 2}, sample(3), FEW_AXES, "Set the axes to 1"),
    (
        "GroupNorm",
        {"groups": 3},
        LIST,
        "The groups do not divide the channels evenly.",
        "Set the groups to 1",
    ),
    ("GroupNorm", {}, sample(), NO_CHANNELS, "Insert Reshape to (1,)"),
    ("BatchNorm", {}, sample(), "There are no channels to normalize.", "Insert Reshape to (1,)"),
]
SETTINGS_ALONE = [
    ("Conv1D", {"padding": "same", "stride": 2}, LIST, "With a stride the value cannot keep its size."),
    ("Expand", {"shape": [0, 6]}, LIST, "This is no shape."),
]


def refusal(kind: str, chosen: dict[str, Any], value: ValueType) -> NodeProblem:
    node = node_of(kind, chosen)
    with pytest.raises(NodeProblem) as caught:
        node.infer(value)
    check_problem(caught.value, node)
    return caught.value


@pytest.mark.parametrize(("kind", "chosen", "value", "sentence"), REFUSED, ids=str)
def test_what_does_not_fit_is_refused_with_this_sentence(
    kind: str, chosen: dict[str, Any], value: ValueType, sentence: str
) -> None:
    problem = refusal(kind, chosen, value)
    assert (problem.message, problem.port, problem.fix) == (sentence, "input", None)


@pytest.mark.parametrize(("kind", "chosen", "value", "sentence", "label"), REFUSED_AND_MENDED, ids=str)
def test_where_a_change_is_offered_it_mends(
    kind: str, chosen: dict[str, Any], value: ValueType, sentence: str, label: str
) -> None:
    problem = refusal(kind, chosen, value)
    assert problem.message == sentence
    assert problem.fix is not None
    assert problem.fix.label == label
    mended, types = after_fix(problem, node_of(kind, chosen), (value,))
    assert mended.infer(*types)


@pytest.mark.parametrize(("kind", "chosen", "value", "sentence"), SETTINGS_ALONE, ids=str)
def test_settings_that_contradict_each_other_are_a_problem_of_the_node(
    kind: str, chosen: dict[str, Any], value: ValueType, sentence: str
) -> None:
    problem = refusal(kind, chosen, value)
    assert (problem.message, problem.port, problem.code) == (sentence, None, "setting")


def test_an_output_padding_is_a_problem_of_the_settings() -> None:
    problem = refusal("ConvTranspose1D", {"output_padding": 1}, LIST)
    assert (problem.port, problem.code) == (None, "setting")
