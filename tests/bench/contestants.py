"""Who is compared: how each is started, and which cases it takes part in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from tests.bench.cases import Case

OURS = "wiregrad"
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "WIREGRAD_THREADS")
CACHE_VARIABLES = ("WIREGRAD_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR", "JAX_COMPILATION_CACHE_DIR")


@dataclass(frozen=True, slots=True)
class Contestant:
    """`module` holds its networks, `variant` chooses among ways to run them."""

    title: str
    module: str
    variant: str = ""
    package: str = "wiregrad"
    only: str = ""
    only_pictures: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    def takes(self, case: Case) -> bool:
        return self.only in ("", case.network) and (case.has_pictures or not self.only_pictures)

    @property
    def missing(self) -> str:
        """Why it cannot take part on this machine; empty if it can."""
        return "" if find_spec(self.package) else f"MISSING: {self.package} is not installed"


def _torch(title: str, variant: str, *, only_pictures: bool = False) -> Contestant:
    return Contestant(title, "torch_steps", variant, "torch", only_pictures=only_pictures)


def _jax(title: str, variant: str, only: str = "") -> Contestant:
    # What a process compiles is kept on the disk only if it took long; here a second start is measured.
    kept = {
        "JAX_PLATFORMS": "cpu",
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    return Contestant(title, "jax_steps", variant, "jax", only, environment=kept)


CONTESTANTS: dict[str, Contestant] = {
    OURS: Contestant("Wiregrad", "graph_networks"),
    "torch": _torch("PyTorch eager", "eager"),
    "torch-channels-last": _torch("PyTorch channels-last", "channels-last", only_pictures=True),
    "torch-compile": _torch("torch.compile", "compile"),
    "jax": _jax("JAX jit", "call"),
    "jax-loop": _jax("JAX, one compiled loop", "loop", "rosenbrock"),
}
PEERS = tuple(name for name in CONTESTANTS if name != OURS)


def cores(threads: int) -> list[int]:
    """As many of the processors that this process may use, if possible each of another core."""
    usable = sorted(os.sched_getaffinity(0))
    first_of_core = {_siblings(cpu): cpu for cpu in reversed(usable)}
    others = [cpu for cpu in usable if cpu not in first_of_core.values()]
    return sorted([*sorted(first_of_core.values()), *others][:threads])


def _siblings(cpu: int) -> str:
    path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    return path.read_text() if path.exists() else str(cpu)


def environment(contestant: Contestant, threads: int, cache: Path) -> dict[str, str]:
    """Threads and an own folder for compiled code, the same for everybody.

    Python may keep what it compiles of modules: it has done so already for packages that were installed.
    """
    return {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",
        **dict.fromkeys(THREAD_VARIABLES, str(threads)),
        **dict.fromkeys(CACHE_VARIABLES, str(cache)),
        **contestant.environment,
    }
