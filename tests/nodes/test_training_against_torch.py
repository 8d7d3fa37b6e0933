"""Three steps of small networks, and what they then say when evaluated, against the same in PyTorch."""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.drawing import draw
from tests.nodes.comparison import assert_close, node_of
from tests.nodes.running import Array, Case
from tests.nodes.spelling import Spelling
from tests.requirements import require_torch
from wiregrad.graph import compile_graph
from wiregrad.nodes import Node, NodeProblem, ValueType

STEPS, BATCH, CLASSES = 3, 4, 3
CLOSE = 1e-9
Layer = tuple[str, dict[str, Any]]


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:
    return require_torch()


@dataclass(frozen=True)
class Network:
    """Layers one behind the other, the last of which gives a score for each class."""

    layers: Sequence[Layer]
    optimizer: dict[str, Any]
    shape: tuple[int, ...]

    def cases(self) -> Iterator[Case]:
        value = ValueType("float32", self.shape, batched=True)
        for kind, chosen in self.layers:
            case = Case(node_of(kind, chosen), (value,))
            (value,) = case.node.infer(value)
            yield case

    @property
    def ids(self) -> list[str]:
        return [f"layer{number}" for number in range(len(self.layers))]

    def drawn(self) -> Any:
        chain = ["x", *self.ids]
        nodes: dict[str, str | tuple[str, Mapping[str, Any]]] = {
            "x": ("Input", {"name": "x", "shape": [*self.shape]}),
            "y": ("Input", {"name": "y", "shape": [], "dtype": "int64"}),
            **dict(zip(self.ids, self.layers, strict=True)),
            "loss": ("Loss", {"loss": "cross_entropy"}),
            "optimizer": ("Optimizer", {"name": "descent", **self.optimizer}),
            "out": ("Output", {"name": "scores"}),
        }
        wires = [f"{source} -> {target}" for source, target in pairwise(chain)]
        ends = ["loss.prediction", "out"]
        wires += [f"{chain[-1]} -> {end}" for end in ends]
        return draw(nodes, [*wires, "y -> loss.target", "loss -> optimizer.loss"])


class Twin:
    """The modules that the layers' own spellings make, with the weights of a state."""

    def __init__(self, network: Network, parameters: Mapping[str, Array]) -> None:
        torch = require_torch()
        self.network, self.torch = network, torch
        made = [Spelling.read(case.node.torch(*case.types), {"nn": torch.nn}) for case in network.cases()]
        self.always_evaluating = [module for module in made if not module.training]
        self.model = torch.nn.Sequential(*made).double()
        self.tensors = {
            f"{node_id}.{name}": tensor
            for node_id, module in zip(network.ids, made, strict=True)
            for name, tensor in [*module.named_parameters(), *module.named_buffers()]
        }
        with torch.no_grad():
            for name, array in parameters.items():
                self.tensors[name].copy_(torch.from_numpy(np.asarray(array)))
        node: Node = node_of("Optimizer", network.optimizer)
        names = {"torch": torch, "parameters": list(self.model.parameters())}
        self.optimizer = Spelling.read(node.torch(None, None), names)

    def step(self, batch: Mapping[str, Array]) -> float:
        self.model.train()
        for module in self.always_evaluating:
            module.eval()
        self.optimizer.zero_grad()
        scores, target = self.model(self.torch.from_numpy(batch["x"])), self.torch.from_numpy(batch["y"])
        loss = self.torch.nn.functional.cross_entropy(scores, target)
        loss.backward()
        self.optimizer.step()
        return float(loss.item())

    def evaluate(self, x: Array) -> Any:
        return self.model.eval()(self.torch.from_numpy(x))


