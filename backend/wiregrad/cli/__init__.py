"""The command line: `wiregrad [serve]`, and what `wiregrad --help` lists.

Only the names and options of the commands are here, so that `--help` answers at once; what a command does
is imported when it runs.
"""

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from wiregrad.cli import data
from wiregrad.cli.console import FAILED, CommandFailed, complain
from wiregrad.engine.blas import prefer_wide_kernels

app = typer.Typer(
    name="wiregrad",
    help="Draw a neural network, see where its gradients flow, train it, take it away.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(data.app, name="data")

GraphArgument = Annotated[
    str, typer.Argument(metavar="FILE|EXAMPLE", help="A graph file, or an example's name.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="Port to listen on; 8000, or a free one if that is taken."),
]
BrowserOption = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")]
DataOption = Annotated[
    str | None,
    typer.Option(metavar="DATASET|FILE", help="A dataset's id, or a file or folder that can be imported."),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(metavar="INPUT=COLUMN", help="The column that an Input reads; may be repeated."),
]
BatchSizeOption = Annotated[int | None, typer.Option(min=1, help="Samples in a step.")]
SeedOption = Annotated[int | None, typer.Option(min=0, help="Where all random numbers come from.")]
PrecisionOption = Annotated[
    str | None, typer.Option(metavar="full|bfloat16", help="What products in a training step read.")
]
ModelArgument = Annotated[Path, typer.Argument(metavar="MODEL", help="A file that `train --out` wrote.")]
DataDirOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where graphs, datasets and runs are kept.")
]
RemoteOption = Annotated[
    bool, typer.Option("--allow-remote", help="Let other computers in; there are no accounts yet.")
]
AllowedHostOption = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="A further host name to answer to; may be repeated.")
]


def main() -> None:
    """Run the command line. Problems go to standard error in words; exit code 0 means that all was done."""
    # NumPy's BLAS reads its choice when it is loaded, which some command may do later.
    prefer_wide_kernels(os.environ)
    try:
        app()
    except CommandFailed as error:
        complain(str(error))
    except BrokenPipeError:
        # Whoever read our output, such as `head`, has had enough; nobody needs to hear about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(FAILED)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = None,
    browser: BrowserOption = True,
    data_dir: DataDirOption = None,
    allow_remote: RemoteOption = False,
    allowed_host: AllowedHostOption = None,
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """Draw a neural network, see where its gradients flow, train it, take it away.

    Without a command, Wiregrad starts its server and opens the browser.
    """
    if version:
        typer.echo(f"wiregrad {metadata.version('wiregrad')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        serve(
            host=host,
            port=port,
            browser=browser,
            data_dir=data_dir,
            allow_remote=allow_remote,
            allowed_host=allowed_host,
        )


@app.command()
def serve(
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = None,
    browser: BrowserOption = True,
    data_dir: DataDirOption = None,
    allow_remote: RemoteOption = False,
    allowed_host: AllowedHostOption = None,
) -> None:
    """Start the server and open the page in a browser; Ctrl-C stops it."""
    from wiregrad.cli.serving import serve_until_stopped  # noqa: PLC0415

    serve_until_stopped(
        host,
        port,
        data_dir,
        open_browser=browser,
        allow_remote=allow_remote,
        allowed_hosts=allowed_host or [],
    )


@app.command()
def check(graph: GraphArgument, json: JsonOption = False) -> None:
    """Say what is wrong with a graph, and what flows in it."""
    from wiregrad.cli.checking import check_graph  # noqa: PLC0415

    raise typer.Exit(check_graph(graph, as_json=json))


