from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.engine.optimizers.rule import UpdateRule
from wiregrad.nodes._broadcast import convert
from wiregrad.nodes._fields import Name, setting
from wiregrad.nodes._gradient_settings import GradientSettings
from wiregrad.nodes._hyperparameters import Hyperparameters
from wiregrad.nodes._loss_settings import LossName, LossSettings
from wiregrad.nodes._losses import LossFormula
from wiregrad.nodes._node import Build, Category, Example, Node, OptimizerNode, Port, wired
from wiregrad.nodes._schedules import Schedules
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._updating import Progress

NodeId = Annotated[str, Field(min_length=1, max_length=128)]
NodeList = Annotated[tuple[NodeId, ...], Field(max_length=5_000)]


class _LossChoice(Node):
    loss_function: LossName = setting(
        "mse", "Loss function", "Which formula compares prediction and target, if a target is connected."
    )


class _Place(Node):
    """Among the other nodes, and among the other Optimizers."""

    optimize: Literal["all"] | NodeList = setting(
        "all",
        "Optimizes",
        "The nodes whose parameters it may change: all that reach its input, or a list.",
        control="node-list",
    )
    order: int = setting(0, "Order", "Optimizers step in ascending order on each batch.", ge=0, le=10_000)
    name: Name = setting("", "Name", "Under which its loss is recorded; empty: the node's label or id.")


# Bases in the order in which their settings stand in the form.
class Optimizer(
    Hyperparameters, Schedules, GradientSettings, _LossChoice, LossSettings, _Place, OptimizerNode
):
    """Changes parameters, step by step, so that its input becomes smaller.

    With `loss` alone it minimizes that value, averaged over its elements and the batch. With a `target` as
    well, `loss` is the prediction, and the two go through the loss function that is chosen here. Algorithms,
    schedules and their defaults are those of `torch.optim`; Lion is that of its paper. Several Optimizers
    take their steps in order on the same batch. It does nothing when evaluating.
    """

    title: ClassVar[str] = "Optimizer"
    category: ClassVar[Category] = "Ends"
    choice: ClassVar[str] = "loss_function"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", ()), None)),
        Example((ValueType("float32", (3,), True), None), {"algorithm": "adam", "learning_rate": 0.01}),
        Example(
            (ValueType("float32", (3,), True), ValueType("int64", (), True)),
            {"loss_function": "cross_entropy", "label_smoothing": 0.1},
        ),
        Example(
            (ValueType("float32", (2,), True), ValueType("float32", (2,), True)),
            {"momentum": 0.9, "nesterov": True, "schedule": "time_based", "decay": 0.01, "weight_decay": 0.1},
        ),
        Example(
            (ValueType("float32", ()), None), {"optimize": ["generator"], "order": 1, "name": "generator"}
        ),
        Example(
            (ValueType("float32", (3,), True), None),
            {"algorithm": "adamw", "schedule": "step", "warm_up": 5, "clip": "norm", "accumulate": 2},
        ),
        Example(
            (ValueType("float32", ()), None),
            {"algorithm": "lion", "schedule": "cosine", "length": 100, "clip": "value", "clip_limit": 0.5},
        ),
        Example(
            (ValueType("float32", (3,), True), None),
            {"algorithm": "adam", "schedule": "one_cycle", "length": 20, "cycle_momentum": True},
        ),
    )

    @property
    def optimizer_name(self) -> str | None:
        return self.name or None

    @property
    def base_learning_rate(self) -> float:
        return self.learning_rate

    @property
    def step_order(self) -> int:
        return self.order

    @property
    def optimized_nodes(self) -> tuple[str, ...] | None:
        return None if self.optimize == "all" else self.optimize

    @property
    def chosen_loss(self) -> LossName:
        return self.loss_function

    @property
    def formula(self) -> LossFormula:
        return LossFormula(self)

    def rule(self) -> UpdateRule:
        return self.rule_with(self.highest_momentum if self.cycles_momentum else None)

    def rule_of_step(self, learning_rate: Value, progress: Progress) -> UpdateRule:
        if not self.cycles_momentum:
            return self.rule()
        return self.rule_with(self.scheduled_momentum(learning_rate, progress))

    @property
    def unscheduled(self) -> Mapping[str, JsonValue]:
        momentum = self.momentum_settings(self.highest_momentum) if self.cycles_momentum else {}
        return {"schedule": "constant", "warm_up": 0, **momentum}

    def inputs(self) -> tuple[Port, ...]:
        loss = Port("loss", "What is made small; with a target, the prediction.")
        return loss, Port("target", "What the prediction should be.", optional=True)

    def outputs(self) -> tuple[Port, ...]:
        return ()

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        self.check_hyperparameters(cycles_momentum=self.cycles_momentum)
        loss, target = inputs
        if target is None:
            wired([loss])
            return ()
        try:
            self.formula.result(wired([loss])[0], target)
        except NodeProblem as problem:
            if problem.port == "prediction":
                problem.port = "loss"
            raise
        return ()

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return ()

    def objective(self, build: Build, *inputs: Value | None) -> Value:
        loss, target = inputs
        (value,) = wired([loss])
        first, second = build.inputs
        if target is None or second is None:
            return ops.mean(convert(build, value, "float32"))
        return self.formula.reduced("mean", build, value, target, (wired([first])[0], second))

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return self.optimizer_spelling()
