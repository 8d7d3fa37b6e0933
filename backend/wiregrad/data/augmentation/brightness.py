from typing import ClassVar

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.sample_draws import SampleDraws


class Brightness(PictureChange):
    """Makes whole pictures lighter or darker.

    Multiplies by a factor from 1 - strength to 1 + strength and keeps the result between black and white, as
    torchvision's ColorJitter(brightness).
    """

    title: ClassVar[str] = "Brightness"

    strength: float = setting(0.2, "Strength", "How much lighter or darker at most.", step=0.05, ge=0, le=1)

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        factor = draws.uniform(1 - self.strength, 1 + self.strength, 1, 1, 1)
        changed: Pictures = pictures * factor
        return np.clip(changed, 0, 1, out=changed)
