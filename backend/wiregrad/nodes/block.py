from typing import ClassVar

from wiregrad.nodes._fields import setting
from wiregrad.nodes._structure import BlockUse, Weights


class Block(BlockUse):
    """A block of this graph as one node: drawn once, used as often as wanted.

    Its ports are those of the block. With weights of its own, a use learns for itself; all uses with shared
    weights learn one set together, as siamese networks do, so their inputs need the same sizes.
    """

    title: ClassVar[str] = "Block"

    weights: Weights = setting(
        "own", "Weights", "Whether it has weights of its own, or those of all uses that share."
    )
