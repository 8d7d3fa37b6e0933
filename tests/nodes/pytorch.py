"""The same node in PyTorch, by its spelling."""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.nodes.calling import called
from tests.nodes.running import Array, Case
from tests.nodes.spelling import Spelling
from tests.requirements import require_torch


@dataclass
class Twin:
    """What the spelling makes of the inputs, and by name the tensors that gradients can be asked for."""

    outputs: list[Any]
    leaves: dict[str, Any]
    module: Any = None
    names: dict[str, Any] = field(default_factory=dict)


def twin(case: Case, feed: Mapping[str, Array], *, training: bool = True) -> Twin:
    torch = require_torch()
    leaves = {name: _leaf(torch, array) for name, array in feed.items() if array.dtype.kind in "fbi"}
    names: dict[str, Any] = {
        "torch": torch,
        "nn": torch.nn,
        "F": torch.nn.functional,
        **{name.removeprefix("input "): leaf for name, leaf in leaves.items()},
    }
    made = Spelling.read(case.node.torch(*case.types), names)
    if not isinstance(made, torch.nn.Module):
        return Twin(list(made) if isinstance(made, tuple) else [made], leaves, names=names)
    made.to(torch.float64 if _is_double(feed) else torch.float32)
    if not made.training:
        training = False  # spelled with `.eval()`
    made.train(training)
    _load(torch, made, leaves)
    inputs = [names.get(port.name) for port in case.node.inputs()]
    return Twin(called(made, case, inputs), leaves, made, names)


def _is_double(feed: Mapping[str, Array]) -> bool:
    return any(array.dtype == np.float64 for array in feed.values())


def _leaf(torch: Any, array: Array) -> Any:
    leaf = torch.from_numpy(np.array(array))
    return leaf.requires_grad_() if leaf.is_floating_point() else leaf


def _load(torch: Any, module: Any, leaves: dict[str, Any]) -> None:
    """Give the module the weights, and let gradients be asked of the module's own."""
    with torch.no_grad():
        for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
            if name in leaves:
                tensor.copy_(leaves[name])
    leaves.update(module.named_parameters())
