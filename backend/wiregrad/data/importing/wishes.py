"""The types that a person chose for a table's columns, and the columns that are left."""

from collections.abc import Mapping, Sequence

from wiregrad.data.errors import DataError
from wiregrad.data.importing.names import shown
from wiregrad.data.importing.options import ColumnType, ImportOptions

_SHOWN_NAMES = 20


def wishes_for(names: Sequence[str], options: ImportOptions) -> dict[str, ColumnType | None]:
    """Give the chosen type of each column, None where none is chosen.

    Raises:
        DataError: a type is chosen for a column that is not there.

    """
    for name in options.columns:
        if name not in names:
            raise DataError(
                "A type is chosen for a column that the table does not have. "
                f"It has: {', '.join(map(shown, names[:_SHOWN_NAMES]))}.",
                column=name,
                remedy="Choose types for columns of the table only.",
            )
    return {name: options.columns.get(name) for name in names}


def kept_columns(types: Mapping[str, ColumnType]) -> list[str]:
    """List the columns that are not skipped; there has to be one."""
    kept = [name for name, chosen in types.items() if chosen != "skip"]
    if not kept:
        raise DataError("Every column is skipped, so nothing is left.", remedy="Keep at least one column.")
    return kept
