"""A whole graph in PyTorch: every node by its own spelling, with a state's weights, trained as it says."""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from tests.graph.deciding import Nudging
from tests.nodes.calling import called
from tests.nodes.running import Array, Case
from tests.nodes.spelling import Spelling
from tests.requirements import require_torch
from wiregrad.graph import GraphDocument, Program, State
from wiregrad.graph.check import analyze
from wiregrad.graph.ends import End
from wiregrad.graph.lowering import tensor_name
from wiregrad.graph.resolution import ResolvedNode
from wiregrad.nodes import InputNode, Node, OptimizerNode, catalogue
from wiregrad.nodes.optimizer import Optimizer


class InDoubles:
    """PyTorch, in which float32 means float64, as it does in a program compiled for float64."""

    def __init__(self, torch: Any) -> None:
        self._torch = torch
        self.float32 = torch.float64

    def __getattr__(self, name: str) -> Any:
        return getattr(self._torch, name)


@contextmanager
def doubles() -> Iterator[Any]:
    torch = require_torch()
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield torch
    finally:
        torch.set_default_dtype(before)


class TorchTwin:
    """`tensors` are leaves by the names that the state has for them; modules by node."""

    def __init__(
        self,
        program: Program,
        document: GraphDocument,
        state: State,
        *,
        training: bool = True,
        nudged_by: int | None = None,
    ) -> None:
        self.torch = require_torch()
        self.training = training
        self._nudging = None if nudged_by is None else Nudging(nudged_by)
        checked = analyze(document)
        self.nodes, self.ends = checked.resolution.nodes, checked.ends
        self.tensors: dict[str, Any] = {}
        self.modules: dict[str, Any] = {}
        self.optimizers: dict[str, Any] = {}
        self.moved: set[str] = set()
        self.trained = {
            end.name: [name for segment in program.layout.segments_of(end.name) for name in segment.tensors]
            for end in self.ends.optimizers
        }
        for node in self.nodes.values():
            for name, spec in node.parameters.items():
                full_name = tensor_name(node, name)
                value = self._told(state.parameters[full_name])
                leaf = value if spec.statistic else self.torch.nn.Parameter(value, spec.trainable)
                self.tensors.setdefault(full_name, leaf)

    def _told(self, array: Array) -> Any:
        """A tensor of PyTorch's own; with `nudged_by`, one that differs in its last digits."""
        return self.torch.from_numpy(np.array(array if self._nudging is None else self._nudging(array)))

    def draws_for(self, end: End[Any]) -> bool:
        """Whether random numbers go into what evaluation gives there."""
        return any(self.nodes[node].node.kind() == "Random" for node in self.upstream([end.resolved]))

    def output(self, end: End[Any], batch: Mapping[str, Array]) -> Array:
        (source,) = end.resolved.sources
        assert source is not None
        values = self.forward([end.resolved], batch, {})
        found: Array = values[source.node][self.nodes[source.node].output_index(source.port)].detach().numpy()
        return found

    def forward(
        self, wanted: Iterable[ResolvedNode], batch: Mapping[str, Array], ours: Mapping[str, Array]
    ) -> dict[str, list[Any]]:
        """Every output that the wanted nodes need; random numbers are `ours`, by node."""
        needed = self.upstream(wanted)
        values: dict[str, list[Any]] = {}
        for node in self.nodes.values():
            if node.id not in needed or not node.output_ports:
                continue
            if isinstance(node.node, InputNode):
                values[node.id] = [self._told(batch[node.node.input_name])]
            else:
                values[node.id] = self._outputs(node, self._given(node, values), ours)
        return values

    def upstream(self, wanted: Iterable[ResolvedNode]) -> set[str]:
        pending = [node.id for node in wanted]
        needed = set(pending)
        while pending:
            for source in self.nodes[pending.pop()].sources:
                if source is not None and source.node not in needed:
                    needed.add(source.node)
                    pending.append(source.node)
        return needed

    def _given(self, node: ResolvedNode, values: Mapping[str, list[Any]]) -> list[Any]:
        return [
            None if source is None else values[source.node][self.nodes[source.node].output_index(source.port)]
            for source in node.sources
        ]

    def _names(self, node: ResolvedNode, given: list[Any]) -> dict[str, Any]:
        ports = {port.name: value for port, value in zip(node.input_ports, given, strict=True)}
        own = {name: self.tensors[tensor_name(node, name)] for name in node.parameters}
        return {**self._known, **own, "input": next(iter(given), None), **ports}

    @property
    def _known(self) -> dict[str, Any]:
        return {"torch": InDoubles(self.torch), "nn": self.torch.nn, "F": self.torch.nn.functional}

    def _outputs(self, node: ResolvedNode, given: list[Any], ours: Mapping[str, Array]) -> list[Any]:
        kind = node.node.kind()
        if kind == "Random" or (kind == "Dropout" and self.training):
            numbers = self.torch.from_numpy(np.array(ours[node.id]))
            return [numbers if kind == "Random" else _masked(node, given[0], numbers)]
        if kind == "Parameter":
            return [self.tensors[tensor_name(node, "value")]]
        case = Case(node.node, node.input_types)
        text = node.node.torch(*node.input_types)
        if not text.startswith("nn."):
            made = Spelling.read(text, self._names(node, given))
            if isinstance(made, self.torch.nn.Module):
                return called(made, case, given)
            return list(made) if isinstance(made, tuple) else [made]
        if not node.parameters and getattr(node.node, "connections", 1) > 1:
            return self._without_weights(node, given)
        return called(self._module(node, text), case, given)

    def _without_weights(self, node: ResolvedNode, given: list[Any]) -> list[Any]:
        """Connections that have no weights to share may differ in shape; a module is for one shape."""
        single = node.node.model_copy(update={"connections": 1})
        size = len(single.inputs())
        outputs = []
        for start in range(0, len(given), size):
            types = node.input_types[start : start + size]
            module = Spelling.read(single.torch(*types), self._known)
            outputs += called(module, Case(single, types), given[start : start + size])
        return outputs

    def _module(self, node: ResolvedNode, text: str) -> Any:
        """With the leaves for tensors, which nodes that share weights have in common."""
        if node.id in self.modules:
            return self.modules[node.id]
        module = Spelling.read(text, self._known)
        module.to(self.torch.float64)
        for name in node.parameters:
            prefix, _, last = name.rpartition(".")
            setattr(module.get_submodule(prefix), last, self.tensors[tensor_name(node, name)])
        owned = {name for name, _ in module.named_parameters()}
        assert owned <= node.parameters.keys(), f"{node.id}: PyTorch has {owned - node.parameters.keys()}"
        module.train(module.training and self.training)  # unless spelled with `.eval()`
        self.modules[node.id] = module
        return module

    # A step

    def step(
        self,
        batch: Mapping[str, Array],
        ours: Mapping[str, Array],
        rates: Mapping[str, float],
        momenta: Mapping[str, float],
    ) -> dict[str, float]:
        """Every Optimizer in turn, each with its own forward pass; the losses by name.

        `momenta` are those of the Optimizers that cycle it.
        """
        self.moved = set()
        return {
            end.name: self._optimize(end, batch, ours, rates[end.name], momenta.get(end.name))
            for end in self.ends.optimizers
        }

    def _optimize(
        self,
        end: End[OptimizerNode],
        batch: Mapping[str, Array],
        ours: Mapping[str, Array],
        rate: float,
        momentum: float | None,
    ) -> float:
        before = {name: leaf.clone() for name, leaf in self.tensors.items() if not leaf.requires_grad}
        loss = self.objective(end, batch, ours)
        changed = self.trained[end.name]
        for leaf in self.tensors.values():
            leaf.grad = None
        loss.backward()
        self._move_statistics_once(before)
        for name, leaf in self.tensors.items():
            if name in changed:
                leaf.grad = self.torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
            elif leaf.grad is not None and self._may_change(end, name):
                assert not leaf.grad.any(), f"{end.name} leaves {name} as it is, but PyTorch would move it"
        self._clip(end, [self.tensors[name] for name in changed])
        optimizer = self._optimizer(end, changed)
        for group in optimizer.param_groups:
            group["lr"] = rate
            if momentum is not None and "betas" in group:
                group["betas"] = (momentum, group["betas"][1])
            elif momentum is not None:
                group["momentum"] = momentum
        optimizer.step()
        return float(loss.item())

    def objective(
        self, end: End[OptimizerNode], batch: Mapping[str, Array], ours: Mapping[str, Array]
    ) -> Any:
        values = self.forward([end.resolved], batch, ours)
        prediction, target = self._given(end.resolved, values)
        if target is None:
            return prediction.to(self.torch.float64).mean()
        assert isinstance(end.role, Optimizer)
        names = {**self._known, "prediction": prediction, "target": target}
        made = Spelling.read(_loss_of(end.role).torch(*end.resolved.input_types), names)
        return (made(prediction, target) if isinstance(made, self.torch.nn.Module) else made).mean()

    def _may_change(self, end: End[OptimizerNode], tensor: str) -> bool:
        """As the Optimizer's list says, in which a node stands for all that is inside of it."""
        allowed = end.role.optimized_nodes
        owners = [node.id for node in self.nodes.values() if tensor.startswith(f"{node.weights}.")]
        return allowed is None or any(
            owner == target or owner.startswith((f"{target}/", f"{target}#"))
            for owner in owners
            for target in allowed
        )

    def _move_statistics_once(self, before: Mapping[str, Any]) -> None:
        """A statistic follows the first Optimizer's pass only."""
        with self.torch.no_grad():
            for name, old in before.items():
                if name in self.moved:
                    self.tensors[name].copy_(old)
                elif not self.torch.equal(self.tensors[name], old):
                    self.moved.add(name)

    def _clip(self, end: End[OptimizerNode], leaves: list[Any]) -> None:
        settings = end.role.model_dump()
        if settings["clip"] == "norm":
            self.torch.nn.utils.clip_grad_norm_(leaves, settings["clip_limit"])
        elif settings["clip"] == "value":
            self.torch.nn.utils.clip_grad_value_(leaves, settings["clip_limit"])

    def _optimizer(self, end: End[OptimizerNode], changed: list[str]) -> Any:
        if end.name not in self.optimizers:
            names = {"torch": self.torch, "parameters": [self.tensors[name] for name in changed]}
            self.optimizers[end.name] = Spelling.read(end.role.torch(*end.resolved.input_types), names)
        return self.optimizers[end.name]


def _masked(node: ResolvedNode, value: Any, factors: Any) -> Any:
    """With the zeros that our random numbers chose."""
    probability = node.node.model_dump()["probability"]
    return value * (factors != 0) * (0.0 if probability == 1 else 1 / (1 - probability))


def _loss_of(optimizer: Optimizer) -> Node:
    kind = catalogue()["Loss"]
    shared = {name: value for name, value in optimizer.model_dump().items() if name in kind.model_fields}
    own = {"loss": optimizer.loss_function, "reduction": "mean"}
    return kind.model_validate({**shared, **own})
