"""Dates and numbers as people write them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiregrad.data.dataset import Dataset
from wiregrad.data.importing import ImportOptions
from wiregrad.data.importing.dates import PARTS, days_of
from wiregrad.data.store import DatasetStore

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def imported(store: DatasetStore, text: str, **options: object) -> Dataset:
    path = store.root.parent / "x.csv"
    path.write_text(text, encoding="utf-8")
    return store.add(path, "x.csv", options=ImportOptions.model_validate(options))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)))
def test_days_and_parts_are_those_of_the_calendar(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    days = days_of(moment.strftime("%Y").zfill(4) + moment.strftime("-%m-%dT%H:%M:%SZ"))
    assert days is not None
    assert timedelta(days=days).total_seconds() == pytest.approx((moment - EPOCH).total_seconds(), abs=1e-3)
    parts = {part: int(convert(np.array([days]))[0]) for part, (convert, _) in PARTS.items()}
    assert parts == {
        "year": moment.year,
        "month": moment.month,
        "day": moment.day,
        "weekday": moment.weekday(),
        "hour": moment.hour,
    }


@pytest.mark.parametrize(
    ("cell", "day_first", "expected"),
    [
        ("2026-03-04", None, date(2026, 3, 4)),
        ("4.3.2026", None, date(2026, 3, 4)),
        ("4/3/2026", True, date(2026, 3, 4)),
        ("4/3/2026", False, date(2026, 4, 3)),
        ("4/3/2026", None, None),
        ("2026-02-30", None, None),
        ("13/13/2026", True, None),
        ("2026-03-04 later", None, None),
        ("2026-W10-3", None, None),
        ("20260304", None, None),
    ],
)
def test_what_is_a_date(cell: str, day_first: bool | None, expected: date | None) -> None:
    days = days_of(cell, day_first)
    assert days == (None if expected is None else (expected - date(1970, 1, 1)).days)


def test_a_zone_is_taken_into_account() -> None:
    assert days_of("1970-01-02T01:00:00+01:00") == 1.0
    assert days_of("1970-01-01 06:00") == 0.25


def test_dates_become_days_or_parts_or_classes(store: DatasetStore) -> None:
    text = "d\n2026-03-04\n2026-03-05\n"
    assert imported(store, text).preview(2) == [{"d": [20516.0]}, {"d": [20517.0]}]
    parts = imported(store, text, columns={"d": "date_parts"}).preview(1)[0]
    assert parts == {"d year": 2026, "d month": 3, "d day": 4, "d weekday": 2}
    assert imported(store, text, columns={"d": "category"}).columns["d"].labels == (
        "2026-03-04",
        "2026-03-05",
    )
    assert imported(store, "d\n4/3/2026\n").columns["d"].labels == ("4/3/2026",)
    assert imported(store, "d\n4/3/2026\n", day_first=True).preview(1) == [{"d": [20516.0]}]


def test_parts_have_hours_where_there_are_times(store: DatasetStore) -> None:
    rows = imported(store, "d\n2026-03-04T23:59:59\n", columns={"d": "date_parts"}).preview(1)
    assert rows[0]["d hour"] == 23


def test_dates_of_parquet_are_the_same(store: DatasetStore, tmp_path: Path) -> None:
    moments = [datetime(2026, 3, 4, 6, tzinfo=UTC), datetime(1969, 12, 31, 18, tzinfo=UTC)]
    pq.write_table(
        pa.table({"d": moments, "day": [moment.date() for moment in moments]}), tmp_path / "x.parquet"
    )
    assert store.add(tmp_path / "x.parquet", "x.parquet").preview(2) == [
        {"d": [20516.25], "day": [20516.0]},
        {"d": [-0.25], "day": [-1.0]},
    ]


def test_a_comma_can_be_the_decimal_sign(store: DatasetStore) -> None:
    dataset = imported(store, "x;n\n1,5;1.000\n-1.234,25;2\n3;3\n,5e1;4\n", decimal=",")
    assert dataset.preview(4) == [
        {"x": [1.5], "n": 1000},
        {"x": [-1234.25], "n": 2},
        {"x": [3.0], "n": 3},
        {"x": [5.0], "n": 4},
    ]
