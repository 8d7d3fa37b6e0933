"""`wiregrad examples`."""

import json

from wiregrad.cli.console import say
from wiregrad.gallery import examples, goal


def list_examples(*, as_json: bool) -> None:
    if as_json:
        say(
            json.dumps(
                [
                    {
                        "id": name,
                        "name": graph.document.name,
                        "goal": goal(graph),
                        "description": graph.document.description,
                        "dataset": graph.document.training.dataset,
                    }
                    for name, graph in examples.items()
                ],
                ensure_ascii=False,
            )
        )
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("Example", "What it shows", box=None, pad_edge=False)
    for name, graph in examples.items():
        table.add_row(name, goal(graph))
    Console().print(table)
    say("\nTrain one: wiregrad train rosenbrock")
