"""`wiregrad compile`."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast, get_args

from wiregrad.cli.console import FAILED, CommandFailed, describe_problems, say
from wiregrad.cli.sources import graph_named, labels_of
from wiregrad.data.byte_counts import in_words
from wiregrad.engine.backends import Backend, BackendSettingError, UnknownBackend, get_backend
from wiregrad.engine.backends.precision import Precision, UnsupportedPrecision, require_precision
from wiregrad.graph import GraphError
from wiregrad.graph.check import analyze
from wiregrad.graph.lowering import FloatDType
from wiregrad.graph.trial import Trial, trial_of

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.options import Options

NATIVE = "llvm"


@dataclass(frozen=True)
class CompileWish:
    """What the command line asks for; None where it says nothing."""

    graph: str
    batch_size: int | None
    backend: str
    dtype: str | None
    precision: str | None
    threads: int | None
    fuse: bool
    apart: Sequence[int]
    is_explained: bool
    is_timed: bool
    compare: str | None


def compile_named(wish: CompileWish, *, as_json: bool) -> int:
    """0 if it compiles and, where it is compared, deviates nowhere."""
    backend = _backend(wish.backend, "--backend")
    _check(wish, backend)
    other = _backend(wish.compare, "--compare") if wish.compare else None
    trial = _trial(wish, backend)
    try:
        if wish.is_explained:
            return _explain(trial, wish, as_json=as_json)
        if other is not None:
            return _compare(other, trial, wish, as_json=as_json)
        return _compile(backend, trial, wish, as_json=as_json)
    except BackendSettingError as error:
        raise CommandFailed(f"{error}.") from None


def _check(wish: CompileWish, backend: Backend) -> None:
    if wish.is_explained and wish.compare:
        raise CommandFailed("Give either --explain or --compare, not both.")
    of_native = {
        "--explain": wish.is_explained,
        "--compare": wish.compare is not None,
        "--threads": wish.threads is not None,
        "--no-fuse": not wish.fuse,
        "--apart": bool(wish.apart),
    }
    given = next((option for option, is_given in of_native.items() if is_given), None)
    if backend.name != NATIVE and given is not None:
        raise CommandFailed(f"{given}: only the backend {NATIVE} knows this; got --backend {wish.backend}.")


def _backend(name: str, option: str) -> Backend:
    try:
        return get_backend(name)
    except UnknownBackend as error:
        raise CommandFailed(f"{option} {name}: {error}") from None


def _trial(wish: CompileWish, backend: Backend) -> Trial:
    document = graph_named(wish.graph).document
    dtype = wish.dtype or document.training.dtype
    if dtype not in ("float32", "float64"):
        raise CommandFailed(f"--dtype {dtype}: expected float32 or float64.")
    numbers = cast(FloatDType, dtype)
    precision = _precision(wish.precision or document.training.precision, backend, numbers)
    checked = analyze(document)
    if not checked.ends.optimizers and not checked.errors:
        raise CommandFailed(
            f"{wish.graph}: there is no step to compile, for the graph has no Optimizer. "
            "Add one and connect it to your loss."
        )
    try:
        return trial_of(checked, wish.batch_size, numbers, precision=precision)
    except GraphError as error:
        raise CommandFailed(describe_problems(error.problems, labels_of(document))) from None


def _precision(wanted: str, backend: Backend, dtype: FloatDType) -> Precision:
    if wanted not in get_args(Precision):
        raise CommandFailed(f"--precision {wanted}: expected {' or '.join(get_args(Precision))}.")
    precision = cast(Precision, wanted)
    try:
        require_precision(backend, dtype, precision)
    except UnsupportedPrecision as error:
        raise CommandFailed(f"--precision {wanted}: {error}") from None
    return precision


def _options(wish: CompileWish) -> "Options":
    from wiregrad.engine.backends.llvm.options import Options, chosen_threads  # noqa: PLC0415

    return Options(wish.threads or chosen_threads(), fuse=wish.fuse, apart=frozenset(wish.apart))


# ---- Compiling alone ----


def _compile(backend: Backend, trial: Trial, wish: CompileWish, *, as_json: bool) -> int:
    started = time.perf_counter()
    if backend.name == NATIVE:
        told = _compiled_native(trial, _options(wish))
    else:
        executable = backend.compile(trial.function)
        told = {"kernels": executable.kernel_count, "memory_bytes": executable.memory_bytes}
    told = {"backend": backend.name, "seconds": time.perf_counter() - started, **told}
    say(json.dumps(told) if as_json else _in_words(told))
    return 0


def _compiled_native(trial: Trial, options: "Options") -> dict[str, Any]:
    from wiregrad.engine.backends.llvm.cache import Cache  # noqa: PLC0415 - llvmlite takes a while to load
    from wiregrad.engine.backends.llvm.compilation import compiled  # noqa: PLC0415
    from wiregrad.engine.backends.llvm.fingerprint import fingerprint  # noqa: PLC0415
    from wiregrad.engine.backends.llvm.target import host_target  # noqa: PLC0415

    path = Cache().path(fingerprint(trial.function, host_target(), options))
    was_there = path.exists()
    executable = compiled(trial.function, options)
    return {
        "kernels": executable.kernel_count,
        "memory_bytes": executable.memory_bytes,
        "threads": options.threads,
        "from_cache": was_there,
        "object_code": str(path) if path.exists() else None,
        "object_code_bytes": path.stat().st_size if path.exists() else None,
    }


def _in_words(told: Mapping[str, Any]) -> str:
    lines = [
        f"Compiled with {told['backend']} in {told['seconds']:.3g} s: {told['kernels']:,} kernels, "
        f"{in_words(told['memory_bytes'])} of memory."
    ]
    if told.get("object_code"):
        origin = "Taken from" if told["from_cache"] else "Kept in"
        lines.append(f"{origin} {told['object_code']} ({in_words(told['object_code_bytes'])}).")
    return "\n".join(lines)


# ---- More than that ----


def _explain(trial: Trial, wish: CompileWish, *, as_json: bool) -> int:
    from wiregrad.cli.explaining import tell  # noqa: PLC0415
    from wiregrad.engine.backends.llvm.explaining.explanation import explained  # noqa: PLC0415

    options = _options(wish)
    found = explained(trial.function, options, trial.carry, trial.feed, is_timed=wish.is_timed)
    if as_json:
        say(json.dumps(asdict(found)))
    else:
        tell(found)
    return 0


def _compare(other: Backend, trial: Trial, wish: CompileWish, *, as_json: bool) -> int:
    from wiregrad.cli.explaining import compared_in_words  # noqa: PLC0415
    from wiregrad.engine.backends.llvm.compilation import compiled  # noqa: PLC0415
    from wiregrad.engine.backends.llvm.explaining.comparing import Comparison, compared  # noqa: PLC0415

    options = _options(wish)
    ours, theirs = compiled(trial.function, options), other.compile(trial.function)
    found: Comparison = compared(trial.function, options, ours, theirs, trial.carry, trial.feed)
    say(json.dumps(asdict(found)) if as_json else compared_in_words(found, other.name))
    return FAILED if found.deviations else 0
