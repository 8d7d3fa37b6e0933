from fastapi import APIRouter

from wiregrad.server.deps import CatalogueDep, ExamplesDep, HealthDep
from wiregrad.server.errors import refusals
from wiregrad.server.schema.system import Catalogue, ExampleGraph, Health
from wiregrad.server.security.json_body import StrictRoute

router = APIRouter(tags=["system"], route_class=StrictRoute)


@router.get("/health", operation_id="getHealth", responses=refusals())
def get_health(health: HealthDep) -> Health:
    """Versions, backends and devices found, and what is missing and how to get it."""
    return health.report()


@router.get("/catalogue", operation_id="getCatalogue", responses=refusals())
def get_catalogue(catalogue: CatalogueDep) -> Catalogue:
    """Every node kind: ports, settings as JSON Schema, help, category."""
    return catalogue


@router.get("/examples", operation_id="listExamples", responses=refusals())
def list_examples(examples: ExamplesDep) -> list[ExampleGraph]:
    """The graphs that come with Wiregrad."""
    return list(examples)
