"""Bytes for a person."""

UNITS = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


def in_words(count: int) -> str:
    """`256 MiB`: at most four digits, in the largest unit of which there is one."""
    for unit, size in UNITS:
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return f"{count} bytes"
