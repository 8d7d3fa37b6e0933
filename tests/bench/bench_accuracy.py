"""Train on real pictures beside PyTorch: `python -m tests.bench.bench_accuracy FOLDER`.

FOLDER holds any of `mnist10k/` (10,000 MNIST pictures and labels as IDX files), `cats-dogs.zip` and
`cifar10-5k.zip` (one folder of pictures per class). Each is imported as a person would import it, a small
network is trained on it with several seeds, the best epoch is kept, and the test accuracy is printed beside
that of the same network, data, batches per epoch and schedule in PyTorch.
"""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

import argparse
import importlib
import math
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import Dataset
from wiregrad.data.importing import Upload
from wiregrad.data.splits import split
from wiregrad.data.store import DatasetStore
from wiregrad.graph import Graph
from wiregrad.graph.document import GraphDocument, SplitSettings, TrainingSettings
from wiregrad.training.commands import Control
from wiregrad.training.events import ResultEvent
from wiregrad.training.loop import train
from wiregrad.training.spec import RunSpec

BATCH = 64
RATE = 0.002


@dataclass(frozen=True)
class Task:
    """`validation` is held out of what may be learned from, to choose the epoch by."""

    name: str
    files: tuple[str, ...]
    validation: float
    epochs: int
    dropout: float
    filters: tuple[int, ...] = (32, 64)


TASKS = (
    Task(
        "mnist", ("mnist10k/t10k-images-idx3-ubyte.gz", "mnist10k/t10k-labels-idx1-ubyte.gz"), 0.05, 10, 0.25
    ),
    Task("cats-dogs", ("cats-dogs.zip",), 0.1, 12, 0.5, (32, 64, 128)),
    Task("cifar10", ("cifar10-5k.zip",), 0.1, 15, 0.5, (32, 64, 128)),
)


def settings_of(task: Task, seed: int) -> TrainingSettings:
    """One fifth is kept for the test; the split is the same for every seed."""
    shares = SplitSettings(train=0.8 - task.validation, validation=task.validation, test=0.2, seed=0)
    return TrainingSettings(split=shares, batch_size=BATCH, epochs=task.epochs, seed=seed, keep="best")


def graph_of(task: Task, picture: tuple[int, ...], classes: int) -> GraphDocument:
    layers: list[tuple[str, dict[str, Any]]] = []
    for filters in task.filters:
        layers += [
            ("Conv2D", {"filters": filters, "kernel": 3, "padding": "same", "bias": False}),
            ("BatchNorm", {}),
            ("Activation", {"function": "relu"}),
            ("MaxPool2D", {}),
        ]
    layers += [
        ("Flatten", {}),
        ("Dropout", {"probability": task.dropout}),
        ("Linear", {"units": 128}),
        ("Activation", {"function": "relu"}),
        ("Dropout", {"probability": task.dropout}),
        ("Linear", {"units": classes}),
    ]
    nodes = [
        _node("picture", "Input", name="picture", shape=picture, column="image"),
        _node("label", "Input", name="label", dtype="int64", shape=[], column="label"),
    ]
    wires, last = [], "picture"
    for number, (kind, settings) in enumerate(layers):
        nodes.append(_node(f"layer-{number}", kind, **settings))
        wires.append(_wire(last, f"layer-{number}", "input"))
        last = f"layer-{number}"
    nodes += [
        _node("loss", "Loss", loss="cross_entropy"),
        _node("accuracy", "Metric", metric="accuracy"),
        _node("optimizer", "Optimizer", algorithm="adam", learning_rate=RATE, schedule="cosine", name="loss"),
    ]
    wires += [_wire(last, "loss", "prediction"), _wire("label", "loss", "target")]
    wires += [_wire(last, "accuracy", "prediction"), _wire("label", "accuracy", "target")]
    wires.append(_wire("loss", "optimizer", "loss"))
    return Graph.from_json({"format": "wiregrad/graph@1", "nodes": nodes, "wires": wires}).document


