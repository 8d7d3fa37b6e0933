"""The inside of an evaluator process: keeps the models that were asked for last, ready to be asked again."""

import traceback
from collections import OrderedDict
from pathlib import Path

from wiregrad.data.errors import DataError, UnknownDataset
from wiregrad.data.resizing import RULES
from wiregrad.data.store import DatasetStore
from wiregrad.graph import GraphError, StateError
from wiregrad.training.evaluation import Evaluator, bound_sample
from wiregrad.training.failures import OUT_OF_MEMORY
from wiregrad.training.given import EvaluationError
from wiregrad.training.lines import MOST_BYTES_IN_A_QUESTION, read_lines
from wiregrad.training.model import Model, ModelError
from wiregrad.training.questions import (
    ASKED,
    REPLY,
    Asked,
    Continued,
    Evaluated,
    Question,
    Refused,
    Reply,
    TextAbility,
    TextQuestion,
)
from wiregrad.training.streams import STANDARD_INPUT, write_all
from wiregrad.training.text import continue_text, no_text_model

MODELS_KEPT = 4

ModelKey = tuple[str, int, int]


def answer_questions(answers: int) -> None:
    """Answer on the descriptor `answers` until there are no more questions."""
    desk = Desk()
    for line in read_lines(STANDARD_INPUT, MOST_BYTES_IN_A_QUESTION):
        write_all(answers, REPLY.dump_json(desk.reply(line)) + b"\n")


class Desk:
    """Answers questions one after another."""

    def __init__(self) -> None:
        self._evaluators: OrderedDict[ModelKey, Evaluator] = OrderedDict()

    def reply(self, line: bytes) -> Reply:
        """The answer, or why there is none; never raises."""
        try:
            return self._answer(ASKED.validate_json(line))
        except EvaluationError as error:
            return Refused(code="bad_input", message=str(error), problems=error.problems)
        except (GraphError, ModelError, OSError, StateError) as error:
            return Refused(code="bad_model", message=str(error))
        except (UnknownDataset, DataError) as error:
            return Refused(code="unknown_dataset", message=str(error))
        except MemoryError:
            return Refused(code="out_of_memory", message=OUT_OF_MEMORY)
        except Exception as error:  # one bad question must not end the process that answers the others
            traceback.print_exc()
            return Refused(code="defect", message=f"Evaluation failed ({type(error).__name__}: {error}).")

    def _answer(self, question: Asked) -> Evaluated | Continued:
        evaluator = self._evaluator(Path(question.model))
        match question:
            case Question():
                return _evaluated(evaluator, question)
            case TextQuestion():
                return _continued(evaluator, question)

    def _evaluator(self, path: Path) -> Evaluator:
        """For the file as it is now: a model is replaced by the next checkpoint of its run."""
        found = path.stat()
        key = (str(path), found.st_mtime_ns, found.st_ino)
        if key not in self._evaluators:
            self._evaluators[key] = Evaluator(Model.load(path))
            while len(self._evaluators) > MODELS_KEPT:
                self._evaluators.popitem(last=False)
        self._evaluators.move_to_end(key)
        return self._evaluators[key]


def _evaluated(evaluator: Evaluator, question: Question) -> Evaluated:
    sample = None
    if question.sample is not None:
        dataset = DatasetStore(Path(question.sample.datasets)).get(question.sample.dataset)
        sample = bound_sample(evaluator.program, dataset, question.sample.index)
    outputs = evaluator.evaluate(question.inputs, question.pictures, sample)
    details = evaluator.model.details
    return Evaluated(
        outputs=outputs, step=details.step, resize=RULES[details.resize], text=_ability(evaluator)
    )


def _ability(evaluator: Evaluator) -> TextAbility | None:
    model = evaluator.text
    return TextAbility(characters=model.characters, window=model.window) if model else None


def _continued(evaluator: Evaluator, question: TextQuestion) -> Continued:
    if evaluator.text is None:
        raise no_text_model()
    text = continue_text(evaluator.text, question.start, question.length, question.temperature, question.seed)
    return Continued(text=text, step=evaluator.model.details.step)
