"""Asks an evaluator process, so that whoever asks never computes and never runs out of memory itself."""

import asyncio
from contextlib import suppress

from wiregrad.training.executors.local import end_of, start_child
from wiregrad.training.failures import OUT_OF_MEMORY
from wiregrad.training.lines import CHUNK_BYTES, LineSplitter, LineTooLong
from wiregrad.training.questions import REPLY, Asked, Refused, Reply

EVALUATOR = "wiregrad.training.evaluator"
SECONDS_TO_ANSWER = 60.0
MOST_BYTES_IN_AN_ANSWER = 1 << 26


class EvaluatorProcess:
    """A child process that evaluates models. It starts with the first question, and again after it died."""

    def __init__(self, seconds_to_answer: float = SECONDS_TO_ANSWER) -> None:
        self._seconds_to_answer = seconds_to_answer
        self._process: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def ask(self, question: Asked) -> Reply:
        """The answer; a Refused if there is none. One question is answered at a time."""
        async with self._one_at_a_time:
            try:
                return await asyncio.wait_for(self._exchange(question), self._seconds_to_answer)
            except TimeoutError:
                await self._end()
                waited = f"{self._seconds_to_answer:g} s"
                return Refused(
                    code="too_slow", message=f"No answer after {waited}; the evaluation was ended."
                )
            except LineTooLong:
                await self._end()
                return Refused(
                    code="bad_input",
                    message=f"The answer is larger than {MOST_BYTES_IN_AN_ANSWER:,} bytes. "
                    "Give fewer samples, or connect smaller values to the Outputs.",
                )
            except BaseException:
                # The answer to an abandoned question must not be taken for that of the next one.
                await self._end()
                raise

    async def close(self) -> None:
        async with self._one_at_a_time:
            await self._end()

    async def _exchange(self, question: Asked) -> Reply:
        process = await self._running()
        assert process.stdin is not None  # noqa: S101 - it was asked for
        with suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(question.model_dump_json().encode() + b"\n")
            await process.stdin.drain()
        line = await _read_line(process)
        if line is None:
            await self._end()
            return Refused(code="out_of_memory", message=f"The evaluation process ended. {OUT_OF_MEMORY}")
        return REPLY.validate_json(line)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await start_child(EVALUATOR, log=None)
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await end_of(process)
            await _read_to_end(process)


async def _read_to_end(process: asyncio.subprocess.Process) -> None:
    """Throw away what it still wrote, so that the pipe is closed."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    while await process.stdout.read(CHUNK_BYTES):
        pass


async def _read_line(process: asyncio.subprocess.Process) -> bytes | None:
    """The next line; None if the process ended before it was complete."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    splitter = LineSplitter(MOST_BYTES_IN_AN_ANSWER)
    while chunk := await process.stdout.read(CHUNK_BYTES):
        lines = splitter.feed(chunk)
        if lines:
            return lines[0]
    return None
