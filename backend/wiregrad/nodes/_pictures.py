"""Which values can be shown as a picture."""

from wiregrad.nodes._types import NodeProblem, ValueType

CHANNELS_OF_PICTURES = (1, 3, 4)


def check_picture(value: ValueType) -> None:
    channels = value.shape[:-2]
    if value.rank not in (2, 3) or (channels and channels[0] not in CHANNELS_OF_PICTURES):
        raise NodeProblem(
            "This cannot be shown as a picture.",
            port="input",
            expected="shape (height, width), or (channels, height, width) with 1, 3 or 4 channels",
            got=str(value),
            remedy="Connect a picture, or choose another display.",
        )
