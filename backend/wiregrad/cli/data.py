"""The names and options of `wiregrad data import` and `wiregrad data list`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Import data from this machine, and list what there is.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
DataDirOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where graphs, datasets and runs are kept.")
]


@app.command("import")
def import_data(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="A file, a folder of pictures, or the IDX files of one set."),
    ],
    *,
    name: Annotated[str | None, typer.Option(help="What to call it; otherwise as the file.")] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="How to read it, such as missing=mean; may be repeated."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=TYPE", help="A column's type, such as age=number; may be repeated."),
    ] = None,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Make a dataset of a file, of several that belong together, or of a folder with pictures."""
    from wiregrad.cli.importing import import_paths  # noqa: PLC0415

    import_paths(paths, name, option or [], column or [], data_dir=data_dir, as_json=json)


@app.command("list")
def list_data(*, data_dir: DataDirOption = None, json: JsonOption = False) -> None:
    """List the datasets that there are."""
    from wiregrad.cli.importing import list_datasets  # noqa: PLC0415

    list_datasets(data_dir, as_json=json)
