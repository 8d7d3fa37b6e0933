"""A search for a learning rate in a process of its own: `python -m wiregrad.training.rate_worker FOLDER`.

The folder holds a specification. The search comes as a JSON line on standard input; the answer goes as one to
standard output.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from wiregrad.engine.blas import prefer_wide_kernels
from wiregrad.graph.report import Problem
from wiregrad.training.streams import STANDARD_INPUT, send_stray_output_to, take_standard_output, write_all

LOG_FILE = "worker.log"
MOST_BYTES = 1 << 16


class NotSearched(BaseModel):
    """Why there is no curve."""

    model_config = ConfigDict(frozen=True)

    failed: Literal[True] = True
    message: str
    problems: tuple[Problem, ...] = ()


def main(arguments: list[str]) -> int:
    folder, answers = Path(arguments[0]), take_standard_output()
    send_stray_output_to(folder / LOG_FILE)
    prefer_wide_kernels(os.environ)
    write_all(answers, _answer(folder).encode() + b"\n")
    return 0


def _answer(folder: Path) -> str:
    from wiregrad.data.store import DatasetStore  # noqa: PLC0415 - loads NumPy, which reads the choice above
    from wiregrad.training.binding import BindingError  # noqa: PLC0415
    from wiregrad.training.failures import explain  # noqa: PLC0415
    from wiregrad.training.rate_search import RateSearch, search_rate  # noqa: PLC0415
    from wiregrad.training.spec import RunSpec  # noqa: PLC0415

    try:
        spec = RunSpec.load(folder)
        search = RateSearch.model_validate_json(os.read(STANDARD_INPUT, MOST_BYTES))
        store = DatasetStore(spec.datasets or folder / "datasets")
        dataset = store.get(spec.training.dataset) if spec.training.dataset else None
        return search_rate(spec, dataset, search).model_dump_json()
    except BindingError as error:
        return NotSearched(message=str(error), problems=error.problems).model_dump_json()
    except (Exception, MemoryError) as error:
        traceback.print_exc()
        return NotSearched(message=explain(error, str(folder / LOG_FILE))).model_dump_json()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
