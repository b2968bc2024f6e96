"""The comparison of the scenarios written with those run notices what it is there for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FEATURE = """# language: zh-CN
功能: 试验
  场景: 甲
    假如 一切如常

  场景大纲: 乙
    假如 <什么>
    例子:
      | 什么     |
      | 一切如常 |
      | 不测     |
"""
STEPS = """
import pytest
from pytest_bdd import given, scenario, scenarios

@given("一切如常")
def usual(): ...

@given("不测")
def unusual(): {unusual}

{bound}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\ntestpaths = ["features"]\nbdd_features_base_dir = "features"\n'
    )
    (tmp_path / "features").mkdir()
    (tmp_path / "features/trial.feature").write_text(FEATURE)
    return tmp_path


def run(project: Path, *arguments: str, bound: str = 'scenarios(".")', unusual: str = "...") -> tuple[int, str]:
    (project / "features/test_trial.py").write_text(STEPS.format(bound=bound, unusual=unusual))
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.fixtures.scenarios", "-p", "no:cacheprovider", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two-workers"])
def test_a_run_of_every_scenario_passes(project: Path, workers: tuple[str, ...]) -> None:
    code, output = run(project, *workers)
    assert code == 0, output
    assert "3 passed" in output


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two-workers"])
def test_a_scenario_that_no_test_binds_fails_the_run(project: Path, workers: tuple[str, ...]) -> None:
    code, output = run(project, *workers, bound='@scenario("trial.feature", "甲")\ndef test_it(): ...')
    assert code == 1, output
    assert "features/trial.feature: 3 scenarios written, 1 run" in output


def test_a_scenario_that_is_skipped_fails_the_run(project: Path) -> None:
    code, output = run(project, unusual='pytest.skip("later")')
    assert code == 1, output
    assert "3 scenarios written, 2 run" in output


def test_a_run_of_some_tests_is_not_counted(project: Path) -> None:
    code, output = run(project, "-k", "not 不测")
    assert code == 0, output
