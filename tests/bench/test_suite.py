"""The benchmarks run from end to end; how long anything takes is not looked at."""

from pathlib import Path

import pytest

from tests.bench import document, results, streaming, suite
from tests.bench.cases import ROSENBROCK_RATE
from tests.bench.contestants import CONTESTANTS
from tests.bench.measuring import difference
from tests.bench.results import Measured, Start, Suite
from tests.bench.tables import ratios, remarks
from tests.requirements import require_torch

SHORT = ["--rounds", "1", "--seconds", "0.01", "--backend", "numpy"]


def measured(seconds: float, mebibytes: int = 100) -> Measured:
    start = Start(2.0, 0.25, 0.5)
    return Measured(
        "", "some", 10, 1.0, [seconds, 2 * seconds, seconds], start, start, mebibytes << 20, 1 << 20
    )


def third_loss_in_the_valley() -> float:
    x1 = x2 = 2.0
    for _ in range(2):
        u = x2 - x1 * x1
        slopes = -4 * x1 * u - 2 * (1 - x1), 2 * u
        x1, x2 = x1 - ROSENBROCK_RATE * slopes[0], x2 - ROSENBROCK_RATE * slopes[1]
    return (x2 - x1 * x1) ** 2 + (1 - x1) ** 2


def test_the_suite_measures_every_framework_that_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require_torch()
    file = tmp_path / "found.json"
    peers = ["torch", "jax"]
    asked = ["--cases", "rosenbrock", "--peers", *peers, "--no-warm", "--json", str(file)]
    assert suite.main([*asked, *SHORT]) == 0
    found = results.read(file).cases["rosenbrock"]
    assert list(found) == ["wiregrad", *peers]
    if missing := CONTESTANTS["jax"].missing:
        assert found.pop("jax").failed == missing
        assert f"!!! JAX jit: {missing} (rosenbrock)" in capsys.readouterr().out
    for each in found.values():
        assert (each.failed, each.parameters, len(each.rounds)) == ("", 2, 1)
        assert each.loss == pytest.approx(third_loss_in_the_valley(), rel=1e-5)
        assert each.cold is not None
        assert each.cold.whole > each.cold.building + each.cold.compiling > 0
        assert each.warm is None
        assert each.peak_bytes > each.imported_bytes > 0
    assert found["wiregrad"].engine.startswith("numpy")


def test_each_starts_a_second_time(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    assert suite.main(["--cases", "rosenbrock", "--peers", "--json", str(file), *SHORT]) == 0
    found = results.read(file).cases["rosenbrock"]["wiregrad"]
    assert found.cold is not None
    assert found.warm is not None
    assert found.cold.whole != found.warm.whole > found.warm.building > 0


def test_what_fails_is_told_and_is_the_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--cases", "mlp-32", "--peers", "--json", str(tmp_path / "found.json"), *SHORT]
    assert suite.main([*arguments, "--backend", "abacus"]) == 1
    said = capsys.readouterr().out
    assert "!!! Wiregrad: FAILED: " in said
    assert "expected a backend among" in said
    assert "NOT COMPARED" in said


def test_another_network_is_not_compared() -> None:
    right = Measured(parameters=10, loss=2.0)
    assert difference(Measured(parameters=10, loss=2.001), right, 1e-3) == ""
    assert difference(Measured(parameters=10, loss=2.01), right, 1e-3) == "a loss of 2.01, and 2"
    assert difference(Measured(parameters=10, loss=float("nan")), right, 1e-3) == "a loss of nan, and 2"
    assert difference(Measured(parameters=11, loss=2.0), right, 1e-3) == "11 parameters, and 10"


def test_the_page_holds_ours_against_the_best_of_the_others() -> None:
    found = Suite({"processor": "abacus"}, 2)
    found.cases["mlp-32"] = {
        "wiregrad": measured(1e-3, 60),
        "torch": measured(3e-3, 100),
        "jax": measured(1.8e-3, 200),
    }
    found.cases["cnn-64"] = {
        "wiregrad": measured(1.0),
        "torch": measured(1.9),
        "jax": Measured("MISSING: no"),
    }
    assert ratios(found).rows == [
        ["mlp-32", "JAX jit", "1.8", "1.5", "2", "enough"],
        ["cnn-64", "PyTorch eager (of those that ran)", "1.9", "2", "3", "MISSED"],
    ]
    assert remarks(found) == ["JAX jit: MISSING: no (cnn-64)"]
    page = document.written(found)
    assert "| mlp-32 | 1 ms (1 ms) | 3 ms (3 ms) | 1.8 ms (1.8 ms) |" in page
    assert "| mlp-32 | 500 ms, 500 ms | 500 ms, 500 ms | 500 ms, 500 ms |" in page
    assert "| mlp-32 | 750 ms, 750 ms | 750 ms, 750 ms | 750 ms, 750 ms |" in page
    assert "| mlp-32 | 60 (59) | 100 (99) | 200 (199) | 0.60 enough |" in page
    assert "| cnn-64 | 1 s (1 s) | 1.9 s (1.9 s) | MISSING |" in page
    assert "- JAX jit: MISSING: no (cnn-64)" in page
    assert "| processor | abacus |" in page


def test_measurements_can_be_made_in_parts(tmp_path: Path) -> None:
    first, second = Suite({"processor": "abacus"}, 2), Suite({"processor": "abacus"}, 2)
    first.cases = {"gan": {"torch": measured(1.0), "jax": measured(2.0)}, "cnn-64": {"jax": measured(5.0)}}
    second.cases = {"gan": {"torch": measured(3.0)}, "mlp-32": {"torch": measured(4.0)}}
    first.write(tmp_path / "first.json")
    second.take_in(results.read(tmp_path / "first.json"))
    assert {case: {name: each.median for name, each in of.items()} for case, of in second.cases.items()} == {
        "cnn-64": {"jax": 5.0},
        "gan": {"torch": 3.0},
        "mlp-32": {"torch": 4.0},
    }


@pytest.mark.parametrize("other", [Suite({"processor": "fingers"}, 2), Suite({"processor": "abacus"}, 1)])
def test_measurements_of_different_kinds_are_not_mixed(other: Suite) -> None:
    here = Suite({"processor": "abacus"}, 2, {"gan": {"torch": measured(1.0)}})
    other.cases = {"gan": {"torch": measured(1.0)}}
    with pytest.raises(ValueError, match="expected"):
        here.take_in(other)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    file.write_text('{"format": "wiregrad/graph@1"}')
    with pytest.raises(ValueError, match="expected measurements"):
        results.read(file)


def test_streaming_counts_what_the_pages_receive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "found.json"
    asked = ["--examples", "line-fit", "--pages", "2", "--json", str(file)]
    assert streaming.main([*asked, "--rounds", "1", "--seconds", "0.5", "--backend", "numpy"]) == 0
    found = results.read(file).streamed["line-fit"]
    assert found.engine == "numpy"
    assert found.frames >= 2
    assert found.bytes > 100 * found.frames
    assert min(*found.quiet, *found.watched) > 0
    assert "line-fit" in capsys.readouterr().out
