from typing import ClassVar

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.augmentation._sampling import Places, grid, read_between
from wiregrad.data.sample_draws import SampleDraws


class Rotate(PictureChange):
    """Turns pictures about their middle, to the left or right.

    Bilinear, with black where nothing was. As torchvision's RandomRotation with bilinear interpolation.
    """

    title: ClassVar[str] = "Rotate"

    degrees: float = setting(
        15.0, "Degrees", "At most so far in each direction.", unit="degrees", step=5, ge=0, le=180
    )

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        _, _, height, width = pictures.shape
        angle = draws.uniform(-self.degrees, self.degrees, 1, 1) * np.float32(np.pi / 180)
        rows, columns = grid(height, width)
        cosine: Places = np.cos(angle)
        sine: Places = np.sin(angle)
        return read_between(
            pictures,
            cosine * rows + sine * columns + np.float32((height - 1) / 2),
            cosine * columns - sine * rows + np.float32((width - 1) / 2),
        )
