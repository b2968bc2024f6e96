"""No file can hold up or bring down what checks it; and hundreds of broken ones are answered, each with findings."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.trial import pool
from engine.trial.pool import Broken, Child, Limits, check, check_one, run
from engine.trial.units import Unit, units
from tests.engine.bpmn import drawing as d
from tests.engine.trial.mangling import MANGLERS, mangle, originals

SOUND = d.draw(d.user("a"), flows="s>a a>e")


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    (tmp_path / "p.bpmn").write_bytes(SOUND)
    return next(units(tmp_path / "p.bpmn"))


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child({}, None, Limits())
    yield made
    made.close()


def codes(child: Child, unit: Unit) -> list[str]:
    return [finding["code"] for finding in check_one(child, unit)]


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(seconds=-1.0), "check.time-limit"), (Limits(memory=1000), "check.memory-limit")],
)
def test_a_file_over_the_limit_is_stopped_and_said(unit: Unit, limits: Limits, code: str) -> None:
    child = Child({}, None, limits)
    if code == "check.memory-limit":
        with pytest.raises(Broken, match=code):  # even the start is more than a kilobyte
            list(child.ask({"do": "check"}))
    else:
        assert codes(child, unit) == [code]
        assert codes(child, unit) == [code]  # by a process of its own


@pytest.mark.parametrize(("later", "expected"), [(4.9, []), (5.1, ["check.time-limit"])])
def test_a_busy_machine_is_no_files_fault(
    child: Child, unit: Unit, monkeypatch: pytest.MonkeyPatch, later: float, expected: list[str]
) -> None:
    assert codes(child, unit) == []
    clock = iter([0.0])  # when it is asked first; whenever after that, so many times the limit have gone by
    monkeypatch.setattr(pool, "monotonic", lambda: next(clock, later * Limits().seconds))
    assert codes(child, unit) == expected


def test_a_process_that_dies_is_replaced(child: Child, unit: Unit) -> None:
    assert codes(child, unit) == []
    process = child._process
    assert process is not None
    process.kill()
    process.wait()
    assert codes(child, unit) == ["check.crashed"]
    assert codes(child, unit) == []


def test_findings_name_the_file_as_it_was_given(child: Child, tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    path.write_bytes(d.draw(d.user("a"), flows="s>a"))
    findings = check_one(child, next(units(path)))
    assert {finding["file"] for finding in findings} == {str(path)}
    assert "flow.dead-end" in {finding["code"] for finding in findings}


def test_a_file_may_be_called_anything(child: Child, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff \n.bpmn")
    path.write_bytes(b"<a/>")
    assert codes(child, next(units(path))) == ["process.none"]


@pytest.mark.slow
def test_five_hundred_broken_files_give_findings_and_nothing_else(tmp_path: Path) -> None:
    chance, sources = random.Random(20261201), originals()  # noqa: S311  the same files each time
    for index in range(500):
        mangler = MANGLERS[index % len(MANGLERS)]  # each of them, and then any
        content = mangle(chance, mangler(chance, chance.choice(sources)))
        (tmp_path / f"{index:03}.bpmn").write_bytes(content)
    answered = list(check(units(tmp_path), {}))
    assert len(answered) == 500
    broken = [finding for _, findings in answered for finding in findings if finding["code"].startswith("check.")]
    assert broken == []
    assert sum(bool(findings) for _, findings in answered) > 400


@pytest.mark.slow
def test_broken_files_can_be_tried_too(child: Child, tmp_path: Path) -> None:
    chance, sources = random.Random(7), originals()  # noqa: S311  the same files each time
    path = tmp_path / "p.bpmn"
    seen = set()
    for _ in range(150):
        path.write_bytes(mangle(chance, chance.choice(sources)))
        answers = list(child.ask(_request(path)))
        lines = [answer["line"] for answer in answers if "line" in answer]
        assert [line for line in lines if str(line.get("code")).startswith("check.")] == []
        assert lines
        seen.add(answers[-1]["done"])
    assert seen >= {2, 3}


def test_a_trial_over_the_limit_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    path.write_bytes(SOUND)
    lines: list[dict[str, object]] = []
    assert run(_request(path), lines.append, Limits(seconds=-1.0)) == 4
    assert lines[-1]["code"] == "check.time-limit"


def _request(path: Path) -> dict[str, object]:
    return {
        "do": "run", "path": str(path), "suffix": "", "beside": {}, "process": "", "input": {}, "messages": [],
        "completions": [], "complete_all": True, "advances": [3600.0], "now": "2026-12-01T09:00:00+08:00",
        "ignore_scripts": True, "trace": True,
    }  # fmt: skip