def _node(id_: str, kind: str, /, **settings: Any) -> dict[str, Any]:
    return {"id": id_, "kind": kind, "settings": settings}


def _wire(source: str, target: str, port: str) -> dict[str, Any]:
    return {"source": {"node": source, "port": "output"}, "target": {"node": target, "port": port}}


def ours(task: Task, dataset: Dataset, seed: int) -> float:
    """The test accuracy of a run as the server would make it."""
    picture, labels = dataset.columns["image"], dataset.columns["label"].labels or ()
    spec = RunSpec.of(graph_of(task, picture.shape, len(labels)), settings_of(task, seed))
    (result,) = [event for event in train(spec, dataset, Control()) if isinstance(event, ResultEvent)]
    return float(result.metrics["test"]["accuracy"] or 0)


def theirs(task: Task, dataset: Dataset, seed: int) -> float:
    """The same in PyTorch, written as its users write it."""
    torch: Any = importlib.import_module("torch")  # typed or not, as its installation happens to be
    torch.manual_seed(seed)
    shares = settings_of(task, seed).split
    parts = split(dataset.size, shares.train, shares.validation, shares.test, shares.seed)
    x, y = (torch.from_numpy(array) for array in _arrays(dataset))
    model = _module(torch, task, x.shape[1:], len(dataset.columns["label"].labels or ()))
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    steps = task.epochs * math.ceil(len(parts.train) / BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    best, kept = math.inf, {}
    for _ in range(task.epochs):
        model.train()
        for rows in torch.from_numpy(parts.train)[torch.randperm(len(parts.train))].split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
        loss = _loss(torch, model, x, y, parts.validation)
        if loss < best:
            best, kept = loss, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
    return _accuracy(torch, model, x, y, parts.test)


def _module(torch: Any, task: Task, picture: tuple[int, ...], classes: int) -> Any:
    nn, layers, (channels, height, width) = torch.nn, [], picture
    for filters in task.filters:
        layers += [nn.Conv2d(channels, filters, 3, padding="same", bias=False), nn.BatchNorm2d(filters)]
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        channels, height, width = filters, height // 2, width // 2
    layers += [nn.Flatten(), nn.Dropout(task.dropout), nn.Linear(channels * height * width, 128), nn.ReLU()]
    return nn.Sequential(*layers, nn.Dropout(task.dropout), nn.Linear(128, classes))


def _arrays(dataset: Dataset) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    taken = dataset.take(np.arange(dataset.size), ["image", "label"])
    return taken["image"], taken["label"]


def _loss(torch: Any, model: Any, x: Any, y: Any, rows: NDArray[np.int64]) -> float:
    model.eval()
    with torch.no_grad():
        chosen = torch.from_numpy(rows)
        return float(torch.nn.functional.cross_entropy(model(x[chosen]), y[chosen]))


def _accuracy(torch: Any, model: Any, x: Any, y: Any, rows: NDArray[np.int64]) -> float:
    model.eval()
    with torch.no_grad():
        answers = torch.cat([model(x[part]).argmax(1) for part in torch.from_numpy(rows).split(256)])
    return float((answers == y[torch.from_numpy(rows)]).float().mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", choices=[task.name for task in TASKS])
    options = parser.parse_args()
    for task in TASKS:
        files = [options.folder / file for file in task.files]
        if options.only not in (None, task.name) or not all(file.exists() for file in files):
            continue
        with tempfile.TemporaryDirectory() as root:
            dataset = DatasetStore(Path(root)).add_files([Upload(file, file.name) for file in files])
            for name, trained in (("Wiregrad", ours), ("PyTorch", theirs)):
                began = time.perf_counter()
                found = [100 * trained(task, dataset, seed) for seed in range(options.seeds)]
                seconds = (time.perf_counter() - began) / options.seeds
                each = ", ".join(f"{accuracy:.2f}" for accuracy in found)
                print(  # noqa: T201 - its output is what it is for
                    f"{task.name:10} {name:9} {statistics.mean(found):.2f} %  ({each})  {seconds:.0f} s each"
                )


if __name__ == "__main__":
    main()
