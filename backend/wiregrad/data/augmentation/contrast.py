from typing import ClassVar

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.sample_draws import SampleDraws


class Contrast(PictureChange):
    """Draws light and dark apart, or together.

    Multiplies the distance from the picture's mean by a factor from 1 - strength to 1 + strength and keeps
    the result between black and white. Compare torchvision's ColorJitter(contrast), whose mean is the luma's.
    """

    title: ClassVar[str] = "Contrast"

    strength: float = setting(
        0.2, "Strength", "How much more or less contrast at most.", step=0.05, ge=0, le=1
    )

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        factor = draws.uniform(1 - self.strength, 1 + self.strength, 1, 1, 1)
        mean = pictures.mean(axis=(1, 2, 3), keepdims=True)
        changed: Pictures = (pictures - mean) * factor + mean
        return np.clip(changed, 0, 1, out=changed)
