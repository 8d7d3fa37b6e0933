"""Whether a graph can be trained, before anything is started for it."""

from collections.abc import Sequence

from wiregrad.graph.check import analyze
from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.graph.report import Problem
from wiregrad.server.datasets import Datasets
from wiregrad.server.errors import invalid
from wiregrad.training.binding import training_problems


def require_trainable(datasets: Datasets, graph: GraphDocument, training: TrainingSettings) -> None:
    """Refuse with 422 and all problems what cannot be trained."""
    dataset = datasets.open_for_training(training.dataset)
    problems = training_problems(analyze(graph), training, dataset)
    if problems:
        raise invalid(_in_words(problems), problems)


def _in_words(problems: Sequence[Problem]) -> str:
    first = problems[0]
    more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
    return f"{first.message} {first.remedy}{more}"
