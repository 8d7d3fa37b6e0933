"""Runs in processes of their own, and what happens when processes die."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.graph.drawing import draw
from tests.training.drawing import exploding_document, losses_of, parameter_document
from wiregrad.gallery import examples
from wiregrad.graph.document import GraphDocument
from wiregrad.training.commands import Pause, Resume, SaveCheckpoint, SingleStep, Stop
from wiregrad.training.events import (
    CheckpointEvent,
    Event,
    MessageEvent,
    ResultEvent,
    StartedEvent,
    StateEvent,
    StepsEvent,
)
from wiregrad.training.executors import LocalExecutor, local
from wiregrad.training.executors.local import LocalRun
from wiregrad.training.model import Model
from wiregrad.training.spec import CHECKPOINT_FILE, LOG_FILE, MODEL_FILE, RunSpec

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")

React = Callable[[LocalRun, Event], Awaitable[None]]
FOREVER = 10**9


async def ignore(_run: LocalRun, _event: Event) -> None:
    pass


def execute(
    folder: Path, document: GraphDocument, react: React = ignore, checkpoint_seconds: float = 30.0
) -> tuple[list[Event], LocalRun]:
    """All events of a run by the local executor; `react` sees each of them as it comes."""

    async def execution() -> tuple[list[Event], LocalRun]:
        chosen = RunSpec(graph=document, training=document.training, checkpoint_seconds=checkpoint_seconds)
        run = await LocalExecutor().start(chosen, folder)
        told: list[Event] = []
        async for batch in run.events():
            for event in (entry.event for entry in batch):
                told.append(event)
                await react(run, event)
        return told, run

    return asyncio.run(execution())


def states_of(events: list[Event]) -> list[str]:
    return [event.state for event in events if isinstance(event, StateEvent)]


def last_state(events: list[Event]) -> StateEvent:
    last = events[-1]
    assert isinstance(last, StateEvent)
    return last


def test_a_run_from_start_to_end(tmp_path: Path) -> None:
    events, run = execute(tmp_path, parameter_document(steps=500))
    assert states_of(events) == ["starting", "running", "completed"]
    assert len(losses_of(events)) == 500
    assert run.returncode == 0
    assert Model.load(tmp_path / MODEL_FILE).details.step == 500
    assert Model.load(tmp_path / CHECKPOINT_FILE).details.contents == "checkpoint"
    assert (tmp_path / LOG_FILE).read_text() == ""


def test_an_example_with_data_in_a_worker(tmp_path: Path) -> None:
    events, _ = execute(tmp_path, examples["line-fit"].document)
    (started,) = (event for event in events if isinstance(event, StartedEvent))
    assert started.samples["train"] == 100
    assert last_state(events).state == "completed"


def test_commands_reach_the_worker(tmp_path: Path) -> None:
    async def react(run: LocalRun, event: Event) -> None:
        if isinstance(event, StepsEvent) and event.first_step == 1:
            await run.send(Pause())
        elif isinstance(event, StateEvent) and event.state == "paused":
            for command in (SingleStep(), SaveCheckpoint(), Resume()):
                await run.send(command)
        elif isinstance(event, CheckpointEvent):
            await run.send(Stop())

    events, run = execute(tmp_path, parameter_document(steps=FOREVER), react)
    assert states_of(events) == ["starting", "running", "paused", "running", "stopped"]
    assert run.returncode == 0
    (result,) = (event for event in events if isinstance(event, ResultEvent))
    assert result.step == len(losses_of(events))


def test_a_killed_worker_is_a_failed_run_with_a_plain_reason(tmp_path: Path) -> None:
    async def react(run: LocalRun, event: Event) -> None:
        if isinstance(event, StepsEvent) and event.first_step == 1:
            os.kill(run.pid, signal.SIGKILL)

    events, run = execute(tmp_path, parameter_document(steps=FOREVER), react)
    assert last_state(events).state == "failed"
    assert last_state(events).reason.startswith(
        "The training process was killed (signal 9, often out of memory)."
    )
    assert run.returncode == -signal.SIGKILL


def test_a_killed_run_goes_on_from_its_checkpoint_and_ends_the_same(tmp_path: Path) -> None:
    """Kill -9 in the middle of an epoch, then start again: weights and losses as if nothing had happened."""
    document = examples["digits-mlp"].document
    whole, _ = execute(tmp_path / "whole", document)

    async def kill_after_a_checkpoint(run: LocalRun, event: Event) -> None:
        if isinstance(event, CheckpointEvent) and event.step > 0:
            os.kill(run.pid, signal.SIGKILL)

    killed, _ = execute(tmp_path / "part", document, kill_after_a_checkpoint, checkpoint_seconds=0.02)
    assert last_state(killed).state == "failed"
    at = Model.load(tmp_path / "part" / CHECKPOINT_FILE).details.step
    assert 0 < at < 1200
    rest, _ = execute(tmp_path / "part", document)
    assert last_state(rest).state == "completed"
    assert losses_of(rest) == losses_of(whole)[at:]
    ended, wanted = (Model.load(tmp_path / folder / CHECKPOINT_FILE) for folder in ("part", "whole"))
    assert ended.details == wanted.details
    assert {name: array.tobytes() for name, array in ended.tensors.items()} == {
        name: array.tobytes() for name, array in wanted.tensors.items()
    }


def start_by_hand(folder: Path, document: GraphDocument) -> subprocess.Popen[bytes]:
    RunSpec.of(document).save(folder)
    return subprocess.Popen(
        [sys.executable, "-m", "wiregrad.training.worker", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    process.wait(30)


def read_until(process: subprocess.Popen[bytes], kind: str) -> None:
    assert process.stdout is not None
    while json.loads(process.stdout.readline())["type"] != kind:
        pass


def test_the_end_of_standard_input_means_that_the_owner_is_gone(tmp_path: Path) -> None:
    process = start_by_hand(tmp_path, parameter_document(steps=FOREVER))
    read_until(process, "steps")
    told, complaints = process.communicate(timeout=30)
    last = json.loads(told.splitlines()[-1])
    assert (last["type"], last["state"]) == ("state", "interrupted")
    assert (process.returncode, complaints) == (0, b"")
    assert Model.load(tmp_path / CHECKPOINT_FILE).details.step > 0


def test_a_worker_whose_reader_is_gone_saves_and_ends(tmp_path: Path) -> None:
    process = start_by_hand(tmp_path, parameter_document(steps=FOREVER))
    read_until(process, "steps")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(30) == 0
    assert Model.load(tmp_path / CHECKPOINT_FILE).details.step > 0
    close(process)


def test_no_worker_outlives_an_owner_that_is_killed(tmp_path: Path) -> None:
    """The owner is a process of its own that starts a run and is then killed with signal 9."""
    owner_code = (
        "import asyncio, sys, pathlib\n"
        "from wiregrad.training.executors import LocalExecutor\n"
        "from wiregrad.training.spec import RunSpec\n"
        "async def own():\n"
        "    folder = pathlib.Path(sys.argv[1])\n"
        "    run = await LocalExecutor().start(RunSpec.load(folder), folder)\n"
        "    print(run.pid, flush=True)\n"
        "    async for batch in run.events(): pass\n"
        "asyncio.run(own())\n"
    )
    RunSpec.of(parameter_document(steps=FOREVER)).save(tmp_path)
    owner = subprocess.Popen([sys.executable, "-c", owner_code, str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    worker = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    wait_until(lambda: not is_alive(worker))
    assert Model.load(tmp_path / CHECKPOINT_FILE).details.contents == "checkpoint"


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about does not."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up, "it did not happen within a minute"
        time.sleep(0.02)


def test_what_anything_prints_does_not_disturb_the_events(tmp_path: Path) -> None:
    """Prints go to the log, because standard output belongs to the events."""
    code = (
        "import sys, wiregrad.training.worker as worker\n"
        "import wiregrad.training.loop as loop\n"
        "original = loop.train\n"
        "def noisy(*arguments, **named):\n"
        "    print('a stray print')\n"
        "    return original(*arguments, **named)\n"
        "loop.train = noisy\n"
        "sys.exit(worker.main(sys.argv[1:]))\n"
    )
    RunSpec.of(parameter_document(steps=10)).save(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [json.loads(line) for line in process.stdout]
    assert process.wait(30) == 0
    assert lines[-1]["state"] == "completed"
    assert "a stray print" in (tmp_path / LOG_FILE).read_text()
    close(process)


def test_an_unknown_dataset_fails_in_words(tmp_path: Path) -> None:
    document = examples["line-fit"].document
    training = document.training.model_copy(update={"dataset": "nowhere"})
    events, run = execute(tmp_path, document.model_copy(update={"training": training}))
    assert states_of(events) == ["starting", "failed"]
    assert last_state(events).reason.startswith("There is no dataset 'nowhere'. There are: ")
    assert run.returncode == 1
    assert "Traceback" in (tmp_path / LOG_FILE).read_text()


def test_a_wrong_graph_fails_in_words(tmp_path: Path) -> None:
    events, _ = execute(tmp_path, examples["constant-cannot-train"].document)
    assert states_of(events) == ["starting", "failed"]
    assert "A Constant has nothing to change" in last_state(events).reason


def test_running_out_of_memory_fails_in_words(tmp_path: Path) -> None:
    """A product of forty thousand by forty thousand numbers: six gigabytes, more than the run may have.

    Native code would add the numbers up without ever having them all.
    """
    size = 40_000
    graph = draw(
        {
            "a": ("Parameter", {"shape": [size, 1]}),
            "b": ("Parameter", {"shape": [1, size]}),
            "product": "Mul",
            "sgd": "Optimizer",
        },
        ["a -> product.a", "b -> product.b", "product -> sgd.loss"],
    )
    training = parameter_document(steps=3).training.model_copy(update={"backend": "numpy"})
    document = graph.document.model_copy(update={"training": training})
    RunSpec.of(document).save(tmp_path)
    code = (
        "import resource, sys, wiregrad.training.worker as worker\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "sys.exit(worker.main(sys.argv[1:]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    last = json.loads(process.stdout.readlines()[-1])
    close(process)
    assert last["state"] == "failed"
    # A machine that has less than that to give refuses before it starts.
    said = ("The computer ran out of memory.", "This training does not fit into memory")
    assert last["reason"].startswith(said)


def test_a_folder_without_specification_fails_in_words(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "wiregrad.training.worker", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    last = json.loads(process.stdout.splitlines()[-1])
    assert last["state"] == "failed"
    assert "spec.json" in last["reason"]


def test_the_worker_may_diverge_without_breaking_the_wire(tmp_path: Path) -> None:
    events, _ = execute(tmp_path, exploding_document(steps=40))
    assert losses_of(events).count(None) > 0
    assert last_state(events).state == "completed"


def test_an_interrupted_run_saves_and_ends(tmp_path: Path) -> None:
    tasks: list[asyncio.Task[None]] = []

    async def react(run: LocalRun, event: Event) -> None:
        if isinstance(event, StepsEvent) and event.first_step == 1:
            tasks.append(asyncio.create_task(run.interrupt(timeout=30)))

    events, run = execute(tmp_path, parameter_document(steps=FOREVER), react)
    assert last_state(events).state == "interrupted"
    assert run.returncode == 0


def test_nobody_waits_for_more_while_more_is_there_than_is_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local, "SECONDS_BETWEEN_LONG_BATCHES", 3_600.0)
    line = MessageEvent(time=0, level="info", text="x" * 1_000).model_dump_json().encode() + b"\n"
    count = 4 * local.MOST_BYTES_AT_ONCE // len(line) + 1

    async def read() -> int:
        output = asyncio.StreamReader()
        output.feed_data(line * count)
        output.feed_eof()
        return sum([len(told) async for told in local.batches(output)])

    assert asyncio.run(asyncio.wait_for(read(), 60.0)) == count


def test_a_run_that_nobody_listens_to_is_ended_all_the_same(tmp_path: Path) -> None:
    """Its pipe is full and nobody reads, so it cannot tell that it ends: after a second it is killed."""

    async def execution() -> tuple[int | None, str]:
        document = parameter_document(steps=FOREVER)
        run = await LocalExecutor().start(RunSpec.of(document), tmp_path)
        while not (tmp_path / CHECKPOINT_FILE).exists():
            await run.send(SaveCheckpoint())
            await asyncio.sleep(0.2)
        await asyncio.sleep(2)
        await run.interrupt(timeout=1)
        states = states_of([told.event async for batch in run.events() for told in batch])
        return run.returncode, states[-1]

    # On a machine so slow that the pipe is not full yet, the run ends by itself.
    assert asyncio.run(execution()) in [(-signal.SIGKILL, "failed"), (0, "interrupted")]
