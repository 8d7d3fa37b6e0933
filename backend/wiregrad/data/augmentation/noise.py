from typing import ClassVar

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.sample_draws import SampleDraws


class Noise(PictureChange):
    """Adds grain: to each number of a picture one of its own, bell-shaped about 0."""

    title: ClassVar[str] = "Noise"

    deviation: float = setting(
        0.05, "Standard deviation", "How strong, where black is 0 and white is 1.", step=0.01, ge=0, le=1
    )

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        noise = draws.bell(*pictures.shape[1:])
        noise *= np.float32(self.deviation)
        noise += pictures
        return np.clip(noise, 0, 1, out=noise)
