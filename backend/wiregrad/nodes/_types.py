"""The type of a value on a wire, and the problem a node raises when a type does not suit it."""

from dataclasses import dataclass, replace
from math import prod
from typing import Literal, get_args

from wiregrad.engine.ir import TensorType

ValueDType = Literal["float32", "int64", "bool"]
"""What a person chooses between; a program compiled for float64 computes its float32 values in float64."""

VALUE_DTYPES: tuple[ValueDType, ...] = get_args(ValueDType)

Shape = tuple[int, ...]

MAX_RANK = 8
MAX_DIMENSION = 2**31 - 1
MAX_ELEMENTS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the graph that removes a problem without further questions.

    `insert` puts a node of `kind` with `settings` on the wire that enters the problem's port;
    `set` replaces `settings` on the problem's node; `restore` takes away its bypass.
    """

    action: Literal["insert", "set", "restore"]
    label: str
    kind: str | None = None
    settings: dict[str, object] | None = None


class NodeProblem(Exception):  # noqa: N818 - a problem is what the whole house calls it
    """Raised by a node's own rules, which know neither its id nor its graph; the graph walker adds those."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "shape",
        port: str | None = None,
        expected: str | None = None,
        got: str | None = None,
        remedy: str,
        fix: Fix | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.port = port
        self.expected = expected
        self.got = got
        self.remedy = remedy
        self.fix = fix


@dataclass(frozen=True, slots=True)
class ValueType:
    """What flows on a wire: dtype, sample shape (without the batch axis), and whether there is a batch axis.

    A shape beyond the limits cannot be made: it raises a NodeProblem with code "limit" before anything of its
    size is allocated.
    """

    dtype: ValueDType
    shape: Shape
    batched: bool = False

    def __post_init__(self) -> None:
        check_shape(self.shape)

    def __str__(self) -> str:
        batch = " per sample" if self.batched else ""
        return f"{self.dtype} {format_shape(self.shape)}{batch}"

    @property
    def is_float(self) -> bool:
        return self.dtype == "float32"

    @property
    def rank(self) -> int:
        """Axes of one sample."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Elements in one sample."""
        return prod(self.shape)

    def with_shape(self, shape: Shape) -> "ValueType":
        return replace(self, shape=shape)

    def with_dtype(self, dtype: ValueDType) -> "ValueType":
        return replace(self, dtype=dtype)

    def tensor(self, batch_size: int, float_dtype: Literal["float32", "float64"] = "float32") -> TensorType:
        """The tensor that carries this value through the engine: the batch axis, if any, comes first."""
        dtype = float_dtype if self.is_float else self.dtype
        return TensorType(dtype, ((batch_size,) if self.batched else ()) + self.shape)


def format_shape(shape: Shape) -> str:
    """`(3, 32, 32)`, `(10,)`, and `()` for a single number."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def check_shape(shape: Shape) -> None:
    if len(shape) > MAX_RANK:
        raise _limit("The value has too many axes", f"at most {MAX_RANK} axes", f"{len(shape)} axes")
    if any(not 1 <= length <= MAX_DIMENSION for length in shape):
        raise _limit(
            "An axis is too short or too long", f"lengths from 1 to {MAX_DIMENSION}", format_shape(shape)
        )
    if prod(shape) > MAX_ELEMENTS:
        got = f"{prod(shape)} elements in {format_shape(shape)}"
        raise _limit("The value is too large", f"at most {MAX_ELEMENTS} elements per sample", got)


def _limit(message: str, expected: str, got: str) -> NodeProblem:
    remedy = "Choose smaller sizes here or in the nodes before."
    return NodeProblem(f"{message}.", code="limit", expected=expected, got=got, remedy=remedy)
