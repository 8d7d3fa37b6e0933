"""A metric of numbers whose target training has normalized, measured in the units of the data."""

from typing import ClassVar

from wiregrad.nodes._node import Example
from wiregrad.nodes.metric import Metric


class MetricInUnits(Metric):
    """`sizes` are those of the target's scale: one, or one for each place of the first axis."""

    examples: ClassVar[tuple[Example, ...]] = ()

    sizes: tuple[float, ...] = ()

    @property
    def unit_sizes(self) -> tuple[float, ...]:
        return self.sizes
