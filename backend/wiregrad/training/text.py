"""Continue a text with a graph that scores the next character, one character after another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.randomness import Stream, random_words
from wiregrad.graph import Program, State
from wiregrad.graph.interface import InputInfo
from wiregrad.graph.report import Problem
from wiregrad.training.given import EvaluationError

Scores = NDArray[np.float64]

_FRACTION_BITS = 53
_SUM_TOLERANCE = 1e-3
_MOST_CHARACTERS_LISTED = 120


@dataclass(frozen=True)
class TextModel:
    """A graph that reads a window of characters and scores, at each of its places, the character after it.

    `characters` are those that it knows, in the order of their class numbers; `window` is how many it reads.
    """

    program: Program
    state: State
    input: str
    output: str
    characters: tuple[str, ...]
    window: int
    classes_first: bool

    def scores(self, codes: list[int]) -> Scores:
        """Logits (classes,) of the character after these, of which the last `window` are read.

        They stand at the beginning of the window, so a causal graph does not see what fills its rest.
        """
        read = codes[-self.window :]
        window = np.zeros((1, self.window), np.int64)
        window[0, : len(read)] = read
        found: NDArray[Any] = self.program.evaluate(self.state, {self.input: window}, [self.output])[
            self.output
        ][0]
        places = found.T if self.classes_first else found
        return _logits(places[len(read) - 1].astype(np.float64))


def text_model(
    program: Program, state: State, input_labels: Mapping[str, tuple[str, ...]]
) -> TextModel | None:
    """The first Output of shape (T, classes) or (classes, T) whose one Input is of shape (T,) characters.

    `input_labels` are the class names of the columns that Inputs read. None if there is no such Output.
    """
    for output, info in program.outputs.items():
        if len(info.inputs) != 1 or info.value.dtype != "float32" or not info.value.batched:
            continue
        (name,) = info.inputs
        labels = input_labels.get(name, ())
        window = _window_of(program.inputs[name], labels)
        if window and info.value.shape in ((window, len(labels)), (len(labels), window)):
            classes_first = info.value.shape != (window, len(labels))
            return TextModel(program, state, name, output, labels, window, classes_first)
    return None


def _window_of(info: InputInfo, labels: tuple[str, ...]) -> int:
    """How many characters the Input reads; 0 if it reads something else."""
    is_text = labels and all(len(label) == 1 for label in labels) and len(set(labels)) == len(labels)
    is_row = info.value.dtype == "int64" and len(info.value.shape) == 1
    return info.value.shape[0] if is_text and is_row else 0


def continue_text(model: TextModel, start: str, length: int, temperature: float = 0.8, seed: int = 0) -> str:
    """The `length` characters that the model writes after `start`, which is not repeated.

    Each is drawn with the probabilities softmax(logits / temperature); a temperature of 0 takes the
    likeliest. The same seed gives the same text, and a longer one begins with the shorter.

    Raises:
        EvaluationError: `start` is empty or has characters that the model does not know, the temperature is
            negative or no number, or the scores are not finite.

    """
    if not 0 <= temperature < np.inf:
        raise _bad_temperature(temperature)
    codes = _codes(model.characters, start)
    words = random_words(Stream.TEXT, seed, 0, length)
    fractions = (words >> np.uint64(64 - _FRACTION_BITS)).astype(np.float64) * 2.0**-_FRACTION_BITS
    for fraction in fractions:
        codes.append(_drawn(model.scores(codes), temperature, float(fraction)))
    return "".join(model.characters[code] for code in codes[len(start) :])


def no_text_model() -> EvaluationError:
    """What to say where `text_model` finds nothing."""
    return EvaluationError(
        Problem(
            code="no_text_model",
            message="This model does not continue texts.",
            expected="an Input of shape (T,) that reads a column of characters, and an Output of shape "
            "(T, characters) or (characters, T) that depends on it alone",
            got="a graph without such a pair, or a model from before characters were kept",
            remedy="Connect the scores of the next character to an Output and train it on a text.",
        )
    )


def _bad_temperature(temperature: float) -> EvaluationError:
    return EvaluationError(
        Problem(
            code="temperature",
            message="The temperature does not fit.",
            expected="a number from 0",
            got=str(temperature),
            remedy="Choose one between 0 and 2: 0 takes the likeliest character each time.",
        )
    )


def _codes(characters: tuple[str, ...], start: str) -> list[int]:
    numbers = {character: number for number, character in enumerate(characters)}
    unknown = dict.fromkeys(character for character in start if character not in numbers)
    if unknown or not start:
        raise EvaluationError(
            Problem(
                code="unknown_character" if unknown else "empty_start",
                message=f"The model never saw {_listed(unknown)}." if unknown else "The text is empty.",
                expected=f"a text of these characters: {_listed(numbers)}",
                got=_listed(unknown) if unknown else "nothing",
                remedy="Write it with other characters." if unknown else "Give at least one character.",
            )
        )
    return [numbers[character] for character in start]


def _listed(characters: Mapping[str, object]) -> str:
    named = [repr(character)[1:-1] if character.isspace() else character for character in characters]
    shown = " ".join("space" if name == " " else name for name in named[:_MOST_CHARACTERS_LISTED])
    return f"{shown} ..." if len(named) > _MOST_CHARACTERS_LISTED else shown


def _logits(scores: Scores) -> Scores:
    """Numbers that are probabilities are made logits; a constant more or less does not matter to them."""
    if not np.isfinite(scores).all():
        raise EvaluationError(
            Problem(
                code="scores_not_finite",
                message="The model's scores are not finite, so no character can be chosen.",
                remedy="Train again with a lower learning rate.",
            )
        )
    if scores.min() >= 0 and abs(scores.sum() - 1) <= _SUM_TOLERANCE:
        with np.errstate(divide="ignore"):
            return np.log(scores)
    return scores


def _drawn(logits: Scores, temperature: float, fraction: float) -> int:
    if temperature == 0:
        return int(np.argmax(logits))
    with np.errstate(over="ignore"):
        shares = np.exp((logits - logits.max()) / temperature)
    reached = np.cumsum(shares)
    place = np.searchsorted(reached, fraction * reached[-1], side="right")
    return min(int(place), len(reached) - 1)
