"""The coefficient of determination, from sums that large numbers do not spoil."""

from math import nan

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._metric_means import check_number_pair
from wiregrad.nodes._metric_settings import MetricFormula, Sources, check_sums
from wiregrad.nodes._node import Build, Sums
from wiregrad.nodes._pairs import pair_spelling, pair_type, pair_values
from wiregrad.nodes._types import ValueType

PARTS = 3
CONSTANT = 1e-13
"""A variance below this part of the mean square is the rounding of one and the same number."""


class RSquared(MetricFormula):
    """1 less the squared error divided by that of always answering the mean target.

    Each number of a sample is an output of its own, and their figures are averaged, as in scikit-learn's
    `r2_score`; so is the figure of targets that do not vary: 1 if all are met, else 0. Of a pair that is not
    batched, the numbers are the samples.
    """

    @property
    def higher_is_better(self) -> bool:
        return True

    def check(self, prediction: ValueType, target: ValueType) -> None:
        check_number_pair(prediction, target)
        common = pair_type(prediction, target)
        outputs = common.size if common.batched else 1
        check_sums(1 + PARTS * outputs, prediction, "Measure RMSE, or fewer numbers at a time.")

    def measure(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        """The count; then for each output the mean target, its squared deviations, and the squared errors.

        Squares are taken of deviations from the batch's own mean: float32 would drown those of large targets.
        """
        said, right = pair_values(build, prediction, target, sources)
        samples = said.shape[0] if pair_type(*sources).batched else said.size
        said, right = (ops.reshape(value, (samples, value.size // samples)) for value in (said, right))
        mean = ops.mean(right, [0])
        deviations = ops.sub(right, ops.broadcast(mean, right.shape, [1]))
        squares = [ops.reduce_sum(ops.square(each), [0]) for each in (deviations, ops.sub(said, right))]
        return ops.concat([ops.full(samples, build.float_dtype, (1,)), mean, *squares], 0)

    def sums(self, measured: Sums) -> Sums:
        """Of count, targets, their squares and the squared errors."""
        count, (mean, deviations, errors) = measured[0], measured[1:].reshape(PARTS, -1)
        return np.concatenate([[count], count * mean, deviations + count * mean**2, errors])

    def summarize(self, sums: Sums) -> float:
        count, (total, squares, errors) = sums[0], sums[1:].reshape(PARTS, -1)
        if count < 2:  # noqa: PLR2004 - a single target has no variance
            return nan
        with np.errstate(invalid="ignore", over="ignore"):  # after a divergence the figure is NaN, in silence
            variance = squares - total**2 / count
            varies = ~(variance <= CONSTANT * squares)
            constant = np.where(errors > CONSTANT * squares, 0.0, 1.0)
            explained = 1 - errors / np.where(varies, variance, 1)
            return float(np.where(varies, explained, constant).mean())

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        a, b = pair_spelling(prediction, target)
        if not pair_type(prediction, target).batched:
            a, b = f"{a}.flatten()", f"{b}.flatten()"
        return f"(1 - F.mse_loss({a}, {b}, reduction='none').mean(0) / {b}.var(0, correction=0)).mean()"
