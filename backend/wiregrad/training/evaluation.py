"""Named numbers or pictures in, every Output out: what a trained graph is for."""

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from wiregrad.data.dataset import Dataset
from wiregrad.data.normalization import Scale
from wiregrad.graph import Program, State
from wiregrad.graph.check import analyze
from wiregrad.graph.program import compile_checked
from wiregrad.graph.report import Problem
from wiregrad.nodes import ValueType
from wiregrad.nodes.output import Output
from wiregrad.training.class_weights import weighted
from wiregrad.training.columns import bound_to
from wiregrad.training.given import EvaluationError, conformed, picture_value
from wiregrad.training.model import Model
from wiregrad.training.questions import OutputValue
from wiregrad.training.text import TextModel, text_model
from wiregrad.training.units import in_data_units, output_scales

Array = NDArray[Any]
Display = Literal["number", "probabilities", "image", "table"]

SAMPLES_AT_ONCE = 1_024
"""More samples than this are evaluated part by part."""


class Evaluator:
    """A model, compiled once and ready to be asked. Everything happens in evaluation mode."""

    def __init__(self, model: Model, backend: str = "auto") -> None:
        self.model = model
        graph = weighted(analyze(model.graph), model.details.class_weights)
        self._output_scales = output_scales(graph, model.details.normalization)
        self.program = compile_checked(graph, 1, backend, model.details.training.dtype)
        self._state = state_of(model, self.program)

    def evaluate(
        self,
        inputs: Mapping[str, object] | None = None,
        pictures: Mapping[str, bytes] | None = None,
        sample: Mapping[str, Array] | None = None,
    ) -> dict[str, OutputValue]:
        """Every Output that the given inputs reach, by name.

        `inputs` are numbers or nested lists of them by input name: one sample of the Input's shape, or
        several with a leading batch axis. `pictures` are PNG or JPEG files for Inputs of pictures, brought to
        their height and width as the training pictures were, from 0 to 1. `sample` fills Inputs that neither
        of the two names. Of an Input that both name, the numbers count.

        Raises:
            EvaluationError: an unknown name, a shape or dtype that does not fit, numbers of samples that
                differ, or too little to compute any Output.

        """
        given = self._given(inputs or {}, pictures or {})
        for name, value in (sample or {}).items():
            given.setdefault(name, (value, False))
        count, batched = self._sample_count(given)
        reachable = self._reachable(given)
        arrays = {
            name: self._scaled(name, array if is_batch else array[np.newaxis])
            for name, (array, is_batch) in given.items()
        }
        values = self._values(arrays, count, reachable)
        return {name: self._presented(name, values[name], batched) for name in reachable}

    @cached_property
    def text(self) -> TextModel | None:
        """How it continues texts; None if it does not."""
        return text_model(self.program, self._state, self.model.details.input_labels)

    # What was given

    def _given(
        self, inputs: Mapping[str, object], pictures: Mapping[str, bytes]
    ) -> dict[str, tuple[Array, bool]]:
        problems: list[Problem] = []
        given: dict[str, tuple[Array, bool]] = {}
        for name, value in {**pictures, **inputs}.items():
            try:
                given[name] = self._conformed(name, value, is_picture=name not in inputs)
            except EvaluationError as error:
                problems.extend(error.problems)
        if problems:
            raise EvaluationError(*problems)
        return given

    def _conformed(self, name: str, value: object, *, is_picture: bool) -> tuple[Array, bool]:
        if name not in self.program.inputs:
            raise EvaluationError(self._unknown(name))
        info = self.program.inputs[name]
        if is_picture and isinstance(value, bytes):
            return picture_value(name, info, value, self.model.details.resize), False
        return conformed(name, info, value)

    def _unknown(self, name: str) -> Problem:
        known = ", ".join(self.program.inputs) or "none"
        return Problem(
            code="unknown_input",
            message=f"The graph has no Input called {name!r}.",
            expected=f"one of: {known}",
            got=repr(name),
            remedy="Use the name in the settings of the Input.",
        )

    def _sample_count(self, given: Mapping[str, tuple[Array, bool]]) -> tuple[int, bool]:
        """How many samples, and whether they came with a batch axis; all inputs have to agree."""
        counts = {name: len(array) if is_batch else None for name, (array, is_batch) in given.items()}
        if len(set(counts.values())) > 1:
            found = ", ".join(
                f"{name}: {'one sample' if count is None else f'a batch of {count}'}"
                for name, count in counts.items()
            )
            raise EvaluationError(
                Problem(
                    code="sample_count",
                    message="The inputs have different numbers of samples.",
                    expected="one sample of each input, or batches of equal length",
                    got=found,
                    remedy="Give every input the same number of samples.",
                )
            )
        count = next(iter(counts.values()), None)
        return (1, False) if count is None else (count, True)

    def _reachable(self, given: Iterable[str]) -> list[str]:
        """Outputs whose inputs are all there; what they do not need may be missing."""
        have = set(given)
        reachable = [name for name, info in self.program.outputs.items() if have.issuperset(info.inputs)]
        if not reachable:
            raise EvaluationError(self._nothing_reachable(have))
        return reachable

    def _nothing_reachable(self, have: set[str]) -> Problem:
        if not self.program.outputs:
            return Problem(
                code="no_output",
                message="The graph has no Output, so there is nothing to return.",
                remedy="Add an Output, connect it to the value that you want, and train again.",
            )
        needs = "; ".join(
            f"{name} needs {', '.join(info.inputs)}" for name, info in self.program.outputs.items()
        )
        return Problem(
            code="missing_input",
            message="Too few inputs are given to compute any Output.",
            expected=needs,
            got=", ".join(sorted(have)) or "no inputs",
            remedy="Give a value for each of these inputs.",
        )

    def _scaled(self, name: str, samples: Array) -> Array:
        """In the units that the graph was trained with, of those that a person knows."""
        column = self.program.inputs[name].column
        scales = (scale for scale in self.model.details.normalization if scale.column == column)
        scale = next(scales, None)
        return samples if scale is None or samples.dtype.kind != "f" else scale.apply(samples)

    # What comes out

    def _values(self, arrays: Mapping[str, Array], count: int, outputs: list[str]) -> dict[str, Array]:
        parts = [
            self.program.evaluate(
                self._state,
                {name: array[start : start + SAMPLES_AT_ONCE] for name, array in arrays.items()},
                outputs,
            )
            for start in range(0, count, SAMPLES_AT_ONCE)
        ]
        return {
            name: np.concatenate([part[name] for part in parts]) if self._is_batched(name) else parts[0][name]
            for name in outputs
        }

    def _is_batched(self, output: str) -> bool:
        return self.program.outputs[output].value.batched

    def _presented(self, name: str, array: Array, batched: bool) -> OutputValue:
        if name in self._output_scales:
            array = in_data_units(array, self._output_scales[name], batched=self._is_batched(name))
        if self._is_batched(name) and not batched:
            array = array[0]
        value = self.program.outputs[name].value
        display, labels = self._display(name, value)
        return OutputValue(
            value=to_json(array),
            dtype=array.dtype.name,
            shape=array.shape,
            batched=batched and value.batched,
            display=display,
            labels=labels,
        )

    def _display(self, name: str, value: ValueType) -> tuple[Display, tuple[str, ...] | None]:
        node = self._output_nodes[name]
        labels = node.labels or self.model.details.labels.get(name) or None
        if node.display != "auto":
            return node.display, labels if node.display == "probabilities" else None
        if node.labels and value.shape == (len(node.labels),):
            return "probabilities", labels
        return _natural_display(value), None

    @cached_property
    def _output_nodes(self) -> dict[str, Output]:
        """Those inside of blocks as well."""
        ends = self.program.ends.outputs
        return {end.name: end.role for end in ends if isinstance(end.role, Output)}