kernels, paddings = st.integers(1, 3), st.integers(0, 1)
norms: st.SearchStrategy[Layer] = st.one_of(
    st.tuples(
        st.just("BatchNorm"),
        st.fixed_dictionaries(
            {
                "momentum": st.sampled_from([0.0, 0.1, 0.5, 1.0]),
                "epsilon": st.sampled_from([1e-5, 1e-2]),
                "affine": st.booleans(),
                "use_running_statistics": st.sampled_from(["evaluating", "evaluating", "always", "never"]),
            }
        ),
    ),
    st.tuples(st.sampled_from(["LayerNorm", "RMSNorm"]), st.just({})),
    st.tuples(st.just("GroupNorm"), st.fixed_dictionaries({"groups": st.integers(1, 2)})),
)
bends = st.tuples(
    st.just("Activation"),
    st.fixed_dictionaries({"function": st.sampled_from(["relu", "tanh", "gelu", "silu"])}),
)
IDLE: Layer = ("Dropout", {"probability": 0.0})
optimizers = st.one_of(
    st.fixed_dictionaries(
        {
            "algorithm": st.just("sgd"),
            "momentum": st.sampled_from([0.0, 0.9]),
            "weight_decay": st.sampled_from([0.0, 0.1]),
        }
    ),
    # A gradient that is zero but for rounding, as that of a bias before a norm, must not be blown up.
    st.fixed_dictionaries(
        {"algorithm": st.sampled_from(["adam", "adamw", "rmsprop"]), "epsilon": st.just(1e-3)}
    ),
).map(lambda chosen: {"learning_rate": 0.05, **chosen})


def stages(draw: st.DrawFn, moving: st.SearchStrategy[Layer]) -> list[Layer]:
    """Once or twice: weights, a norm, a bend, and a dropout that drops nothing."""
    layers: list[Layer] = []
    for _ in range(draw(st.integers(1, 2))):
        layers += [draw(moving), draw(norms), draw(bends), IDLE]
    return layers


@st.composite
def networks(draw: st.DrawFn) -> Network:
    width = st.sampled_from([2, 4])
    linear = st.tuples(st.just("Linear"), st.fixed_dictionaries({"units": width}))
    sizes = {"filters": width, "kernel": kernels, "padding": paddings, "stride": st.integers(1, 2)}
    filtered = {"groups": st.integers(1, 2), **sizes}
    last: list[Layer] = [("Flatten", {}), ("Linear", {"units": CLASSES})]
    shape = draw(st.sampled_from([(5,), (2, 7), (2, 5, 6)]))
    if len(shape) == 1:
        return Network([*stages(draw, linear), *last], draw(optimizers), shape)
    axes = len(shape) - 1
    kinds = st.sampled_from([f"Conv{axes}D", f"ConvTranspose{axes}D"])
    moving = st.tuples(kinds, st.fixed_dictionaries(filtered))
    pools = st.sampled_from([f"MaxPool{axes}D", f"AvgPool{axes}D"])
    pool: Layer = draw(st.tuples(pools, st.fixed_dictionaries({"kernel": st.integers(1, 2)})))
    return Network([*stages(draw, moving), pool, *last], draw(optimizers), shape)


def is_legal(network: Network) -> bool:
    try:
        return bool(list(network.cases()))
    except NodeProblem:
        return False


@settings(max_examples=50, deadline=None)
@given(network=networks().filter(is_legal), seed=st.integers(0, 99))
def test_three_steps_and_what_is_evaluated_after_them(network: Network, seed: int) -> None:
    generator = np.random.default_rng(seed)
    program = compile_graph(network.drawn(), BATCH, dtype="float64")
    session = program.session(program.init(seed=seed))
    other = Twin(network, session.state().parameters)
    for _ in range(STEPS):
        batch = {
            "x": generator.standard_normal((BATCH, *network.shape)),
            "y": generator.integers(0, CLASSES, BATCH),
        }
        assert session.step(batch).losses["descent"] == pytest.approx(other.step(batch), rel=CLOSE)
    state = session.state()
    for name, array in state.parameters.items():
        case = dict(zip(network.ids, network.cases(), strict=True))[name.partition(".")[0]]
        assert_close(np.asarray(array), other.tensors[name], case, name, CLOSE)
    x = generator.standard_normal((BATCH - 1, *network.shape))
    scores = program.evaluate(state, {"x": x})["scores"]
    *_, last = network.cases()
    assert_close(np.asarray(scores), other.evaluate(x), last, "scores when evaluating", CLOSE)
