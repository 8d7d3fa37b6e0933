"""Dates as numbers: days since 1 January 1970 (UTC), or their parts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_POINTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY = 86_400.0
_DAY_LENGTH = 10

Days = NDArray[np.float64]
Whole = NDArray[np.int64]


def days_of(cell: str, day_first: bool | None = None) -> float | None:
    """Give the days since 1970 of `2026-03-04`, `2026-03-04T05:06:07Z`, `4.3.2026`; None for anything else.

    Without a time zone it is UTC. `4/3/2026` is read only if it is known whether the day comes first.
    """
    try:
        moment = _moment(cell, day_first)
    except ValueError:  # the 30th of February
        return None
    return None if moment is None else (moment - _EPOCH).total_seconds() / _SECONDS_A_DAY


def _moment(cell: str, day_first: bool | None) -> datetime | None:
    if _ISO.fullmatch(cell):
        moment = datetime.fromisoformat(cell)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if found := _POINTED.fullmatch(cell):
        day, month, year = map(int, found.groups())
        return datetime(year, month, day, tzinfo=UTC)
    if day_first is not None and (found := _SLASHED.fullmatch(cell)):
        first, second, year = map(int, found.groups())
        day, month = (first, second) if day_first else (second, first)
        return datetime(year, month, day, tzinfo=UTC)
    return None


def has_time(cell: str) -> bool:
    """Tell whether a cell that is a date says the hour too."""
    return len(cell) > _DAY_LENGTH


def _whole_days(days: Days) -> Whole:
    return np.floor(days).astype(np.int64)


def _since(days: Days, unit: str) -> Whole:
    """Count whole years ("Y") or months ("M") since 1970."""
    counted: Whole = _whole_days(days).astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)
    return counted


def _year(days: Days) -> Whole:
    return _since(days, "Y") + 1970


def _month(days: Days) -> Whole:
    return _since(days, "M") % 12 + 1


def _day(days: Days) -> Whole:
    first: Whole = _since(days, "M").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return _whole_days(days) - first + 1


def _weekday(days: Days) -> Whole:
    """1 January 1970 was a Thursday."""
    return (_whole_days(days) + 3) % 7


def _hour(days: Days) -> Whole:
    """Rounded to the second first: a day's fraction is not exact."""
    seconds = np.rint((days - np.floor(days)) * _SECONDS_A_DAY).astype(np.int64)
    return np.minimum(seconds // 3600, 23)


PARTS: dict[str, tuple[Callable[[Days], Whole], str]] = {
    "year": (_year, "The year."),
    "month": (_month, "The month, 1 to 12."),
    "day": (_day, "The day of the month, 1 to 31."),
    "weekday": (_weekday, "The day of the week, 0 is Monday."),
    "hour": (_hour, "The hour, 0 to 23, UTC."),
}
HOUR = "hour"
