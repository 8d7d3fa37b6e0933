"""What people call the parts of a dataset that was split before it came; the parts become a column."""

from collections.abc import Iterable

from wiregrad.data.dataset import Column

SPLITS = ("train", "validation", "test")
COLUMN = "split"
_SPELLINGS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "t10k": "test",
}


def split_called(word: str) -> str | None:
    """Give the split that a folder's or file's word names, whatever its case."""
    return _SPELLINGS.get(word.lower())


def split_column(found: Iterable[str]) -> Column:
    """Make the column whose classes are those of the three splits that occur, in their usual order."""
    present = set(found)
    labels = tuple(split for split in SPLITS if split in present)
    return Column(COLUMN, "int64", (), labels, "The part of the data that the sample came in.")
