"""What Optimizers do with gradients, against the same loop in PyTorch: clipping, accumulation, order."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, get_args

import numpy as np
import pytest

from tests.graph.drawing import classifier, draw
from tests.nodes.spelling import Spelling
from tests.requirements import require_torch
from wiregrad.graph import Graph, Program, compile_graph
from wiregrad.graph.session import HorizonError, Session
from wiregrad.nodes._hyperparameters import Algorithm
from wiregrad.nodes.optimizer import Optimizer

BATCH, RATE = 8, 0.05


def batches(count: int) -> list[dict[str, np.ndarray]]:
    generator = np.random.default_rng(3)
    return [
        {"x": generator.standard_normal((BATCH, 6)) * 3, "y": generator.integers(0, 3, BATCH)}
        for _ in range(count)
    ]


def program_of(**optimizer: Any) -> tuple[Program, Session]:  # noqa: ANN401 - settings
    settings = {"algorithm": "sgd", "learning_rate": RATE, **optimizer}
    program = compile_graph(classifier(optimizer=settings), BATCH, dtype="float64")
    return program, program.session(program.init(seed=1))


def torch_classifier(parameters: Mapping[str, np.ndarray]) -> Any:  # noqa: ANN401 - PyTorch's
    torch = require_torch()
    nn = torch.nn
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3)).double()
    layers = {"hidden": model[0], "logits": model[2]}
    with torch.no_grad():
        for name, array in parameters.items():
            layer, tensor = name.split(".")
            getattr(layers[layer], tensor).copy_(torch.from_numpy(np.asarray(array)))
    return model


def loss_of(model: Any, batch: Mapping[str, np.ndarray]) -> Any:  # noqa: ANN401 - PyTorch's
    torch = require_torch()
    return torch.nn.functional.cross_entropy(
        model(torch.from_numpy(batch["x"])), torch.from_numpy(batch["y"])
    )


@contextmanager
def float64_in(torch: Any) -> Iterator[None]:  # noqa: ANN401 - PyTorch's
    """PyTorch keeps some numbers, such as NAdam's product of momenta, in its default dtype."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def check_weights(session: Session, model: Any) -> None:  # noqa: ANN401 - PyTorch's
    ours = session.state().parameters
    for layer, module in (("hidden", model[0]), ("logits", model[2])):
        for tensor in ("weight", "bias"):
            expected = getattr(module, tensor).detach().numpy()
            np.testing.assert_allclose(ours[f"{layer}.{tensor}"], expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("algorithm", sorted(set(get_args(Algorithm)) - {"lion", "muon"}))
def test_every_algorithm_trains_a_graph_as_in_pytorch(algorithm: str) -> None:
    """From the node's own spelling; Lion and Muon have comparisons of their own."""
    torch = require_torch()
    node = Optimizer.model_validate({"algorithm": algorithm, "learning_rate": RATE, "weight_decay": 0.1})
    _, session = program_of(**node.model_dump(include={"algorithm", "weight_decay"}))
    model = torch_classifier(session.state().parameters)
    names = {"torch": torch, "parameters": list(model.parameters())}
    with float64_in(torch):
        optimizer = Spelling.read(node.torch(None, None), names)
        for batch in batches(50):
            optimizer.zero_grad()
            loss = loss_of(model, batch)
            loss.backward()
            optimizer.step()
            assert session.step(batch).losses["Optimizer"] == pytest.approx(loss.item(), rel=1e-9)
    check_weights(session, model)


@pytest.mark.parametrize("algorithm", ["sgd", "rmsprop", "adam", "adamw", "nadam"])
def test_every_momentum_cycles_as_in_pytorch(algorithm: str) -> None:
    torch = require_torch()
    settings = {"algorithm": algorithm, "schedule": "one_cycle", "length": 40, "cycle_momentum": True}
    node = Optimizer.model_validate({"learning_rate": RATE, **settings})
    _, session = program_of(**settings)
    model = torch_classifier(session.state().parameters)
    names = {"torch": torch, "parameters": list(model.parameters())}
    with float64_in(torch):
        optimizer = Spelling.read(node.torch(None, None), names)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, 40)
        for batch in batches(39):
            optimizer.zero_grad()
            loss = loss_of(model, batch)
            loss.backward()
            optimizer.step()
            schedule.step()
            assert session.step(batch).losses["Optimizer"] == pytest.approx(loss.item(), rel=1e-9)
    check_weights(session, model)


