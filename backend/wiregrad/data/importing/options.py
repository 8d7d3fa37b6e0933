"""What a person may choose about an import; the defaults suit most files."""

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

ColumnType: TypeAlias = Literal["number", "integer", "boolean", "category", "skip"]
LARGEST_SIDE = 1024


class ImportOptions(BaseModel):
    """Settings of an import. Those of another file format than the one at hand have no effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: bool | None = Field(None, description="Whether the first row of a CSV names the columns; looks.")
    delimiter: Literal[",", ";", "\t"] | None = Field(
        None, description="What separates the cells of a CSV; finds out."
    )
    encoding: Literal["utf-8", "utf-16", "windows-1252"] | None = Field(
        None, description="How a CSV stores letters; UTF-8, or UTF-16 when the file begins with its mark."
    )
    columns: dict[str, ColumnType] = Field(
        default_factory=dict,
        description="Types of CSV columns by name, for those that should not be inferred.",
    )
    size: tuple[int, int] | None = Field(
        None, description="Height and width that pictures are scaled to; that of the first, at most 128."
    )
    color: Literal["color", "grey"] = Field("color", description="Three channels or one for pictures.")
