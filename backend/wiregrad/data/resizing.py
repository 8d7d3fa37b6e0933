"""How a picture of another shape is brought to a size, in a word and in a sentence."""

from typing import Literal, TypeAlias

Resize: TypeAlias = Literal["stretch", "fit", "crop"]

_UPRIGHT_ON_WHITE = "Turned upright as the camera noted, transparent parts laid on white,"
USUAL: Resize = "crop"
"""Where nobody chose."""

RULES: dict[Resize, str] = {
    "stretch": f"{_UPRIGHT_ON_WHITE} stretched to the size.",
    "fit": f"{_UPRIGHT_ON_WHITE} scaled to fit into the size and padded with black.",
    "crop": f"{_UPRIGHT_ON_WHITE} scaled to cover the size and cut about the middle.",
}
