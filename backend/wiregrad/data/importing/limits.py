"""How much a file may hold, checked while it is read: what a file says about itself may be false."""

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds of one import; bytes unless the name says otherwise."""

    csv: int = 256 * _MIB
    file: int = 1024 * _MIB
    columns: int = 5_000
    field_characters: int = _MIB
    record_characters: int = 16 * _MIB
    labels: int = 10_000
    all_labels: int = 200_000
    members: int = 100_000
    inflated: int = 1024 * _MIB
    inflation_ratio: int = 100
    inflation_always_allowed: int = 16 * _MIB
    array_header: int = 10_000
    array_rank: int = 8
    sample_elements: int = 16 * _MIB
    stored: int = 4096 * _MIB
    picture_file: int = 32 * _MIB
    all_pixels: int = 10_000_000_000


LIMITS = Limits()
