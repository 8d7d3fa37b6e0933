"""The algorithms of an Optimizer and their settings, which the engine's update rules name."""

from dataclasses import MISSING, fields
from typing import Any, Literal

from pydantic import JsonValue

from wiregrad.engine.optimizers import get_rule, rules
from wiregrad.engine.optimizers.rule import Momentum, UpdateRule
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node
from wiregrad.nodes._types import Fix, NodeProblem

Algorithm = Literal["sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamw", "nadam", "lion", "muon"]


def _defaults(name: str) -> dict[str, JsonValue]:
    """By algorithm, the default of the setting of this name, for the rules that have it."""
    return {
        algorithm: field.default
        for algorithm, rule in rules().items()
        for field in fields(rule)  # type: ignore[arg-type]
        if field.name == name and field.default is not MISSING
    }


def hyperparameter(name: str, title: str, description: str, **bounds: Any) -> Any:  # noqa: ANN401 - as `setting`
    """A setting of the rules that have one of this name, shown for them alone.

    Its default is theirs; where they differ it is None, which stands for that of the chosen algorithm.
    """
    defaults = _defaults(name)
    shown = {"algorithm": list[JsonValue](defaults)}
    values = set(defaults.values())
    if len(values) == 1:
        return setting(values.pop(), title, description, show_when=shown, **bounds)
    default_by = {"algorithm": defaults}
    return setting(None, title, description, show_when=shown, default_by=default_by, **bounds)


