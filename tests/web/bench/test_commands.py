"""The commands of `onegrid bench` at their smallest, so that they cannot rot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from tests.plugins.demo.replaying import few
from web.cli_bench import bench

pytestmark = pytest.mark.slow


def run(*arguments: str) -> dict[str, Any]:
    """Run a command; return the one JSON object that it prints on one line."""
    result = CliRunner().invoke(bench, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    printed: dict[str, Any] = json.loads(result.stdout)
    assert {"bench", "python", "spiffworkflow", "processor"} <= printed.keys()
    return printed


def test_engine() -> None:
    printed = run("engine", "--rounds", "1", "--revisions", "50", "--starts", "1", "--steps", "40")
    assert printed["step"]["linear10"]["ratio"] > 0
    assert printed["loop"]["ours"].keys() == {"revision_1", "revision_50", "growth"}
    assert printed["memory"]["steps"] >= 40


def test_http() -> None:
    printed = run("http", "--instances", "1")
    assert (printed["completions"], printed["commits"]) == (10, 1)
    assert printed["statements"] <= 12


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_inbox(database: str) -> None:
    printed = run("inbox", "--tasks", "20000", "--history", "4000", "--rounds", "2", "--database", database)
    assert printed["database"] == database
    plan = " ".join(printed["plans"]["page_middle_six_posts"])
    assert "ix_user_task_inbox" in plan
    assert "Seq Scan" not in plan


def test_plugins() -> None:
    small = {"starts": 1, "calls": 20, "waiting": 20, "samples": 2, "jobs": 10, "workers": 2}
    options = [text for name, value in small.items() for text in (f"--{name}", str(value))]
    printed = run("plugins", *options, "--database", "sqlite")
    assert printed["once"].items() >= {"called_once": 10, "called_again": 0, "never_called": 0}.items()
    assert printed["delay"]["waiting"] == 20
    assert printed["call"]["overhead_ms"] > 0


def test_load() -> None:
    printed = run("load", "--seconds", "3", "--clients", "2", "--web", "1")
    assert printed["errors"] == {}
    assert printed["completed"] > 0
    assert "dead" not in printed["jobs"]


def test_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.demo.load.stories", few)
    printed = run("demo")
    assert printed.items() >= {"database": "sqlite", "refused": 0}.items()
    assert printed["cases"] >= 4
    assert 1 <= printed["commits_per_step"] < 1.2  # and a few before and after
    assert printed["statements_per_step"] > 1
