from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import (
    add,
    broadcast_to,
    div,
    full_like,
    matmul,
    matrix_transpose,
    maximum,
    reduce_sum,
    reshape,
    sqrt,
    square,
    sub,
)
from wiregrad.engine.optimizers.adamw import AdamW
from wiregrad.engine.optimizers.rule import Momentum, State, scaled, scaled_by, shrunk, toward

QUINTIC = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
SMALLEST_NORM = 1e-7
MATRIX_RANK = 2


@dataclass(frozen=True)
class Muon:
    """Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024, as `torch.optim.Muon`.

    The momentum of a matrix is brought near to an orthogonal one by five Newton-Schulz iterations, here in
    the program's own dtype and not in bfloat16. A tensor of more axes is the matrix of its first axis by all
    the others, as in the authors' code. Tensors that are no matrices are changed by AdamW, as the authors
    say, at `vector_rate` times the learning rate and with the same weight decay. `match_adamw` makes changes
    as large as AdamW's (Liu et al., arXiv 2502.16982), so that its learning rates are right here too.
    """

    name: ClassVar[str] = "muon"
    per_tensor: ClassVar[bool] = True

    momentum: Momentum = 0.95
    nesterov_momentum: bool = True
    match_adamw: bool = False
    weight_decay: float = 0.1
    vector_rate: float = 1.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    @property
    def _for_vectors(self) -> AdamW:
        return AdamW(self.beta1, self.beta2, self.epsilon, self.weight_decay)

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        if len(parameter.shape) < MATRIX_RANK:
            return self._for_vectors.state(parameter)
        return {"velocity": parameter}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        if parameter.rank < MATRIX_RANK:
            rate = scaled(learning_rate, self.vector_rate)
            return self._for_vectors.update(parameter, gradient, state, rate, step)
        velocity = direction = toward(gradient, state["velocity"], self.momentum)
        if self.nesterov_momentum:
            direction = add(gradient, scaled(sub(velocity, gradient), self.momentum))
        rows = parameter.shape[0]
        matrix = reshape(direction, (rows, direction.size // max(1, rows)))
        change = reshape(_orthogonalized(matrix), parameter.shape)
        rate = scaled(learning_rate, self._rate_factor(*matrix.shape))
        kept = shrunk(parameter, self.weight_decay, learning_rate)
        return sub(kept, scaled_by(change, rate)), {"velocity": velocity}

    def _rate_factor(self, rows: int, columns: int) -> float:
        if self.match_adamw:
            return 0.2 * math.sqrt(max(rows, columns))
        return math.sqrt(max(1.0, rows / max(1, columns)))


def _orthogonalized(matrix: Value) -> Value:
    """About U V' of the singular value decomposition U S V': the iteration leaves S between 0.5 and 1.5."""
    rows, columns = matrix.shape
    x = matrix_transpose(matrix) if rows > columns else matrix
    norm = sqrt(reduce_sum(square(x), (0, 1)))
    x = div(x, broadcast_to(maximum(norm, full_like(SMALLEST_NORM, norm)), x.shape))
    for _ in range(ITERATIONS):
        x = _iterated(x)
    return matrix_transpose(x) if rows > columns else x


def _iterated(x: Value) -> Value:
    a, b, c = QUINTIC
    gram = matmul(x, matrix_transpose(x))
    polynomial = add(scaled(gram, b), scaled(matmul(gram, gram), c))
    return add(scaled(x, a), matmul(polynomial, x))


RULE = Muon
