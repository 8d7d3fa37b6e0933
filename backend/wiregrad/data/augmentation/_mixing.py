"""Two samples in one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def blend(samples_and_partners: NDArray[Any], shares: NDArray[np.float32]) -> NDArray[Any]:
    """Mix the first half, the samples, with the second, their partners, of which `shares` says how much."""
    samples, partners = np.split(samples_and_partners, 2)
    share = shares.astype(samples.dtype).reshape(-1, *[1] * (samples.ndim - 1))
    mixed: NDArray[Any] = samples * (1 - share) + partners * share
    return mixed
