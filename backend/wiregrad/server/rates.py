"""Searches for a learning rate, each in a process of its own that ends with its answer."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from wiregrad.server.datasets import Datasets
from wiregrad.server.errors import Refusal, invalid
from wiregrad.server.schema.rates import NewRateSearch
from wiregrad.server.trainable import require_trainable
from wiregrad.training.executors.local import end_of, start_child
from wiregrad.training.rate_search import RateCurve
from wiregrad.training.rate_worker import NotSearched
from wiregrad.training.spec import RunSpec

WORKER = "wiregrad.training.rate_worker"
SPARE_SECONDS = 30.0
"""For starting the process, reading the data and compiling."""


class RateSearches:
    """One at a time: each would slow down the others, and with them the runs."""

    def __init__(self, datasets: Datasets) -> None:
        self._datasets = datasets
        self._turn = asyncio.Lock()

    async def search(self, new: NewRateSearch) -> RateCurve:
        """The curve; refused with 422 and all problems if the graph cannot be trained."""
        training = new.training or new.graph.training
        await asyncio.to_thread(require_trainable, self._datasets, new.graph, training)
        spec = RunSpec.of(new.graph, training, self._datasets.folder)
        async with self._turn:
            with tempfile.TemporaryDirectory(prefix="wiregrad-rate-") as folder:
                spec.save(Path(folder))
                return _read(await _ask(Path(folder), new))


async def _ask(folder: Path, new: NewRateSearch) -> bytes:
    process = await start_child(WORKER, str(folder), log=None)
    try:
        question = new.search.model_dump_json().encode() + b"\n"
        async with asyncio.timeout(new.search.seconds + SPARE_SECONDS):
            answer, _ = await process.communicate(question)
            return answer
    except TimeoutError:
        raise Refusal(
            503, "too_slow", "The search took too long. Lower the batch size or the number of steps."
        ) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await end_of(process)


def _read(answer: bytes) -> RateCurve:
    try:
        return RateCurve.model_validate_json(answer)
    except ValidationError:
        pass
    try:
        failed = NotSearched.model_validate_json(answer)
    except ValidationError:
        raise Refusal(
            503, "out_of_memory", "The search was ended by the system, often for lack of memory."
        ) from None
    raise invalid(failed.message, failed.problems)
