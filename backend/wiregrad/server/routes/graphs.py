from uuid import UUID

from fastapi import APIRouter, status

from wiregrad.graph.document import GraphDocument
from wiregrad.graph.report import Report
from wiregrad.server.deps import DatasetsDep, GraphsDep
from wiregrad.server.errors import refusals
from wiregrad.server.limits import GRAPH_BODY
from wiregrad.server.schema.base import Revision
from wiregrad.server.schema.graphs import GraphChange, GraphRecord, GraphSummary, GraphVersion, NewGraph
from wiregrad.server.security.json_body import StrictRoute
from wiregrad.training.binding import check_with_data

router = APIRouter(prefix="/graphs", tags=["graphs"], max_body_size=GRAPH_BODY, route_class=StrictRoute)
WRITES = (400, 413, 415, 422)


@router.post("/check", operation_id="checkGraph", responses=refusals(*WRITES))
def check_graph(graph: GraphDocument, datasets: DatasetsDep) -> Report:
    """All problems at once, and for every wire and node what flows and what it costs. Stores nothing.

    Where the graph names a dataset that exists, its columns are checked against the Inputs as well.
    """
    return check_with_data(graph, datasets.find(graph.training.dataset))


@router.get("", operation_id="listGraphs", responses=refusals())
def list_graphs(graphs: GraphsDep) -> list[GraphSummary]:
    """The stored graphs, last changed first."""
    return graphs.summaries()


@router.post("", operation_id="createGraph", status_code=status.HTTP_201_CREATED, responses=refusals(*WRITES))
def create_graph(new: NewGraph, graphs: GraphsDep) -> GraphRecord:
    return graphs.create(new.graph)


@router.get("/{graph_id}", operation_id="getGraph", responses=refusals(404, 422))
def get_graph(graph_id: UUID, graphs: GraphsDep) -> GraphRecord:
    return graphs.current(graph_id)


@router.put("/{graph_id}", operation_id="saveGraph", responses=refusals(404, 409, *WRITES))
def save_graph(graph_id: UUID, change: GraphChange, graphs: GraphsDep) -> GraphRecord:
    """Save a new revision; 409 `conflict`, with the current revision, if someone else saved in between."""
    return graphs.save(graph_id, change.graph, based_on=change.revision)


@router.delete(
    "/{graph_id}",
    operation_id="deleteGraph",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(404, 422),
)
def delete_graph(graph_id: UUID, graphs: GraphsDep) -> None:
    """Delete the graph and its history. Its runs stay."""
    graphs.delete(graph_id)


@router.get("/{graph_id}/versions", operation_id="listGraphVersions", responses=refusals(404, 422))
def list_graph_versions(graph_id: UUID, graphs: GraphsDep) -> list[GraphVersion]:
    """The revisions that are kept, newest first."""
    return graphs.versions(graph_id)


@router.get("/{graph_id}/versions/{revision}", operation_id="getGraphVersion", responses=refusals(404, 422))
def get_graph_version(graph_id: UUID, revision: Revision, graphs: GraphsDep) -> GraphRecord:
    return graphs.version(graph_id, revision)
