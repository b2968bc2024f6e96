"""`onegrid plugins token`: what is shown once, what is shown always, and what ends a token."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine import workers
from engine.clock import FixedClock
from engine.feel import Feel
from engine.types import SYSTEM
from tests.engine.workers.bureau import TOPIC, Bureau, bureau_on
from web.cli_plugin_tokens import token_command


@pytest.fixture
def bureau(sqlite: sa.Engine, clock: FixedClock, feel: Feel) -> Bureau:
    return bureau_on(sqlite, clock, feel)


def run(bureau: Bureau, *arguments: str) -> Result:
    result = CliRunner().invoke(token_command, list(arguments), obj=lambda: bureau.engine)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(bureau: Bureau, *arguments: str) -> Any:
    result = run(bureau, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_token_is_made_and_shown_once(bureau: Bureau) -> None:
    made = said(bureau, "create", "bureau", "--name", "案件系统", "--topic", TOPIC, "--county", "11", "--days", "30")
    scope = workers.authenticate(bureau.engine, made["token"])
    assert scope is not None
    assert (scope.topics, scope.county, scope.name) == (frozenset({TOPIC}), "11", "案件系统")
    listed = run(bureau, "list").output + run(bureau, "list", "bureau", "--json").output
    assert made["id"] in listed
    assert made["token"] not in listed


def test_the_text_says_that_it_is_shown_once(bureau: Bureau) -> None:
    output = run(bureau, "create", "bureau", "--name", "案件系统").output
    assert "shown this once" in output
    assert "ogw_" in output


def test_rotation_leaves_the_old_token_its_overlap_and_revocation_nothing(bureau: Bureau) -> None:
    old = said(bureau, "create", "bureau", "--name", "案件系统")
    new = said(bureau, "rotate", old["id"], "--overlap-hours", "0")
    assert workers.authenticate(bureau.engine, old["token"]) is None
    assert workers.authenticate(bureau.engine, new["token"]) is not None
    assert "revoked" in run(bureau, "revoke", new["id"]).output
    assert workers.authenticate(bureau.engine, new["token"]) is None
    states = {token["id"]: token["state"] for token in said(bureau, "list")}
    assert (states[old["id"]], states[new["id"]]) == ("expired", "revoked")


def test_what_was_done_to_tokens_is_in_the_log_of_plugins(bureau: Bureau) -> None:
    made = said(bureau, "create", "bureau", "--name", "案件系统")
    run(bureau, "revoke", made["id"])
    with bureau.engine.begin(SYSTEM, write=False) as work:
        entries = [(entry.event, entry.reason) for entry in work.plugin_log.latest(2)]
    about = f"案件系统 {made['id']}"
    assert entries == [("token.revoked", about), ("token.created", about)]
    assert made["token"] not in str(entries)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("create", "nobody", "--name", "x"), "没有已加载的插件“nobody”"),
        (("create", "bureau", "--name", "x", "--topic", "bureau.recrd_case"), "bureau.record_case"),
        (("create", "bureau", "--name", " "), "名称须为 1 至 40 个字符"),
        (("revoke", "no-such"), "no such token"),
        (("rotate", "no-such"), "no such token"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_one(
    bureau: Bureau, arguments: tuple[str, ...], message: str
) -> None:
    result = run(bureau, *arguments)
    assert result.exit_code == 1
    assert message in result.output