def evaluate(model: Model, inputs: Mapping[str, object] | None = None) -> dict[str, OutputValue]:
    """Evaluate once; an Evaluator is quicker for more than that."""
    return Evaluator(model).evaluate(inputs)


def state_of(model: Model, program: Program) -> State:
    """The model's weights in a program; a model without the optimizers' memory starts with a fresh one."""
    fresh = program.init(model.details.seed).arrays()
    return program.restore({**fresh, **model.tensors})


def free_outputs(program: Program, most_numbers: int) -> tuple[list[str], list[str]]:
    """Names of the Outputs that need no Input: those of `most_numbers` in all, and the larger ones."""
    small: list[str] = []
    large: list[str] = []
    for name, info in program.outputs.items():
        if not info.inputs:
            fits = info.value.size <= most_numbers
            (small if fits else large).append(name)
            most_numbers -= info.value.size if fits else 0
    return small, large


def values_of(
    program: Program, state: State, names: list[str], scales: Mapping[str, Scale]
) -> dict[str, JsonValue]:
    """The values of Outputs that need no Input, by name; those with a scale in the units of the data."""
    values = program.evaluate(state, {}, names) if names else {}
    return {
        name: to_json(in_data_units(array, scales[name], batched=False) if name in scales else array)
        for name, array in values.items()
    }


def bound_sample(program: Program, dataset: Dataset, index: int) -> dict[str, Array]:
    """One sample of a dataset for every Input whose column it has, in the Input's shape and dtype.

    Raises:
        EvaluationError: there is no such sample.

    """
    if not 0 <= index < dataset.size:
        raise EvaluationError(
            Problem(
                code="sample_index",
                message=f"{dataset.name} has no sample {index}.",
                expected=f"a number from 0 to {dataset.size - 1}",
                got=str(index),
                remedy="Choose one of its samples.",
            )
        )
    reading = {name: bound_to(dataset, info.column, info.value) for name, info in program.inputs.items()}
    bound = {name: found for name, found in reading.items() if found is not None}
    row = dataset.take(np.array([index]), [found.column for found in bound.values()])
    return {name: found.values(row[found.column], "float32")[0] for name, found in bound.items()}


def _natural_display(value: ValueType) -> Display:
    if math.prod(value.shape) == 1:
        return "number"
    is_picture = len(value.shape) == 3 and value.shape[0] in (1, 3) and min(value.shape[1:]) > 1  # noqa: PLR2004
    return "image" if is_picture else "table"


def to_json(array: Array) -> JsonValue:
    """Nested numbers; those that are not finite are None."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        replaced = array.astype(object)
        replaced[~np.isfinite(array)] = None
        return replaced.tolist()  # type: ignore[no-any-return]
    return array.tolist()  # type: ignore[no-any-return]
