"""`wiregrad data import` and `wiregrad data list`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wiregrad.cli.console import CommandFailed, say
from wiregrad.cli.sources import stored_datasets
from wiregrad.data.dataset import Dataset
from wiregrad.data.errors import DataError
from wiregrad.data.importing import ImportOptions, Upload
from wiregrad.data.store import DatasetStore


def import_paths(
    paths: Sequence[Path],
    name: str | None,
    options: Sequence[str],
    columns: Sequence[str],
    *,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Import into the folder that the server reads, and say what came of it."""
    chosen = options_of(options, columns)
    store = stored_datasets(data_dir)
    for path in paths:
        if not path.exists():
            raise CommandFailed(f"There is no file and no folder {path}.")
    try:
        dataset = _imported(store, paths, name, chosen)
    except DataError as error:
        raise CommandFailed(f"{', '.join(map(str, paths))}: {error} Nothing was imported.") from None
    except OSError as error:
        raise CommandFailed(f"{error.strerror or error}. Nothing was imported.") from None
    _tell([dataset], as_json=as_json)


def _imported(
    store: DatasetStore, paths: Sequence[Path], name: str | None, options: ImportOptions
) -> Dataset:
    if not any(path.is_dir() for path in paths):
        return store.add_files([Upload(path, path.name) for path in paths], name, options)
    if len(paths) > 1:
        raise CommandFailed("A folder is imported by itself. Give one folder, or files only.")
    return store.add_folder(paths[0], name, options)


def options_of(assignments: Sequence[str], columns: Sequence[str]) -> ImportOptions:
    """Read NAME=VALUE, where a value is JSON or, if it is not, a text.

    Raises:
        CommandFailed: no such option, or a value that it does not take.

    """
    given: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or name not in ImportOptions.model_fields:
            known = ", ".join(ImportOptions.model_fields)
            raise CommandFailed(f"--option {assignment}: expected NAME=VALUE; the options are: {known}.")
        given[name] = value if ImportOptions.model_fields[name].annotation is str else _value(value)
    for assignment in columns:
        name, equals, chosen = assignment.rpartition("=")
        if not equals:
            raise CommandFailed(f"--column {assignment}: expected COLUMN=TYPE.")
        given.setdefault("columns", {})[name] = chosen
    try:
        return ImportOptions.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, item['loc']))}={item['input']}: {item['msg']}" for item in error.errors()
        )
        raise CommandFailed(f"{faults}.") from None


def _value(text: str) -> Any:  # noqa: ANN401 - what the option takes is checked afterwards
    try:
        return json.loads(text)
    except ValueError:
        return text


def list_datasets(data_dir: Path | None, *, as_json: bool) -> None:
    store = stored_datasets(data_dir)
    try:
        _tell([store.get(identity) for identity in store.ids()], as_json=as_json)
    except DataError as error:
        raise CommandFailed(str(error)) from None


def _tell(datasets: Sequence[Dataset], *, as_json: bool) -> None:
    if as_json:
        say(json.dumps([_described(dataset) for dataset in datasets], ensure_ascii=False))
        return
    for dataset in datasets:
        say(f"{dataset.id}  {dataset.name}: {dataset.size:,} samples")
        for column in dataset.columns.values():
            classes = f", {len(column.labels)} classes" if column.labels else ""
            say(f"    {column.name}: {column.dtype} {list(column.shape)}{classes}")


def _described(dataset: Dataset) -> dict[str, Any]:
    return {
        "id": dataset.id,
        "name": dataset.name,
        "size": dataset.size,
        "columns": [
            {"name": column.name, "dtype": column.dtype, "shape": column.shape, "labels": column.labels}
            for column in dataset.columns.values()
        ],
    }
