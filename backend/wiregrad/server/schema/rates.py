"""Searches for a learning rate."""

from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.server.schema.base import Ask
from wiregrad.training.rate_search import RateSearch


class NewRateSearch(Ask):
    """The graph whose learning rate is wanted. `training` replaces the graph's own training settings."""

    graph: GraphDocument
    training: TrainingSettings | None = None
    search: RateSearch = RateSearch()
