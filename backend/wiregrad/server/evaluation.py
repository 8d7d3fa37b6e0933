"""Asks the weights of a run: a live one's as they are now, an ended one's as it left them."""

import re
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from wiregrad.server.datasets import Datasets
from wiregrad.server.errors import Refusal, illegal_now, invalid, problem_of
from wiregrad.server.runs.supervisor import Runs
from wiregrad.server.schema.evaluation import ContinuedText, Evaluation, EvaluationRequest, TextRequest
from wiregrad.server.schema.runs import RunRecord
from wiregrad.training.executors.evaluating import EvaluatorProcess
from wiregrad.training.questions import (
    Asked,
    Continued,
    Evaluated,
    Question,
    Refused,
    SampleQuestion,
    TextQuestion,
)
from wiregrad.training.spec import MODEL_FILE

REFUSALS = {
    "bad_input": (422, "invalid"),
    "unknown_dataset": (422, "invalid"),
    "bad_model": (409, "illegal_state"),
    "out_of_memory": (503, "out_of_memory"),
    "too_slow": (503, "too_slow"),
}


class Evaluations:
    """Evaluation happens in a child process, which is started when it is first needed."""

    def __init__(self, runs: Runs, datasets: Datasets) -> None:
        self._runs = runs
        self._datasets = datasets
        self._process = EvaluatorProcess()

    async def close(self) -> None:
        await self._process.close()

    async def evaluate(self, run_id: UUID, request: EvaluationRequest) -> Evaluation:
        """Every Output that the given inputs reach; refused with 409 for a run without weights."""
        model, record = await self._newest_model(run_id)
        try:
            question = Question.model_validate(
                {
                    "model": str(model),
                    "inputs": request.inputs,
                    "pictures": {name: url.partition(",")[2] for name, url in request.images.items()},
                    "sample": self._sample(request),
                }
            )
        except ValidationError as error:
            problems = [problem_of(item) for item in error.errors(include_input=False)]
            raise invalid(problems[0].message, problems) from None
        return await self._answer(question, record)

    async def evaluate_image(self, run_id: UUID, input_name: str, picture: bytes) -> Evaluation:
        """As `evaluate`, with a PNG or JPEG file for one input."""
        model, record = await self._newest_model(run_id)
        question = Question.model_construct(model=str(model), pictures={input_name: picture})
        return await self._answer(question, record)

    async def continue_text(self, run_id: UUID, request: TextRequest) -> ContinuedText:
        """What follows a text; refused with 422 if the graph does not continue texts, or not this one."""
        model, record = await self._newest_model(run_id)
        reply = await self._reply(TextQuestion(model=str(model), **request.model_dump()))
        if not isinstance(reply, Continued):
            raise TypeError(f"expected a text; got {reply.type}")
        return ContinuedText(text=reply.text, step=reply.step, state=record.state)

    async def _answer(self, question: Question, record: RunRecord) -> Evaluation:
        reply = await self._reply(question)
        if not isinstance(reply, Evaluated):
            raise TypeError(f"expected Outputs; got {reply.type}")
        return Evaluation(
            outputs=reply.outputs,
            step=reply.step,
            resize=reply.resize,
            state=record.state,
            text=reply.text,
        )

    async def _reply(self, question: Asked) -> Evaluated | Continued:
        match await self._process.ask(question):
            case Evaluated() | Continued() as reply:
                return reply
            case Refused(code="defect", message=message):
                raise RuntimeError(message)
            case Refused(code=code, message=message, problems=problems):
                status, word = REFUSALS[code]
                raise Refusal(status, word, message, problems=problems)

    def _sample(self, request: EvaluationRequest) -> SampleQuestion | None:
        if request.sample is None:
            return None
        return SampleQuestion(
            datasets=str(self._datasets.folder), dataset=request.sample.dataset, index=request.sample.index
        )

    async def model_file(self, run_id: UUID) -> tuple[Path, str]:
        """The newest weights with their graph, and the name that the file should have elsewhere."""
        model, record = await self._newest_model(run_id)
        name = re.sub(r"\W+", "-", record.name).strip("-") or str(run_id)
        return model, f"{name}{model.suffix}"

    async def _newest_model(self, run_id: UUID) -> tuple[Path, RunRecord]:
        record = await self._runs.with_weights_saved(run_id)
        model = self._runs.folder(run_id) / MODEL_FILE
        if not model.is_file():
            raise illegal_now(f"This run is {record.state} and has no weights, so it cannot be asked.")
        return model, record
