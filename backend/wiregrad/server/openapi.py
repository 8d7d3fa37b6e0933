"""The OpenAPI file that the page's TypeScript client is generated from; it is committed.

`python -m wiregrad.server.openapi` writes it. What FastAPI makes is changed where it is less exact than what
we promise: answers have all their fields, so all are required; a model that is sent as well as answered has a
second form, `...Input`, in which the fields with defaults may be left out; FastAPI's own validation error is
replaced by our one shape; and the socket's frame, which OpenAPI has no place for, is added to the models.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from wiregrad.server.schema.runs import EventFrame

PREFIX = "#/components/schemas/"
SUPERSEDED = ("HTTPValidationError", "ValidationError")
Json = dict[str, Any]


def describe(app: FastAPI) -> Json:
    """The whole API as an OpenAPI 3.1 document."""
    document = get_openapi(
        title="Wiregrad",
        version="0",
        routes=app.routes,
        openapi_version="3.1.0",
        separate_input_output_schemas=False,
    )
    schemas: Json = document["components"]["schemas"]
    for name in SUPERSEDED:
        schemas.pop(name, None)
    _add_socket_frame(schemas)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    answered = _reachable(
        schemas, [*_references([operation["responses"] for operation in operations]), "EventFrame"]
    )
    sent = _reachable(schemas, _references([operation.get("requestBody") for operation in operations]))
    inputs = _add_input_forms(schemas, answered, sent)
    for operation in operations:
        _redirect(operation.get("requestBody"), inputs)
    for name in answered:
        schemas[name]["required"] = list(schemas[name].get("properties", ()))
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return _with_named_forms(document)


def _add_socket_frame(schemas: Json) -> None:
    _, frame = models_json_schema([(EventFrame, "validation")], ref_template=PREFIX + "{model}")
    for name, schema in frame["$defs"].items():
        schemas.setdefault(name, schema)


def _references(part: object) -> list[str]:
    return re.findall(rf'"{PREFIX}([^"]+)"', json.dumps(part))


def _reachable(schemas: Json, roots: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_references(schemas[name]))
    return found


def _add_input_forms(schemas: Json, answered: set[str], sent: set[str]) -> dict[str, str]:
    """Copy each model of both directions that may be sent with less than it is answered with."""
    incomplete = {name for name in schemas if _has_optional_field(schemas[name])}
    inputs = {name: f"{name}Input" for name in answered & sent if _reachable(schemas, [name]) & incomplete}
    copies = {name: {**json.loads(json.dumps(schemas[of])), "title": name} for of, name in inputs.items()}
    schemas.update(copies)
    for name in {*copies, *(sent - answered)}:
        _redirect(schemas[name], inputs)
    return inputs


def _has_optional_field(schema: Json) -> bool:
    return set(schema.get("properties", ())) != set(schema.get("required", ()))


def _redirect(part: object, names: dict[str, str]) -> None:
    if isinstance(part, dict):
        target = str(part.get("$ref", "")).removeprefix(PREFIX)
        if target in names:
            part["$ref"] = PREFIX + names[target]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _redirect(inner, names)


def _with_named_forms(document: Json) -> Json:
    """`Body_uploadDataset`, FastAPI's name for a multipart form, becomes `UploadDatasetForm`."""
    text = re.sub(
        r"\bBody_(\w)(\w*)", lambda found: f"{found[1].upper()}{found[2]}Form", json.dumps(document)
    )
    named: Json = json.loads(text)
    return named


def render(app: FastAPI) -> str:
    return json.dumps(describe(app), indent=2, ensure_ascii=False) + "\n"


def committed_file() -> Path:
    return Path(__file__).parents[3] / "frontend" / "src" / "api" / "openapi.json"


def main() -> None:
    from wiregrad.server.app import create_api  # noqa: PLC0415 - the application itself uses this module

    committed_file().write_text(render(create_api()), encoding="utf-8")


if __name__ == "__main__":
    main()
