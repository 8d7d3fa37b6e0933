"""Importing into an empty store, and the one place that looks for data outside the repository."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wiregrad.data.errors import DataError
from wiregrad.data.importing import ImportOptions
from wiregrad.data.store import DatasetStore

SHARED_DATA = Path(__file__).parents[2].parent / "shared" / "data"
NEEDS_SHARED_DATA = ["test_real_archives.py"]

collect_ignore = [] if SHARED_DATA.is_dir() else NEEDS_SHARED_DATA

Refuse = Callable[..., DataError]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore:
        terminalreporter.write_line(
            f"not run, for there is no {SHARED_DATA}: {', '.join(collect_ignore)} (extra, with real data)"
        )


@pytest.fixture
def store(tmp_path: Path) -> DatasetStore:
    return DatasetStore(tmp_path / "datasets")


@pytest.fixture
def refused(store: DatasetStore) -> Refuse:
    """Import a file that must be refused, and see that nothing of it remains on the disk."""

    def refuse(path: Path, filename: str | None = None, **options: object) -> DataError:
        with pytest.raises(DataError) as caught:
            store.add(
                path,
                path.name if filename is None else filename,
                "test",
                ImportOptions.model_validate(options),
            )
        assert list(store.root.iterdir()) == []
        assert caught.value.message
        return caught.value

    return refuse
