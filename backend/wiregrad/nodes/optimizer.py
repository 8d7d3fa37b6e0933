from dataclasses import fields
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.engine.optimizers import get_rule
from wiregrad.engine.optimizers.rule import UpdateRule
from wiregrad.nodes._broadcast import convert
from wiregrad.nodes._fields import Name, setting
from wiregrad.nodes._loss_settings import LossName, LossSettings
from wiregrad.nodes._losses import LossFormula
from wiregrad.nodes._node import Build, Category, Example, OptimizerNode, Port, wired
from wiregrad.nodes._types import Fix, NodeProblem, ValueType

Algorithm = Literal["sgd", "adam"]
Schedule = Literal["constant", "time_based"]
NodeId = Annotated[str, Field(min_length=1, max_length=128)]
NodeList = Annotated[tuple[NodeId, ...], Field(max_length=5_000)]


class Optimizer(LossSettings, OptimizerNode):
    """Changes parameters, step by step, so that its input becomes smaller.

    With `loss` alone it minimizes that value, averaged over its elements and the batch. With a `target` as
    well, `loss` is the prediction, and the two go through the loss function that is chosen here. Algorithms
    and defaults are those of `torch.optim`. Several Optimizers take their steps in order on the same batch.
    It does nothing when evaluating.
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
    )

    algorithm: Algorithm = setting("sgd", "Algorithm", "How a gradient becomes a change.")
    learning_rate: float = setting(1e-3, "Learning rate", "How large the changes are.", ge=0, le=1e6)
    momentum: float = setting(
        0.0,
        "Momentum",
        "How much of the last change is made again.",
        ge=0,
        le=1,
        show_when={"algorithm": ["sgd"]},
    )
    nesterov: bool = setting(
        False, "Nesterov", "Look ahead along the momentum first.", show_when={"algorithm": ["sgd"]}
    )
    beta1: float = setting(
        0.9,
        "Beta 1",
        "How slowly the average of the gradients follows them.",
        ge=0,
        lt=1,
        show_when={"algorithm": ["adam"]},
    )
    beta2: float = setting(
        0.999,
        "Beta 2",
        "How slowly the average of their squares follows them.",
        ge=0,
        lt=1,
        show_when={"algorithm": ["adam"]},
    )
    epsilon: float = setting(
        1e-8,
        "Epsilon",
        "A small number that keeps the division by that average safe.",
        ge=0,
        le=1,
        show_when={"algorithm": ["adam"]},
    )
    weight_decay: float = setting(
        0.0,
        "Weight decay",
        "How strongly parameters are pulled to zero (added to the gradient).",
        ge=0,
        le=1e6,
    )
    schedule: Schedule = setting("constant", "Schedule", "How the learning rate changes while training.")
    decay: float = setting(
        0.0,
        "Decay",
        "The learning rate of step i is divided by 1 + decay * i; steps count from 1.",
        unit="per step",
        ge=0,
        le=1e6,
        show_when={"schedule": ["time_based"]},
    )
    loss_function: LossName = setting(
        "mse", "Loss function", "Which formula compares prediction and target, if a target is connected."
    )
    optimize: Literal["all"] | NodeList = setting(
        "all",
        "Optimizes",
        "The nodes whose parameters it may change: all that reach its input, or a list.",
        control="node-list",
    )
    order: int = setting(0, "Order", "Optimizers step in ascending order on each batch.", ge=0, le=10_000)
    name: Name = setting("", "Name", "Under which its loss is recorded; empty: the node's label or id.")

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

    def inputs(self) -> tuple[Port, ...]:
        loss = Port("loss", "What is made small; with a target, the prediction.")
        return loss, Port("target", "What the prediction should be.", optional=True)

    def outputs(self) -> tuple[Port, ...]:
        return ()

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        self._check_settings()
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

    def _check_settings(self) -> None:
        if self.algorithm == "sgd" and self.nesterov and not self.momentum:
            raise NodeProblem(
                "Nesterov looks ahead along the momentum, and there is none.",
                code="setting",
                expected="a momentum above 0",
                got="momentum 0",
                remedy="Set the momentum, for instance to 0.9, or switch Nesterov off.",
                fix=Fix("set", "Set the momentum to 0.9", settings={"momentum": 0.9}),
            )

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return ()

    def objective(self, build: Build, *inputs: Value | None) -> Value:
        loss, target = inputs
        (value,) = wired([loss])
        first, second = build.inputs
        if target is None or second is None:
            return ops.mean(convert(build, value, "float32"))
        return self.formula.reduced("mean", build, value, target, (wired([first])[0], second))

    def rule(self) -> UpdateRule:
        """The engine's rule of this name; the settings that it has bear the same names here."""
        rule: Any = get_rule(self.algorithm)
        found: UpdateRule = rule(**{field.name: getattr(self, field.name) for field in fields(rule)})
        return found

    def scheduled(self, learning_rate: Value, step: Value) -> Value:
        if self.schedule == "constant" or not self.decay:
            return learning_rate
        steps = ops.cast(step, learning_rate.dtype)
        one, decay = ops.full_like(1, steps), ops.full_like(self.decay, steps)
        return ops.div(learning_rate, ops.add(one, ops.mul(decay, steps)))

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        shared = f"lr={self.learning_rate}, weight_decay={self.weight_decay}"
        if self.algorithm == "sgd":
            own = f"momentum={self.momentum}, nesterov={self.nesterov}"
            return f"torch.optim.SGD(parameters, {own}, {shared})"
        own = f"betas=({self.beta1}, {self.beta2}), eps={self.epsilon}"
        return f"torch.optim.Adam(parameters, {own}, {shared})"
