"""`onegrid instances`, `onegrid processes diff` and `migrate`: what they print, what they write and how they end."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from engine.feel import Feel
from tests.engine.services.test_migration import deploy_purchase
from tests.engine.services.test_repair import dead, open_at, rows
from tests.fixtures.house import House
from web.cli_instances import instances
from web.cli_versions import diff_command, migrate_command


@pytest.fixture(scope="session")
def feel() -> Feel:
    return Feel()


def run(house: House, command: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments), obj=lambda: house.engine)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(house: House, command: click.Command, *arguments: str) -> Any:
    result = run(house, command, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_instance_is_shown_with_what_it_waits_for(house: House) -> None:
    instance, job = dead(house)
    shown = said(house, instances, "show", instance)
    assert shown["state"] == "active"
    assert shown["waiting"] == [
        {"token": job, "element": "order", "name": "下单", "kind": "job", "error": "RuntimeError: 坏了"}
    ]
    assert shown["variables"]["thing"] == "椅子"


@pytest.mark.parametrize(
    "change",
    [
        ("edit", "ID", "--set", 'thing="桌子"', "--set", 'until=date("2026-12-24")', "--remove", "asked"),
        ("skip", "ID", "order", "--outputs", '{"number": "X"}'),
        ("move", "ID", "order", "ask"),
        ("retry", "ID"),
        ("cancel", "ID"),
    ],
    ids=lambda change: change[0],
)
def test_a_dry_run_says_what_the_change_then_does(house: House, change: tuple[str, ...]) -> None:
    instance, _ = dead(house)
    arguments = [instance if each == "ID" else each for each in change]
    before = rows(house)
    foreseen = said(house, instances, *arguments, "--dry-run")
    assert rows(house) == before
    done = said(house, instances, *arguments, "--reason", "试")
    assert rows(house) != before
    for preview in (foreseen, done):
        for each in preview["opens"]:
            each.pop("token")  # made anew each time
    assert {**foreseen, "applied": True} == done


def test_a_change_without_a_reason_or_with_nothing_to_do_is_refused(house: House) -> None:
    instance = house.start()
    assert run(house, instances, "cancel", instance).exit_code == 2
    assert run(house, instances, "edit", instance, "--reason", "x").exit_code == 2
    assert run(house, instances, "edit", instance, "--set", "x", "--reason", "x").exit_code == 2
    assert run(house, instances, "edit", instance, "--set", "x=1 +", "--reason", "x").exit_code == 4
    assert run(house, instances, "skip", instance, "ask", "--outputs", "[1]", "--reason", "x").exit_code == 2
    assert run(house, instances, "skip", instance, "ask", "--outputs", '{"a": 1}', "--reason", "x").exit_code == 4
    assert run(house, instances, "retry", instance, "--reason", "x").exit_code == 2
    assert run(house, instances, "show", "nobody").exit_code == 4
    assert open_at(house, instance) == ["ask"]


def test_two_versions_are_compared(house: House) -> None:
    deploy_purchase(house, 申请="申请（新）")
    assert said(house, diff_command, "purchase", "1", "2")["changes"] == [
        {"element_id": "ask", "kind": "changed", "property": "name", "before": "申请", "after": "申请（新）"}
    ]
    assert run(house, diff_command, "purchase", "1", "2").stdout == "~ ask  name: 申请 → 申请（新）\n"
    assert run(house, diff_command, "purchase", "1", "9").exit_code == 4


def test_instances_are_migrated_after_a_dry_run(house: House) -> None:
    first = house.start()
    house.complete(first, house.clerk)
    house.clock.advance(timedelta(minutes=1))
    second = house.start()
    deploy_purchase(house, review="check", stopped="halted")
    before = rows(house)
    tried = run(house, migrate_command, "purchase", "1", "2", "--dry-run", "--json")
    assert tried.exit_code == 2
    report = json.loads(tried.stdout)
    assert [report[name] for name in ("total", "unchanged", "needs-mapping", "other-branch")] == [2, 1, 1, 0]
    assert {each["element_id"] for each in report["instances"][0]["obstacles"]} == {"review", "stopped"}
    assert "1 个需要对应关系" in run(house, migrate_command, "purchase", "1", "2", "--dry-run").stdout
    assert rows(house) == before
    mapping = ("--map", "review=check", "--map", "stopped=halted")
    arguments = ("purchase", "1", "2", *mapping, "--canary", "all", "--reason", "改版")
    assert set(said(house, migrate_command, *arguments)["migrated"]) == {first, second}
    assert open_at(house, first) == ["check"]


def test_a_migration_says_which_instances_and_why(house: House) -> None:
    house.start()
    deploy_purchase(house, 申请="申请（新）")
    for wrong in (("--canary", "1"), ("--reason", "x"), ("--map", "x", "--dry-run")):
        assert run(house, migrate_command, "purchase", "1", "2", *wrong).exit_code == 2
    assert run(house, migrate_command, "purchase", "1", "2", "--canary", "x", "--reason", "x").exit_code == 4