CLIPPERS: Mapping[str, Callable[[Any, list[Any]], object]] = {
    "norm": lambda torch, parameters: torch.nn.utils.clip_grad_norm_(parameters, 0.3),
    "value": lambda torch, parameters: torch.nn.utils.clip_grad_value_(parameters, 0.3),
}


@pytest.mark.parametrize("clip", sorted(CLIPPERS))
@pytest.mark.parametrize("optimize", ["all", ["logits"]], ids=["all", "some"])
def test_gradients_are_clipped_as_in_pytorch(clip: str, optimize: str | list[str]) -> None:
    torch = require_torch()
    _, session = program_of(clip=clip, clip_limit=0.3, momentum=0.9, optimize=optimize)
    model = torch_classifier(session.state().parameters)
    own = list(model.parameters() if optimize == "all" else model[2].parameters())
    optimizer = torch.optim.SGD(own, lr=RATE, momentum=0.9)
    sizes = []
    for batch in batches(10):
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        sizes.append(max(float(parameter.grad.abs().max()) for parameter in own))
        CLIPPERS[clip](torch, own)
        optimizer.step()
        assert session.step(batch).losses["Optimizer"] == pytest.approx(loss.item(), rel=1e-10)
    assert max(sizes) > 0.3, "nothing was clipped"
    check_weights(session, model)


@pytest.mark.parametrize("algorithm", ["sgd", "adam", "nadam", "muon"])
def test_accumulated_batches_are_one_update(algorithm: str) -> None:
    """Eleven batches by threes: three updates, and two batches that are not enough for a fourth."""
    torch = require_torch()
    _, session = program_of(
        algorithm=algorithm, accumulate=3, clip="norm", weight_decay=0.0, match_adamw=True
    )
    model = torch_classifier(session.state().parameters)
    if algorithm == "muon":
        matrices = [p for p in model.parameters() if p.ndim == 2]
        vectors = [p for p in model.parameters() if p.ndim == 1]
        optimizers = [
            torch.optim.Muon(matrices, lr=RATE, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(vectors, lr=RATE, weight_decay=0.0),
        ]
    else:
        kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "nadam": torch.optim.NAdam}[algorithm]
        optimizers = [kind(model.parameters(), lr=RATE)]
    with pytest.MonkeyPatch.context() as patch, float64_in(torch):
        patch.setattr(torch.Tensor, "bfloat16", lambda tensor: tensor.clone())
        for number, batch in enumerate(batches(11), 1):
            loss = loss_of(model, batch)
            (loss / 3).backward()
            if number % 3 == 0:
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                for optimizer in optimizers:
                    optimizer.step()
                    optimizer.zero_grad()
            assert session.step(batch).losses["Optimizer"] == pytest.approx(loss.item(), rel=1e-9)
    check_weights(session, model)


def test_a_group_of_batches_may_be_interrupted() -> None:
    program, session = program_of(algorithm="adam", accumulate=4)
    given = batches(10)
    for batch in given[:6]:
        session.step(batch)
    again = program.session(program.restore(session.state().arrays()))
    for batch in given[6:]:
        assert session.step(batch).losses == again.step(batch).losses
    assert all(
        np.array_equal(session.state().arrays()[name], a) for name, a in again.state().arrays().items()
    )


