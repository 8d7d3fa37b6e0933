"""What routes ask for, so that a route reads as a sentence: `graphs: GraphsDep`, `runs: RunsDep`, ..."""

from typing import Annotated

from fastapi import Depends
from fastapi.requests import HTTPConnection

from wiregrad.server.database.graphs import GraphStore
from wiregrad.server.datasets import Datasets
from wiregrad.server.evaluation import Evaluations
from wiregrad.server.health import HealthReporter
from wiregrad.server.library import described_catalogue, described_examples
from wiregrad.server.rates import RateSearches
from wiregrad.server.runs.feed import Feed
from wiregrad.server.runs.supervisor import Runs
from wiregrad.server.schema.system import Catalogue, ExampleGraph
from wiregrad.server.services import Services


def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


def _graphs(services: ServicesDep) -> GraphStore:
    return services.graphs


def _datasets(services: ServicesDep) -> Datasets:
    return services.datasets


def _runs(services: ServicesDep) -> Runs:
    return services.runs


def _feed(services: ServicesDep) -> Feed:
    return services.feed


def _evaluations(services: ServicesDep) -> Evaluations:
    return services.evaluations


def _rates(services: ServicesDep) -> RateSearches:
    return services.rates


def _health(services: ServicesDep) -> HealthReporter:
    return services.health


GraphsDep = Annotated[GraphStore, Depends(_graphs)]
DatasetsDep = Annotated[Datasets, Depends(_datasets)]
RunsDep = Annotated[Runs, Depends(_runs)]
FeedDep = Annotated[Feed, Depends(_feed)]
EvaluationsDep = Annotated[Evaluations, Depends(_evaluations)]
RateSearchesDep = Annotated[RateSearches, Depends(_rates)]
HealthDep = Annotated[HealthReporter, Depends(_health)]
CatalogueDep = Annotated[Catalogue, Depends(described_catalogue)]
ExamplesDep = Annotated[tuple[ExampleGraph, ...], Depends(described_examples)]
