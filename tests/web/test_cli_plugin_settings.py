"""`onegrid plugins settings`: values are set and shown, secrets come by standard input and are not shown again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine.application import Engine
from engine.clock import FixedClock
from engine.declaration import REDACTED
from engine.vault import KEY_FILE, Vault
from tests.engine.plugins.workshop import PLUGIN, install, load
from tests.plugins.serving import engine_on
from web.cli_plugin_settings import settings_command

SETTINGS = 'settings={"url": fields.Url(), "token": Secret(required=True)}, uses='


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, tmp_path: Path) -> Iterator[Engine]:
    install(tmp_path, "fire", PLUGIN.format(name="fire").replace("uses=", SETTINGS))
    host = load(tmp_path)
    built = engine_on(sqlite, host, clock)
    built.runtime = replace(built.runtime, vault=Vault(tmp_path / KEY_FILE))
    yield built
    host.close()


def run(engine: Engine, *arguments: str, given: str | None = None) -> Result:
    result = CliRunner().invoke(settings_command, list(arguments), obj=lambda: engine, input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def shown(engine: Engine) -> list[tuple[str, str, str | None]]:
    found = run(engine, "--json", "fire")
    assert found.exit_code == 0, found.output
    return [(each["key"], each["county"], each["value"]) for each in json.loads(found.stdout)]


def test_values_are_set_shown_and_unset(engine: Engine) -> None:
    assert run(engine, "fire", "set", "url", "http://far.example").exit_code == 0
    assert run(engine, "fire", "set", "token", "--county", "431103", given="s3cret-1\n").exit_code == 0
    assert shown(engine) == [
        ("url", "", "http://far.example"),
        ("token", "", None),
        ("token", "431103", REDACTED),
    ]
    assert run(engine, "fire", "unset", "url").exit_code == 0
    assert shown(engine)[0] == ("url", "", None)


def test_people_read_what_is_missing(engine: Engine) -> None:
    lines = run(engine, "fire").stdout.splitlines()
    assert "必填" in lines[1]
    assert "必填" not in lines[0]


def test_a_secret_is_not_taken_from_the_command_line(engine: Engine) -> None:
    refused = run(engine, "fire", "set", "token", "s3cret-1")
    assert refused.exit_code == 2
    assert "从标准输入给出" in refused.stderr
    assert shown(engine)[1] == ("token", "", None)


@pytest.mark.parametrize("arguments", [("gone",), ("fire", "set", "tokn", "x"), ("fire", "set", "url", "x")])
def test_what_does_not_fit_is_said(engine: Engine, arguments: tuple[str, ...]) -> None:
    refused = run(engine, *arguments)
    assert refused.exit_code == 1
    assert refused.stderr.strip()
