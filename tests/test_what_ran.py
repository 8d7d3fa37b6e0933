import subprocess
import sys
from pathlib import Path

import pytest

from tests.what_ran import GROUPS, complaints, count_groups, main, read_cases

EVERYTHING = """
<testcase classname="tests.e2e.test_canvas" name="test_draw"/>
<testcase classname="tests.test_static_checks" name="test_ruff"/>
<testcase classname="tests.test_frontend" name="test_vitest"/>
<testcase classname="tests.nodes.test_parity" name="test_linear">
  <properties><property name="requirement" value="torch"/></properties>
</testcase>
"""


def write_report(folder: Path, cases: str) -> Path:
    report = folder / "report.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    return report


def test_a_run_of_everything_has_no_complaint(tmp_path: Path) -> None:
    cases = read_cases(write_report(tmp_path, EVERYTHING))
    assert complaints(cases) == []
    assert count_groups(cases) == dict.fromkeys(GROUPS, 1)


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_is_missed_when_it_did_not_run(tmp_path: Path, group: str) -> None:
    cases = read_cases(write_report(tmp_path, EVERYTHING))
    without = [case for case in cases if not GROUPS[group](case)]
    assert complaints(without) == [f"no {group} ran"]


def test_a_skip_is_a_complaint_unless_it_is_for_want_of_a_gpu(tmp_path: Path) -> None:
    skips = """
    <testcase classname="tests.engine.test_cuda" name="test_step">
      <skipped type="pytest.skip" message="needs an NVIDIA GPU and its driver"/></testcase>
    <testcase classname="tests.engine.test_odd" name="test_odd">
      <skipped type="pytest.skip" message="no time"/></testcase>
    <testcase classname="tests.engine.test_known" name="test_known">
      <skipped type="pytest.xfail" message="a known limit"/></testcase>
    """
    report = write_report(tmp_path, EVERYTHING + skips)
    assert complaints(read_cases(report)) == ["tests.engine.test_odd::test_odd was skipped: no time"]
    assert main([str(report)]) == 1


def test_a_skipped_group_did_not_run(tmp_path: Path) -> None:
    skipped = EVERYTHING.replace(
        'name="test_draw"/>', 'name="test_draw"><skipped type="pytest.skip" message="no browser"/></testcase>'
    )
    assert "no browser tests ran" in complaints(read_cases(write_report(tmp_path, skipped)))


def test_pytest_writes_what_a_test_needed_into_its_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    node = "tests/test_requirements.py::test_what_was_found_is_told_once"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", node],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[1],
    )
    (case,) = read_cases(report)
    assert case.requirements == {"thing"}
