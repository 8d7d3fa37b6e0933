"""What `check` answers: every problem at once, and for every wire and node what flows and what it costs."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ProblemFix(Answer):
    """A change that removes the problem without further questions.

    `insert` puts a new node of `kind` with `settings` on the wire into the problem's node and port;
    `set` changes `settings` of the problem's node; `restore` takes away its bypass.
    """

    action: Literal["insert", "set", "restore"]
    label: str
    kind: str | None = None
    settings: dict[str, JsonValue] | None = None


class Problem(Answer):
    """One thing that is wrong, where, and what to do about it. Errors forbid training; warnings do not."""

    severity: Literal["error", "warning"] = "error"
    code: str
    message: str
    node: str | None = None
    port: str | None = None
    expected: str | None = None
    got: str | None = None
    remedy: str
    fix: ProblemFix | None = None


class ValueReport(Answer):
    """What an output port sends. `shape` is the sample shape, without the batch axis."""

    dtype: Literal["float32", "int64", "bool"]
    shape: tuple[int, ...]
    batched: bool
    carries_gradient: bool
    reason: str


class PortPath(Answer):
    """A port, by the path of its node: `enc/conv` is the node `conv` of the block that `enc` stands for."""

    node: str
    port: str


class WireReport(Answer):
    """What a wire carries; `value` is None where it cannot be known because of a problem upstream."""

    source: PortPath
    target: PortPath
    value: ValueReport | None


class InputPortReport(Answer):
    name: str
    description: str
    optional: bool


class OutputPortReport(Answer):
    name: str
    description: str
    value: ValueReport | None


class NodeReport(Answer):
    """`inputs` and `outputs` are the ports that the node has with its present settings.

    `multiply_adds` is for one forward pass of one sample; `activation_bytes` is what its outputs hold for one
    sample (or once, if not batched), in the graph's dtype.
    """

    inputs: tuple[InputPortReport, ...]
    outputs: tuple[OutputPortReport, ...]
    parameters: int
    multiply_adds: int
    activation_bytes: int


class FigureReport(Answer):
    """The name under which runs record a loss or a metric, and the path of the node that makes it."""

    name: str
    node: str


class OutputReport(FigureReport):
    """An Output, and the paths of the Input nodes that it depends on: what has to be given to compute it."""

    inputs: tuple[str, ...]


class Totals(Answer):
    parameters: int
    trainable_parameters: int
    multiply_adds: int
    activation_bytes: int


class Report(Answer):
    """`nodes` is keyed by node id, inside of blocks by path; nodes of unknown kind are not in it.

    A use of a block sums up what is inside of it. Of repetitions the first is reported, of steps the last.
    `losses` are those of the Optimizers in the order in which they step; `metrics` and `outputs` are in the
    document's.
    """

    problems: tuple[Problem, ...]
    nodes: dict[str, NodeReport]
    wires: tuple[WireReport, ...]
    losses: tuple[FigureReport, ...]
    metrics: tuple[FigureReport, ...]
    outputs: tuple[OutputReport, ...]
    totals: Totals

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")
