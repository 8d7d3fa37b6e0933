from fastapi import APIRouter

from wiregrad.server.deps import RateSearchesDep
from wiregrad.server.errors import refusals
from wiregrad.server.limits import GRAPH_BODY
from wiregrad.server.schema.rates import NewRateSearch
from wiregrad.server.security.json_body import StrictRoute
from wiregrad.training.rate_search import RateCurve

router = APIRouter(prefix="/learning-rate-finder", tags=["runs"], route_class=StrictRoute)


@router.post(
    "",
    operation_id="findLearningRate",
    responses=refusals(400, 413, 415, 422, 503),
    max_body_size=GRAPH_BODY,
)
async def find_learning_rate(new: NewRateSearch, rates: RateSearchesDep) -> RateCurve:
    """Sweep the learning rate over some training steps; no run is made and no weight is kept."""
    return await rates.search(new)