class Hyperparameters(Node):
    """Each is handed to the rule of the chosen algorithm under its own name."""

    algorithm: Algorithm = setting("sgd", "Algorithm", "How a gradient becomes a change.")
    learning_rate: float = setting(
        1e-3, "Learning rate", "How large the changes are; for Adadelta, usually 1.", ge=0, le=1e6
    )
    momentum: float | None = hyperparameter(
        "momentum", "Momentum", "How much of the last change is made again.", ge=0, le=1
    )
    dampening: float = hyperparameter(
        "dampening", "Dampening", "The part of each gradient that does not enter the momentum.", ge=0, le=1
    )
    nesterov: bool = hyperparameter("nesterov", "Nesterov", "Look ahead along the momentum first.")
    nesterov_momentum: bool = hyperparameter(
        "nesterov_momentum", "Nesterov", "Look ahead along the momentum first."
    )
    alpha: float = hyperparameter(
        "alpha", "Alpha", "How slowly the average of the squared gradients follows them.", ge=0, lt=1
    )
    rho: float = hyperparameter(
        "rho", "Rho", "How slowly the averages of squared gradients and changes follow them.", ge=0, lt=1
    )
    beta1: float = hyperparameter(
        "beta1", "Beta 1", "How slowly the average of the gradients follows them.", ge=0, lt=1
    )
    beta2: float | None = hyperparameter(
        "beta2",
        "Beta 2",
        "How slowly the average of their squares follows them; for Lion, that of the gradients it remembers.",
        ge=0,
        lt=1,
    )
    epsilon: float | None = hyperparameter(
        "epsilon", "Epsilon", "A small number that keeps the division by an average safe.", ge=0, le=1
    )
    centered: bool = hyperparameter(
        "centered", "Centered", "Divide by the deviation from the average gradient, not by its size."
    )
    amsgrad: bool = hyperparameter(
        "amsgrad", "AMSGrad", "Divide by the largest average of squares so far, not by the present one."
    )
    momentum_decay: float = hyperparameter(
        "momentum_decay", "Momentum decay", "How fast the momentum grows to beta 1.", ge=0, le=1e3
    )
    initial_sum: float = hyperparameter(
        "initial_sum", "Initial sum", "Where the sum of the squared gradients starts.", ge=0, le=1e6
    )
    rate_decay: float = hyperparameter(
        "rate_decay",
        "Rate decay",
        "The learning rate of step i is divided by 1 + this * (i - 1); steps count from 1.",
        ge=0,
        le=1e6,
    )
    match_adamw: bool = hyperparameter(
        "match_adamw",
        "Match AdamW",
        "Make changes as large as AdamW's, so that its learning rates are right.",
    )
    vector_rate: float = hyperparameter(
        "vector_rate",
        "Rate of vectors",
        "The learning rate of tensors that are no matrices, which AdamW changes, as a part of the whole.",
        ge=0,
        le=1e6,
    )
    weight_decay: float | None = hyperparameter(
        "weight_decay",
        "Weight decay",
        "How strongly parameters are pulled to zero: as part of the gradient, or apart (AdamW, Lion, Muon).",
        ge=0,
        le=1e6,
    )

    def rule(self) -> UpdateRule:
        return self.rule_with(None)

    def rule_with(self, momentum: Momentum | None) -> UpdateRule:
        """The engine's rule of this name; its settings bear the same names here.

        A `momentum` takes the place of the setting, or of beta 1 where there is none.
        """
        rule: Any = get_rule(self.algorithm)
        given = {field.name: getattr(self, field.name) for field in fields(rule)}
        if momentum is not None and self._momentum_name is not None:
            given[self._momentum_name] = momentum
        found: UpdateRule = rule(**{name: value for name, value in given.items() if value is not None})
        return found

    def momentum_settings(self, momentum: float) -> dict[str, JsonValue]:
        """The setting that stands for a constant momentum of the chosen algorithm; none if it has none."""
        return {} if self._momentum_name is None else {self._momentum_name: momentum}

    @property
    def _momentum_name(self) -> str | None:
        rule: Any = get_rule(self.algorithm)
        names = {field.name for field in fields(rule)}
        return next((name for name in ("momentum", "beta1") if name in names), None)

    def check_hyperparameters(self, *, cycles_momentum: bool) -> None:
        if cycles_momentum and self._momentum_name is None:
            raise NodeProblem(
                f"{self.algorithm.capitalize()} has no momentum to cycle.",
                code="setting",
                expected="an algorithm with a momentum or beta 1, such as SGD or Adam",
                got=self.algorithm,
                remedy="Choose another algorithm, or switch “Cycle momentum” off.",
                fix=Fix("set", "Do not cycle the momentum", settings={"cycle_momentum": False}),
            )
        if self.algorithm != "sgd" or not self.nesterov:
            return
        if not self.momentum and not cycles_momentum:
            raise NodeProblem(
                "Nesterov looks ahead along the momentum, and there is none.",
                code="setting",
                expected="a momentum above 0",
                got="momentum 0",
                remedy="Set the momentum, for instance to 0.9, or switch Nesterov off.",
                fix=Fix("set", "Set the momentum to 0.9", settings={"momentum": 0.9}),
            )
        if self.dampening:
            raise NodeProblem(
                "Nesterov's momentum cannot be dampened.",
                code="setting",
                expected="dampening 0",
                got=f"dampening {self.dampening}",
                remedy="Set the dampening to 0, or switch Nesterov off.",
                fix=Fix("set", "Set the dampening to 0", settings={"dampening": 0.0}),
            )

    def optimizer_spelling(self) -> str:
        """The same in PyTorch; Lion, which it has not, as the package lion-pytorch has it."""
        rule: Any = self.rule()
        values = {"lr": self.learning_rate} | {
            field.name: getattr(rule, field.name) for field in fields(rule)
        }
        if self.algorithm == "muon":
            adjusted = "match_rms_adamw" if values["match_adamw"] else "original"
            names = {"lr": "lr", "momentum": "momentum", "nesterov_momentum": "nesterov"}
            kept = {new: values[old] for old, new in names.items()}
            values = {**kept, "weight_decay": values["weight_decay"], "adjust_lr_fn": adjusted}
        elif "beta1" in values:
            values["betas"] = (values.pop("beta1"), values.pop("beta2"))
        arguments = ", ".join(
            f"{_TORCH_ARGUMENTS.get(name, name)}={value!r}" for name, value in values.items()
        )
        return f"{_TORCH_CLASSES[self.algorithm]}(parameters, {arguments})"


_TORCH_CLASSES: dict[Algorithm, str] = {
    "sgd": "torch.optim.SGD",
    "rmsprop": "torch.optim.RMSprop",
    "adagrad": "torch.optim.Adagrad",
    "adadelta": "torch.optim.Adadelta",
    "adam": "torch.optim.Adam",
    "adamw": "torch.optim.AdamW",
    "nadam": "torch.optim.NAdam",
    "lion": "lion_pytorch.Lion",
    "muon": "torch.optim.Muon",
}
_TORCH_ARGUMENTS = {
    "epsilon": "eps",
    "initial_sum": "initial_accumulator_value",
    "rate_decay": "lr_decay",
}
