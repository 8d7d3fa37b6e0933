"""Reading a document of any released format: each migration lifts a document by exactly one version."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from wiregrad.graph.document import FORMAT, GraphDocument

Json = dict[str, Any]

SHOWN_FAULTS = 5


@dataclass(frozen=True, slots=True)
class Migration:
    """`up` and `down` are inverse wherever the older format could say the same."""

    before: str
    after: str
    up: Callable[[Json], Json]
    down: Callable[[Json], Json]


MIGRATIONS: tuple[Migration, ...] = ()
"""From the oldest to the newest; the last one's `after` is the current format."""


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One thing that is wrong with a file: `where` is a path such as `nodes.3.position.x`."""

    where: str
    message: str


class DocumentError(ValueError):
    """The file is not a graph. `faults` has everything that is wrong with it."""

    def __init__(self, faults: tuple[DocumentFault, ...]) -> None:
        self.faults = faults
        first = "; ".join(f"{fault.where}: {fault.message}" for fault in faults[:SHOWN_FAULTS])
        more = f" (and {len(faults) - SHOWN_FAULTS} more)" if len(faults) > SHOWN_FAULTS else ""
        super().__init__(f"This is not a Wiregrad graph. {first}{more}")


def parse(data: object, migrations: tuple[Migration, ...] = MIGRATIONS) -> GraphDocument:
    """Turn decoded JSON of any released format into a document.

    Raises DocumentError, which names every fault, for anything else.
    """
    if not isinstance(data, Mapping):
        raise DocumentError((DocumentFault("file", f"expected a JSON object; got {type(data).__name__}"),))
    current = lift(dict(data), migrations)
    try:
        return GraphDocument.model_validate_json(_encode(current), strict=False)
    except ValidationError as error:
        raise DocumentError(_faults(error)) from None


def lift(data: Json, migrations: tuple[Migration, ...] = MIGRATIONS) -> Json:
    """Migrate a document to the current format."""
    found = data.get("format")
    for migration in migrations:
        if data.get("format") == migration.before:
            data = migration.up(data) | {"format": migration.after}
    newest = migrations[-1].after if migrations else FORMAT
    if data.get("format") != newest:
        raise DocumentError((_unknown_format(found, newest),))
    return data


def _unknown_format(found: object, newest: str) -> DocumentFault:
    if found is None:
        return DocumentFault("format", f'expected "{newest}"; the file names no format')
    return DocumentFault(
        "format",
        f'expected "{newest}"; got {found!r}. A newer Wiregrad may have written it: update, then open it.',
    )


def _encode(data: Json) -> bytes:
    """Through JSON, so that a document in memory is held to the same rules as a file."""
    try:
        return json.dumps(data, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise DocumentError((DocumentFault("file", str(error)),)) from None


def _faults(error: ValidationError) -> tuple[DocumentFault, ...]:
    return tuple(
        DocumentFault(".".join(map(str, item["loc"])) or "file", item["msg"]) for item in error.errors()
    )