def test_a_frozen_layer_stays_and_the_clipped_norm_is_that_of_the_others() -> None:
    document = classifier(optimizer={"learning_rate": RATE, "clip": "norm", "clip_limit": 0.1}).document
    nodes = tuple(
        node.model_copy(update={"settings": {**node.settings, "trainable": False}})
        if node.id == "hidden"
        else node
        for node in document.nodes
    )
    program = compile_graph(Graph(document.model_copy(update={"nodes": nodes})), BATCH, dtype="float64")
    session = program.session(program.init(seed=1))
    before = session.state().parameters
    session.step(batches(1)[0])
    after = session.state().parameters
    assert np.array_equal(before["hidden.weight"], after["hidden.weight"])
    moved = [after[f"logits.{name}"] - before[f"logits.{name}"] for name in ("weight", "bias")]
    assert np.sqrt(sum((change**2).sum() for change in moved)) == pytest.approx(RATE * 0.1, rel=1e-4)


# ---- Two networks against each other ----


def adversaries() -> Graph:
    """A generator and a discriminator, which sees real and generated numbers with the same weights."""
    return draw(
        {
            "z": ("Input", {"name": "z", "shape": [2]}),
            "x": ("Input", {"name": "x", "shape": [3]}),
            "generator": ("Linear", {"units": 3}),
            "made": ("Activation", {"function": "tanh"}),
            "discriminator": ("Linear", {"units": 1, "connections": 2}),
            "zero": ("Constant", {"values": [0.0]}),
            "one": ("Constant", {"values": [1.0]}),
            "real": ("Loss", {"loss": "binary_cross_entropy"}),
            "fake": ("Loss", {"loss": "binary_cross_entropy"}),
            "judged": "Add",
            "fooled": ("Loss", {"loss": "binary_cross_entropy"}),
            "d": (
                "Optimizer",
                {
                    "name": "d",
                    "algorithm": "adam",
                    "learning_rate": RATE,
                    "optimize": ["discriminator"],
                    "order": 1,
                },
            ),
            "g": (
                "Optimizer",
                {
                    "name": "g",
                    "algorithm": "rmsprop",
                    "learning_rate": RATE / 5,
                    "optimize": ["generator"],
                    "order": 2,
                    "clip": "norm",
                    "clip_limit": 0.1,
                },
            ),
        },
        [
            "z -> generator",
            "generator -> made",
            "x -> discriminator.input",
            "made -> discriminator.input_2",
            "discriminator.output -> real.prediction",
            "one -> real.target",
            "discriminator.output_2 -> fake.prediction",
            "zero -> fake.target",
            "real -> judged.a",
            "fake -> judged.b",
            "judged -> d.loss",
            "discriminator.output_2 -> fooled.prediction",
            "one -> fooled.target",
            "fooled -> g.loss",
        ],
    )


def test_two_networks_against_each_other_train_as_in_pytorch() -> None:
    """The generator's loss is that of the discriminator which has already taken its step on this batch."""
    torch = require_torch()
    program = compile_graph(adversaries(), BATCH, dtype="float64")
    session = program.session(program.init(seed=2))
    generator, discriminator = torch.nn.Linear(2, 3).double(), torch.nn.Linear(3, 1).double()
    networks = {"generator": generator, "discriminator": discriminator}
    with torch.no_grad():
        for name, array in session.state().parameters.items():
            network, tensor = name.split(".")
            getattr(networks[network], tensor).copy_(torch.from_numpy(np.asarray(array)))
    of_d = torch.optim.Adam(discriminator.parameters(), lr=RATE)
    of_g = torch.optim.RMSprop(generator.parameters(), lr=RATE / 5)
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    draws = np.random.default_rng(0)
    ones, zeros = torch.ones(BATCH, 1).double(), torch.zeros(BATCH, 1).double()
    for _ in range(30):
        batch = {"z": draws.standard_normal((BATCH, 2)), "x": draws.normal(1, 0.3, (BATCH, 3))}
        z, x = (torch.from_numpy(batch[name]) for name in ("z", "x"))
        fake = torch.tanh(generator(z))
        loss_d = cross_entropy(discriminator(x), ones) + cross_entropy(discriminator(fake.detach()), zeros)
        of_d.zero_grad()
        loss_d.backward()
        of_d.step()
        loss_g = cross_entropy(discriminator(torch.tanh(generator(z))), ones)
        of_g.zero_grad()
        loss_g.backward()
        torch.nn.utils.clip_grad_norm_(generator.parameters(), 0.1)
        of_g.step()
        losses = session.step(batch).losses
        assert losses["d"] == pytest.approx(loss_d.item(), rel=1e-9)
        assert losses["g"] == pytest.approx(loss_g.item(), rel=1e-9)
    ours = session.state().parameters
    for name, network in networks.items():
        for tensor in ("weight", "bias"):
            expected = getattr(network, tensor).detach().numpy()
            np.testing.assert_allclose(ours[f"{name}.{tensor}"], expected, rtol=1e-9, atol=1e-9)


