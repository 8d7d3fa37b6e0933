"""Large inputs, which steps read where the caller has them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.llvm.compiling import WAYS, Way, check, drawn, total
from wiregrad.engine import ops
from wiregrad.engine.backends import Executable
from wiregrad.engine.backends.llvm.memory import LENT_BYTES
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import Function

SHAPE = (70, 60)


def growing() -> Function:
    """A carried sum grows by one input, seen in both orders, times a small one; a second one is an output."""
    x, y = ops.input("x", "float64", SHAPE), ops.input("y", "float64", SHAPE)
    scale, before = ops.input("scale", "float64", ()), ops.input("sum", "float64", ())
    turned = ops.transpose(ops.matmul(ops.transpose(x, (1, 0)), y), (1, 0))
    following = ops.add(before, ops.mul(scale, total(ops.mul(turned, turned))))
    return Function(
        "grow",
        {"x": x, "y": y, "scale": scale, "sum": before},
        {"next": following, "same": y, "product": turned, "doubled": ops.add(x, x)},
        {"next": "sum"},
    )


def feed() -> dict[str, Array]:
    first, second = drawn(SHAPE), drawn(SHAPE, seed=1)
    return {"x": first, "y": second, "scale": np.array(0.5), "sum": np.array(1.0)}


def test_only_inputs_that_are_large_and_stay_inputs_are_lent() -> None:
    assert drawn(SHAPE).nbytes >= LENT_BYTES
    assert set(Way().compile(growing())._manifest.lent) == {"x"}
    assert not Way(guarded=True).compile(growing())._manifest.lent


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_steps_on_lent_inputs(way: Way) -> None:
    check(growing(), feed(), way)


def _unaligned(array: Array) -> Array:
    raw = np.empty(array.nbytes + 1, np.uint8)
    moved = raw[1:].view(array.dtype).reshape(array.shape)
    moved[...] = array
    return moved


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "other order": np.asfortranarray,
    "backward": lambda array: np.ascontiguousarray(array[::-1])[::-1],
    "unaligned": _unaligned,
    "read-only": lambda array: np.frombuffer(array.tobytes()).reshape(array.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lent_in_any_layout(layout: str) -> None:
    plain = feed()
    check(growing(), {**plain, "x": LAYOUTS[layout](plain["x"])}, Way())


def test_a_step_takes_the_results_of_another_step_of_the_same_program() -> None:
    executable, given = Way().compile(growing()), feed()
    del given["sum"]
    doubled = executable.run(given)["doubled"]
    again = executable.run({**given, "x": doubled})
    np.testing.assert_array_equal(again["doubled"], 4 * given["x"])


def test_the_caller_may_change_its_array_between_steps() -> None:
    executable, given = Way(threads=2).compile(growing()), feed()
    del given["sum"]
    for factor in (1, 2, 3):
        given["x"][...] = factor
        np.testing.assert_array_equal(executable.run(given)["doubled"], np.full(SHAPE, 2.0 * factor))


def grown(executable: Executable, scale: Array) -> float:
    """The carried sum, from 1 on, after a step with this scale."""
    given = feed()
    executable.load({"sum": given.pop("sum")})
    executable.run({**given, "scale": scale})
    return float(executable.read()["sum"])


def test_the_caller_may_change_a_small_array_under_a_view_that_cannot() -> None:
    executable, base = Way().compile(growing()), np.array(0.0)
    view = base.view()
    view.setflags(write=False)
    assert grown(executable, view) == 1.0
    base[...] = 1.0
    assert grown(executable, view) > 1.0


def test_an_array_that_nobody_can_change_counts_again_after_another_one() -> None:
    executable, zero, one = Way().compile(growing()), np.array(0.0), np.array(1.0)
    zero.setflags(write=False)
    one.setflags(write=False)
    sums = [grown(executable, scale) for scale in (zero, zero, one, one.copy(), zero)]
    assert sums[0] == sums[1] == sums[4] == 1.0
    assert sums[2] == sums[3] > 1.0


def test_a_missing_input_and_one_of_another_type_are_refused() -> None:
    executable, given = Way().compile(growing()), feed()
    del given["sum"]
    with pytest.raises(TypeError, match=r"expected float64\[70, 60\] for the input 'x'; got float32"):
        executable.run({**given, "x": given["x"].astype("float32")})
    del given["x"]
    with pytest.raises(KeyError, match=r"expected float64\[70, 60\] for the input 'x'; got nothing"):
        executable.run(given)
