"""How a kind declares its settings, and the types of setting that several kinds share."""

from typing import Annotated, Any

from pydantic import Field, JsonValue

from wiregrad.nodes._types import MAX_DIMENSION, MAX_RANK

Dimension = Annotated[int, Field(ge=1, le=MAX_DIMENSION)]
Axis = Annotated[int, Field(ge=-MAX_RANK, lt=MAX_RANK)]
ShapeSetting = Annotated[tuple[Dimension, ...], Field(max_length=MAX_RANK)]
AxesSetting = Annotated[tuple[Axis, ...], Field(max_length=MAX_RANK)]
Name = Annotated[str, Field(max_length=128)]
MAX_CONNECTIONS = 16


def setting(
    default: Any,  # noqa: ANN401 - pydantic checks it against the field that it is the default of
    title: str,
    description: str,
    *,
    control: str | None = None,
    unit: str | None = None,
    show_when: dict[str, list[JsonValue]] | None = None,
    default_by: dict[str, dict[str, JsonValue]] | None = None,
    preview: str | None = None,
    **bounds: Any,  # noqa: ANN401 - ge, le, min_length, ... of pydantic's Field
) -> Any:  # noqa: ANN401 - as pydantic's Field
    """A field with a title and one sentence; the rest are hints for a form, which the JSON Schema carries.

    `control` names an input control ("tensor", "shape", "node-list", "block" or "text") where the type alone
    does not say which; `show_when` hides the setting unless each of the named settings has one of the values
    listed for it; `default_by` says, by the value of another setting, what leaving this one empty stands for;
    `preview` names what is shown below it of all settings together ("schedule").
    """
    hints: dict[str, JsonValue] = {}
    if control:
        hints["x-control"] = control
    if unit:
        hints["x-unit"] = unit
    if show_when:
        hints["x-show-when"] = {name: list(values) for name, values in show_when.items()}
    if default_by:
        hints["x-default-by"] = {name: dict(values) for name, values in default_by.items()}
    if preview:
        hints["x-preview"] = preview
    return Field(default, title=title, description=description, json_schema_extra=hints, **bounds)