def normalized(optimizers: int) -> Graph:
    nodes: dict[str, Any] = {
        "x": ("Input", {"name": "x", "shape": [6]}),
        "norm": "BatchNorm",
        "line": ("Linear", {"units": 1}),
    }
    wires = ["x -> norm", "norm -> line"]
    for index in range(optimizers):
        nodes[f"o{index}"] = ("Optimizer", {"name": f"o{index}", "learning_rate": 0.0, "order": index})
        wires.append(f"line -> o{index}.loss")
    return draw(nodes, wires)


def test_running_statistics_move_once_per_step_however_many_optimizers_there_are() -> None:
    found = []
    for optimizers in (1, 3):
        program = compile_graph(normalized(optimizers), BATCH, dtype="float64")
        session = program.session(program.init(seed=0))
        session.step({"x": batches(1)[0]["x"]})
        found.append(session.state().parameters["norm.running_mean"])
    expected = 0.1 * batches(1)[0]["x"].mean(axis=0)
    np.testing.assert_allclose(found[0], expected, rtol=1e-12)
    np.testing.assert_allclose(found[1], expected, rtol=1e-12)


# ---- The length of the run ----


def test_a_schedule_over_the_whole_run_follows_the_horizon() -> None:
    _, session = program_of(schedule="cosine")
    session.set_horizon(total_steps=10)
    used = [session.step(batch).learning_rates["Optimizer"] for batch in batches(10)]
    expected = [RATE * (1 + np.cos(np.pi * step / 10)) / 2 for step in range(10)]
    np.testing.assert_allclose(used, expected, rtol=1e-12)


def test_a_schedule_by_epochs_follows_the_steps_of_one() -> None:
    _, session = program_of(schedule="exponential", each_factor=0.5, schedule_unit="epoch")
    session.set_horizon(total_steps=9, steps_per_epoch=3)
    used = [session.step(batch).learning_rates["Optimizer"] for batch in batches(9)]
    np.testing.assert_allclose(used, np.repeat([RATE, RATE / 2, RATE / 4], 3), rtol=1e-12)


def test_without_a_horizon_such_a_schedule_says_what_to_do() -> None:
    _, session = program_of(schedule="cosine")
    with pytest.raises(HorizonError, match=r"schedule of Optimizer .* Call set_horizon"):
        session.step(batches(1)[0])
    assert session.step_count == 0
    with pytest.raises(ValueError, match="1 or more steps"):
        session.set_horizon(0)
    session.set_horizon(5)
    session.step(batches(1)[0])


def test_a_graph_without_data_knows_its_number_of_steps() -> None:
    graph = draw(
        {"w": "Parameter", "sgd": ("Optimizer", {"learning_rate": 1.0, "schedule": "polynomial"})},
        ["w -> sgd.loss"],
    )
    training = graph.document.training.model_copy(update={"steps": 4})
    program = compile_graph(Graph(graph.document.model_copy(update={"training": training})))
    used = program.session(program.init()).steps(4).learning_rates["Optimizer"]
    np.testing.assert_allclose(used, [1, 0.75, 0.5, 0.25])
