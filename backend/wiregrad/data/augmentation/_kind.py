"""What a kind of augmentation is: its settings as typed fields, and what it does to a batch of samples."""

import inspect
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from wiregrad.data.sample_draws import SampleDraws

Pictures = NDArray[np.float32]
"""(samples, channels, height, width), 0 = black and 1 = white."""


def setting(
    default: Any,  # noqa: ANN401 - pydantic checks it against the field that it is the default of
    title: str,
    description: str,
    *,
    unit: str | None = None,
    step: float | None = None,
    **bounds: Any,  # noqa: ANN401 - ge, le, ... of pydantic's Field
) -> Any:  # noqa: ANN401 - as pydantic's Field
    """A field with a title and one sentence; unit and step are hints for a form."""
    hints: JsonDict = {}
    if unit is not None:
        hints["x-unit"] = unit
    if step is not None:
        hints["x-step"] = step
    return Field(default, title=title, description=description, json_schema_extra=hints, **bounds)


class AugmentationKind(BaseModel, ABC):
    """A class is a kind of augmentation, its fields are the settings. Its docstring is its help."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    title: ClassVar[str]

    @classmethod
    def kind(cls) -> str:
        return cls.__name__

    @classmethod
    def summary(cls) -> str:
        return " ".join(inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].split())

    @classmethod
    def help(cls) -> str:
        return inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[2]


class PictureChange(AugmentationKind):
    """Changes each picture by itself."""

    probability: float = setting(
        1.0, "Probability", "The share of pictures that are changed.", step=0.05, ge=0, le=1
    )

    @abstractmethod
    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        """Float32 (samples, channels, height, width) to the same shape, as a new array."""

    def apply(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        """Change the pictures that chance takes; the others are as they were."""
        if self.probability >= 1:
            return self.change(pictures, draws)
        taken = draws.happens(self.probability)
        if not taken.any():
            return pictures
        changed = pictures.copy()
        changed[taken] = self.change(pictures[taken], draws.chosen(taken))
        return changed


class SampleMix(AugmentationKind):
    """Mixes each sample with another one of the training split, all of its columns alike."""

    @abstractmethod
    def shares(self, draws: SampleDraws) -> NDArray[np.float32]:
        """Float32 (samples,): how much of the other sample there is, from 0 to 1."""
