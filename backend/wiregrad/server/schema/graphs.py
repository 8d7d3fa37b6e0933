"""Stored graphs: documents with a revision, and their history."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from wiregrad.graph.document import GraphDocument
from wiregrad.server.schema.base import Answer, Ask, Revision


class NewGraph(Ask):
    graph: GraphDocument


class GraphChange(Ask):
    """The whole document, and the revision that it was made from."""

    graph: GraphDocument
    revision: Annotated[Revision, Field(description="Refused with 409 when it is not the current one.")]


class GraphSummary(Answer):
    id: UUID
    name: str
    revision: int
    updated_at: datetime
    node_count: int


class GraphRecord(Answer):
    """One revision of a stored graph. `updated_at` is when this revision was saved."""

    id: UUID
    revision: int
    graph: GraphDocument
    created_at: datetime
    updated_at: datetime


class GraphVersion(Answer):
    revision: int
    saved_at: datetime
    name: str
