"""Drop the outputs that nobody asked for, with the carries that only they needed.

A value that no output needs is not part of a function to begin with: a function is what its outputs point at.
"""

from __future__ import annotations

from collections.abc import Iterable

from wiregrad.engine.ir import Function, topological


def dead_code(function: Function, outputs: Iterable[str]) -> Function:
    """Keep the named outputs, every carry whose value they depend on in a later call, and the inputs read."""
    kept = set(outputs)
    while True:
        read = set(topological(function.outputs[name] for name in kept))
        needed = {name for name, target in function.carries.items() if function.inputs[target] in read}
        if needed <= kept:
            break
        kept |= needed
    return Function(
        function.name,
        {name: value for name, value in function.inputs.items() if value in read},
        {name: value for name, value in function.outputs.items() if name in kept},
        {name: target for name, target in function.carries.items() if name in needed},
    )