@app.command()
def train(
    graph: GraphArgument,
    *,
    data: DataOption = None,
    column: ColumnOption = None,
    steps: Annotated[int | None, typer.Option(min=1, help="How many steps.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="How many passes over the data.")] = None,
    batch_size: BatchSizeOption = None,
    seed: SeedOption = None,
    backend: Annotated[str | None, typer.Option(help="What computes: auto, or a backend's name.")] = None,
    dtype: Annotated[str | None, typer.Option(metavar="float32|float64", help="Precision.")] = None,
    precision: PrecisionOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the trained model here (.safetensors).")
    ] = None,
    start_from: Annotated[
        str | None,
        typer.Option(metavar="FILE|RUN", help="Begin with the weights of this model file, or run, that fit."),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep all that is needed to go on here.")
    ] = None,
    goes_on: Annotated[bool, typer.Option("--continue", help="Go on from the --checkpoint file.")] = False,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Train a graph. Ctrl-C stops it and keeps the weights."""
    from wiregrad.cli.training import TrainingWish, train_graph  # noqa: PLC0415

    wish = TrainingWish(
        graph=graph,
        data=data,
        columns=tuple(column or ()),
        steps=steps,
        epochs=epochs,
        changes={
            "batch_size": batch_size,
            "seed": seed,
            "backend": backend,
            "dtype": dtype,
            "precision": precision,
        },
        out=out,
        data_dir=data_dir,
        start_from=start_from,
        checkpoint=checkpoint,
        goes_on=goes_on,
    )
    raise typer.Exit(train_graph(wish, as_json=json))


@app.command(name="compile")
def compile_command(
    graph: GraphArgument,
    *,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell of passes, kernels, memory, and where the time goes.")
    ] = False,
    compare: Annotated[
        str | None,
        typer.Option(metavar="BACKEND", help="Find the first group of values that comes out wrong."),
    ] = None,
    batch_size: BatchSizeOption = None,
    backend: Annotated[str, typer.Option(help="What compiles: llvm, auto, or another backend.")] = "llvm",
    dtype: Annotated[str | None, typer.Option(metavar="float32|float64", help="Precision.")] = None,
    precision: PrecisionOption = None,
    threads: Annotated[int | None, typer.Option(min=1, help="How many; as many as cores.")] = None,
    no_fuse: Annotated[bool, typer.Option("--no-fuse", help="Give every value a kernel of its own.")] = False,
    apart: Annotated[
        list[int] | None,
        typer.Option(metavar="GROUP", min=0, help="Take this group apart; may be repeated."),
    ] = None,
    no_time: Annotated[bool, typer.Option("--no-time", help="Explain without running anything.")] = False,
    json: JsonOption = False,
) -> None:
    """Compile the training step of a graph, which later runs then need not do."""
    from wiregrad.cli.compiling import CompileWish, compile_named  # noqa: PLC0415

    wish = CompileWish(
        graph=graph,
        batch_size=batch_size,
        backend=backend,
        dtype=dtype,
        precision=precision,
        threads=threads,
        fuse=not no_fuse,
        apart=tuple(apart or ()),
        is_explained=explain,
        is_timed=not no_time,
        compare=compare,
    )
    raise typer.Exit(compile_named(wish, as_json=json))


@app.command(name="find-lr")
def find_lr(
    graph: GraphArgument,
    *,
    data: DataOption = None,
    column: ColumnOption = None,
    optimizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose rate; the first one's that steps.")
    ] = None,
    lowest: Annotated[float | None, typer.Option(help="The rate to begin with; 1e-6.")] = None,
    highest: Annotated[float | None, typer.Option(help="The rate to end with; 10.")] = None,
    steps: Annotated[int | None, typer.Option(help="How many rates between them; 100.")] = None,
    batch_size: BatchSizeOption = None,
    seed: SeedOption = None,
    data_dir: DataDirOption = None,
    json: JsonOption = False,
) -> None:
    """Find a learning rate to begin with. No weights are kept."""
    from wiregrad.cli.rates import find_rate  # noqa: PLC0415
    from wiregrad.cli.training import TrainingWish  # noqa: PLC0415

    wish = TrainingWish(
        graph=graph,
        data=data,
        columns=tuple(column or ()),
        changes={"batch_size": batch_size, "seed": seed},
        data_dir=data_dir,
    )
    search: dict[str, object] = {"optimizer": optimizer, "lowest": lowest, "highest": highest, "steps": steps}
    raise typer.Exit(find_rate(wish, search, as_json=json))


@app.command()
def evaluate(
    model: ModelArgument,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", metavar="NAME=VALUE", help="Numbers as JSON, or @FILE (.npy, .png, .jpg, .json)."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Give a trained model inputs and see its outputs."""
    from wiregrad.cli.evaluating import evaluate_model  # noqa: PLC0415

    evaluate_model(model, inputs or [], as_json=json)


@app.command(name="continue-text")
def continue_text(
    model: ModelArgument,
    *,
    start: Annotated[str, typer.Option(metavar="TEXT", help="How the text begins.")],
    length: Annotated[int, typer.Option(min=1, max=100_000, help="How many characters to add.")] = 200,
    temperature: Annotated[
        float,
        typer.Option(min=0, max=10, help="0 takes the likeliest; the higher, the more is left to chance."),
    ] = 0.8,
    seed: Annotated[int, typer.Option(min=0, help="Where all random numbers come from.")] = 0,
    json: JsonOption = False,
) -> None:
    """Continue a text with a trained model of characters."""
    from wiregrad.cli.evaluating import continue_with_model  # noqa: PLC0415

    continue_with_model(model, start, length, temperature, seed, as_json=json)


@app.command()
def examples(json: JsonOption = False) -> None:
    """List the graphs that come with Wiregrad."""
    from wiregrad.cli.listing import list_examples  # noqa: PLC0415

    list_examples(as_json=json)
