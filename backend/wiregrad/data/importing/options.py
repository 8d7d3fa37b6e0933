"""What a person may choose about an import; the defaults suit most files."""

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from wiregrad.data.resizing import USUAL, Resize

ColumnType: TypeAlias = Literal["number", "integer", "boolean", "category", "date", "date_parts", "skip"]
MissingRule: TypeAlias = Literal["refuse", "drop", "mean", "median", "most_frequent", "constant"]
LARGEST_SIDE = 1024
LONGEST_WINDOW = 4096


class ImportOptions(BaseModel):
    """Settings of an import. Those of another file format than the one at hand have no effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: bool | None = Field(None, description="Whether the first row of a CSV names the columns; looks.")
    delimiter: Literal[",", ";", "\t"] | None = Field(
        None, description="What separates the cells of a CSV; finds out."
    )
    encoding: Literal["utf-8", "utf-16", "windows-1252"] | None = Field(
        None, description="How text is stored; UTF-8, or UTF-16 when the file begins with its mark."
    )
    decimal: Literal[".", ","] = Field(
        ".", description="The decimal sign of a CSV; with a comma, points separate thousands."
    )
    day_first: bool | None = Field(
        None, description="How dates such as 3/4/2026 are meant; unknown, so they are classes."
    )
    columns: dict[str, ColumnType] = Field(
        default_factory=dict,
        description="Types of a table's columns by name, for those that should not be inferred.",
    )
    missing: MissingRule = Field(
        "refuse",
        description="What happens to missing cells of a table: the import is refused, the row is dropped, or "
        "the cell is filled with the column's mean, median or most frequent value, or with a constant.",
    )
    constant: str = Field("0", max_length=128, description="What `missing: constant` fills in.")
    size: tuple[int, int] | None = Field(
        None, description="Height and width that pictures are brought to; that of the first, at most 128."
    )
    resize: Resize = Field(
        USUAL,
        description="How a picture of another shape is brought to the size: `stretch` it, `fit` it and pad "
        "with black, or `crop` it about its middle.",
    )
    color: Literal["color", "grey"] = Field("color", description="Three channels or one for pictures.")
    text_length: int = Field(64, ge=1, le=LONGEST_WINDOW, description="Characters in a window of a text.")
    text_stride: int | None = Field(
        None, ge=1, description="Characters from one window to the next; the length, so none overlap."
    )

    def chosen(self) -> dict[str, Any]:
        """What differs from the defaults."""
        return self.model_dump(mode="json", exclude_defaults=True)
