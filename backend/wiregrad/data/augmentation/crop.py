from typing import ClassVar, Literal

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.augmentation._sampling import moved
from wiregrad.data.sample_draws import SampleDraws


class Crop(PictureChange):
    """Pads pictures on each side and cuts their own size out at a place chosen by chance.

    As torchvision's RandomCrop(size, padding), the usual augmentation of CIFAR-10.
    """

    title: ClassVar[str] = "Crop"

    padding: int = setting(
        4, "Padding", "Pixels added on each side before cutting.", unit="pixels", ge=0, le=512
    )
    fill: Literal["black", "edge"] = setting("black", "Fill", "What is added: black, or the edge drawn out.")

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        """Cutting at another place of the padded picture moves it by as much."""
        down, right = (draws.integers(-self.padding, self.padding) for _ in range(2))
        return moved(pictures, down, right, self.fill)
