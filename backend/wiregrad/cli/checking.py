"""`wiregrad check`."""

from wiregrad.cli.console import FAILED, complain, describe_problems, say
from wiregrad.cli.sources import graph_named, labels_of
from wiregrad.data.byte_counts import in_words
from wiregrad.graph import GraphDocument, Report
from wiregrad.graph.check import analyze
from wiregrad.training.memory import estimate


def check_graph(name: str, *, as_json: bool) -> int:
    """0 if the graph has no errors; warnings are said, too."""
    graph = graph_named(name)
    report = graph.check()
    if report.problems:
        complain(describe_problems(report.problems, labels_of(graph.document)))
    say(report.model_dump_json() if as_json else _summary(graph.document, report))
    return FAILED if report.errors else 0


def _summary(document: GraphDocument, report: Report) -> str:
    totals = report.totals
    blue = sum(wire.value is not None and wire.value.carries_gradient for wire in report.wires)
    errors = len(report.errors)
    verdict = "no errors" if not errors else "1 error" if errors == 1 else f"{errors} errors"
    return (
        f"{document.name}: {verdict}. {len(report.nodes)} nodes; {len(report.wires)} wires, "
        f"{blue} with gradient; "
        f"{totals.trainable_parameters:,} trainable parameters; "
        f"{totals.multiply_adds:,} multiply-adds per sample.{_memory(document, report)}"
    )


def _memory(document: GraphDocument, report: Report) -> str:
    if report.errors:
        return ""
    needed = estimate(analyze(document), document.training, None)
    return (
        f" Training in batches of {document.training.batch_size:,}: about {in_words(needed.total)} of memory."
    )
