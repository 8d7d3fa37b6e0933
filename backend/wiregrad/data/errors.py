"""What can be wrong with data, said to the person who can mend it."""

from collections.abc import Iterable


class DataError(ValueError):
    """A file, or a setting of its import, that cannot become a dataset.

    `row` counts from 1: rows of a table as a spreadsheet shows them (a header is row 1), samples of an
    array. `column` is a column's name, `member` the name of a file inside an archive. Each is None where it
    means nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        member: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column
        self.member = member
        self.remedy = remedy

    def at(
        self, *, row: int | None = None, column: str | None = None, member: str | None = None
    ) -> "DataError":
        """Add where it happened: rules raise without knowing, their callers attach it on the way up."""
        return DataError(
            self.message,
            row=self.row if self.row is not None else row,
            column=self.column if self.column is not None else column,
            member=self.member if self.member is not None else member,
            remedy=self.remedy,
        )

    @property
    def place(self) -> str:
        """Where it is wrong, in words: `row 3, column 'height'`; empty when the whole file is meant."""
        parts = [
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column!r}" if self.column is not None else "",
            f"file {self.member!r}" if self.member is not None else "",
        ]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        where = f"{self.place[0].upper()}{self.place[1:]}: " if self.place else ""
        advice = f" {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{advice}"


class UnknownDataset(LookupError):  # noqa: N818 - named for the person who reads it
    """An id that no dataset has; says which there are."""

    def __init__(self, id: str, existing: Iterable[str]) -> None:  # noqa: A002 - the contract's word
        self.id = id
        self.existing = tuple(existing)
        super().__init__(f"There is no dataset {id!r}. There are: {', '.join(self.existing) or 'none'}.")


class UnknownColumn(LookupError):  # noqa: N818
    """A column name that a dataset does not have; says which it has."""

    def __init__(self, dataset: str, column: str, existing: Iterable[str]) -> None:
        self.dataset = dataset
        self.column = column
        self.existing = tuple(existing)
        super().__init__(
            f"Dataset {dataset!r} has no column {column!r}. It has: {', '.join(self.existing) or 'none'}."
        )
