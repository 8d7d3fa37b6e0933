"""Graphs that write, and models of them, for tests of continued texts."""

import numpy as np
from numpy.typing import NDArray

from tests.graph.drawing import draw
from wiregrad.data.dataset import Column, Dataset
from wiregrad.graph import Graph, GraphDocument, compile_graph
from wiregrad.graph.document import TrainingSettings
from wiregrad.training.model import Details, Model


def writer_document(characters: int, window: int, *, units: int = 12, **settings: object) -> GraphDocument:
    """A network that learns from each letter of `text` which is `next`."""
    graph = draw(
        {
            "text": ("Input", {"name": "text", "dtype": "int64", "shape": [window]}),
            "next": ("Input", {"name": "next", "dtype": "int64", "shape": [window]}),
            "letters": ("Embedding", {"vocabulary": characters, "width": units}),
            "scores": ("Linear", {"units": characters}),
            "classes": ("Transpose", {"axes": [1, 0]}),
            "loss": ("Loss", {"loss": "cross_entropy"}),
            "adam": ("Optimizer", {"algorithm": "adam", "learning_rate": 0.02}),
            "out": ("Output", {"name": "scores"}),
        },
        [
            "text -> letters",
            "letters -> scores",
            "scores -> classes",
            "classes -> loss.prediction",
            "next -> loss.target",
            "loss -> adam.loss",
            "scores -> out",
        ],
        TrainingSettings.model_validate(settings),
    )
    return graph.document.model_copy(update={"name": "Writer"})


def round_text(characters: str, window: int, size: int = 16) -> Dataset:
    """Windows of a text that says the same characters again and again."""
    length = len(characters)
    codes = (np.arange(size)[:, np.newaxis] + np.arange(window)) % length
    arrays = {"text": codes, "next": (codes + 1) % length}
    return Dataset(
        id="round",
        name="Round",
        description="",
        columns=[Column(name, "int64", (window,), tuple(characters)) for name in arrays],
        size=size,
        load=arrays.__getitem__,
    )


def model_of(graph: Graph, tensors: dict[str, NDArray[np.float32]], characters: str) -> Model:
    """An untrained model with these tensors, whose Input `text` reads these characters."""
    document = graph.document
    fresh = compile_graph(graph).init(0).arrays()
    assert fresh.keys() >= tensors.keys()
    details = Details(
        contents="model",
        step=0,
        seed=0,
        training=document.training,
        input_labels={"text": tuple(characters)},
    )
    return Model(document, {**fresh, **tensors}, details)


def table_model(
    scores: NDArray[np.float32], characters: str, window: int, *after: str, end: str = "table"
) -> Model:
    """Look the scores of the next character up by the last one; `after` are wires behind the table."""
    nodes: dict[str, str | tuple[str, dict[str, object]]] = {
        "text": ("Input", {"name": "text", "dtype": "int64", "shape": [window]}),
        "table": ("Embedding", {"vocabulary": len(characters), "width": len(characters)}),
        "softmax": ("Activation", {"function": "softmax", "axis": -1}),
        "turned": ("Transpose", {"axes": [1, 0]}),
        "out": "Output",
    }
    used = {"text", "table", "out", *(wire.split(" -> ")[1] for wire in after)}
    graph = draw(
        {name: node for name, node in nodes.items() if name in used},
        ["text -> table", *after, f"{end} -> out"],
    )
    return model_of(graph, {"tensor/table.weight": scores}, characters)
