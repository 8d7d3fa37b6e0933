"""What this processor cannot run is at least translated for the one that can."""

import llvmlite.binding as llvm
import pytest

from tests.engine.llvm.classifier import classifier
from wiregrad.engine.backends.llvm import plan, translate
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.step import StepEmission
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.translation import planned
from wiregrad.engine.backends.llvm.waiting import pool_text

TARGETS = {
    "ARM64": Target("aarch64-unknown-linux-gnu", "cortex-a76", "+neon", 16, 32),
    "AVX-512": Target("x86_64-unknown-linux-gnu", "skylake-avx512", "", 64, 32),
    "SSE2": Target("x86_64-unknown-linux-gnu", "x86-64", "", 16, 16),
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_training_step_is_translated_for_other_processors(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "WORTH_THREADS", 0)
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    step = planned(classifier(), Options(threads=4), target)
    texts = [*StepEmission(step).texts, pool_text(target)]
    assert step.threads == 4
    machine = target.machine()
    for text in texts:
        file = llvm.ObjectFileRef.from_data(translate.object_code(text, machine))
        assert any(section.is_text() and section.size() for section in file.sections())
