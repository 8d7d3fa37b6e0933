from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.augmentation._kind import SampleMix, setting
from wiregrad.data.sample_draws import SampleDraws

_TRIES = 32
_STEPS = 2.0**16


class Mixup(SampleMix):
    """Mixes each sample with another one, and what is to be learned of them in the same proportion.

    All Inputs of the graph are mixed, so each has to be numbers: a class is given as probabilities, by an
    Input of type float32 with one number per class. The smaller share, that of the other sample, is drawn
    from Beta(alpha, alpha) (Zhang et al., "mixup: Beyond empirical risk minimization", 2018). It comes last,
    after all other changes.
    """

    title: ClassVar[str] = "Mixup"

    alpha: float = setting(
        0.2,
        "Alpha",
        "Small: mostly the sample itself. 1: any mixture as often as any other.",
        step=0.1,
        gt=0,
        le=1,
    )

    def shares(self, draws: SampleDraws) -> NDArray[np.float32]:
        """By Jöhnk's rejection (1964), which for alpha up to 1 accepts at least half of its tries.

        A share and what is left of it are equally probable, so that taking the smaller one changes only
        which of the two is called the other: every sample is the main one once in an epoch. Rounded to 16
        bits, so that the last bit of a power, which machines disagree on, does not show.
        """
        tries = draws.uniform(0.0, 1.0, 2, _TRIES).astype(np.float64) + 2.0**-25
        powers = tries ** (1 / self.alpha)
        total = powers[:, 0] + powers[:, 1]
        accepted = (total <= 1) & (total > 0)
        first = np.argmax(accepted, axis=1)
        sample = np.arange(len(draws))
        ratio = powers[sample, 0, first] / np.where(accepted[sample, first], total[sample, first], 1.0)
        share = np.where(accepted.any(axis=1), np.minimum(ratio, 1 - ratio), 0.0)
        return (np.rint(share * _STEPS) / _STEPS).astype(np.float32)
