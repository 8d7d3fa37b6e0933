"""A dataset whose columns are made together, once, and kept in memory."""

from collections.abc import Callable, Iterable
from functools import cache

from wiregrad.data.dataset import Column, Dataset, Stored


def in_memory(
    *,
    id: str,  # noqa: A002 - the contract's word
    name: str,
    description: str,
    columns: Iterable[Column],
    size: int,
    make: Callable[[], dict[str, Stored]],
    attribution: str | None = None,
) -> Dataset:
    """`make` gives all arrays by column name; it is called once, when the first column is read."""

    @cache
    def arrays() -> dict[str, Stored]:
        made = make()
        for array in made.values():
            array.flags.writeable = False
        return made

    return Dataset(
        id=id,
        name=name,
        description=description,
        columns=columns,
        size=size,
        load=lambda column: arrays()[column],
        attribution=attribution,
    )
