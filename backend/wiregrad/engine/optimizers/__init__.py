"""Update rules, one file each; a rule is found because its file names a `RULE`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from wiregrad.engine.optimizers.rule import UpdateRule as UpdateRule


@cache
def rules() -> dict[str, type[UpdateRule]]:
    """Every update rule by its name."""
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(__path__, f"{__name__}.")]
    return {rule.name: rule for module in modules if (rule := getattr(module, "RULE", None))}


def get_rule(name: str) -> type[UpdateRule]:
    if name not in rules():
        raise ValueError(f"expected an update rule among {', '.join(sorted(rules()))}; got {name!r}")
    return rules()[name]
