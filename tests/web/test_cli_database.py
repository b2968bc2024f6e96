"""`onegrid database`: an installation on PostgreSQL gets its roles, and is migrated by its owner."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine.db import connect
from engine.types import SYSTEM
from tests.fixtures.databases import Logins
from web import migrate
from web.cli_database import database
from web.composition import build_engine
from web.config import read_settings
from web.database_roles import in_force
from web.embedded_postgres import PostgresServer


def run(*arguments: str, **settings: str) -> Result:
    return CliRunner(env={f"ONEGRID_{name}": value for name, value in settings.items()}).invoke(database, arguments)


def test_an_installation_is_set_up_step_by_step(
    empty_postgres: sa.Engine, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    name = empty_postgres.url.database or ""
    owner = {"OWNER_DATABASE_URL": empty_postgres.url.render_as_string(hide_password=False), "HOME": str(tmp_path)}
    assert "0001" in run("upgrade", **owner).output
    assert "onegrid_app" in run("roles", **owner).output
    assert run("upgrade", **owner).exit_code == 0  # as the owner, whom the login may be

    settings = read_settings(
        {
            "ONEGRID_HOME": str(tmp_path),
            "ONEGRID_DATABASE_URL": postgres_server.url(name, "onegrid_app"),
            "ONEGRID_APPLY_DATABASE_URL": postgres_server.url(name, "onegrid_apply"),
        }
    )
    engine = build_engine(settings)
    try:
        with engine.begin(SYSTEM, write=False) as work:
            assert in_force(work.session.connection())
        assert engine.reserved is not None
        assert engine.reserved is not engine.database
    finally:
        engine.stop_workers()
        for each in (engine.database, engine.reserved):
            if each is not None:
                each.dispose()


def test_a_process_without_the_reserved_login_runs_nothing_reserved(logins: Logins, tmp_path: Path) -> None:
    engine = build_engine(read_settings({"ONEGRID_HOME": str(tmp_path), "ONEGRID_DATABASE_URL": logins.url("app")}))
    engine.stop_workers()
    engine.database.dispose()
    assert engine.reserved is None


def test_the_application_cannot_migrate_and_says_who_must(
    empty_postgres: sa.Engine, postgres_server: PostgresServer, logins: Logins
) -> None:
    with empty_postgres.begin() as connection:
        connection.exec_driver_sql("GRANT CONNECT ON DATABASE postgres TO onegrid_app")
    app = connect(postgres_server.url(empty_postgres.url.database or "", "onegrid_app"))
    with pytest.raises(migrate.SchemaBehind, match="onegrid database upgrade"):
        migrate.upgrade(app)
    app.dispose()


def test_the_statements_are_printed_for_an_administrator_of_the_database(tmp_path: Path) -> None:
    printed = run("roles", "--sql", "--name", "city", "--department", "market", HOME=str(tmp_path)).output
    for part in ("CREATE ROLE onegrid_owner NOLOGIN", 'ON DATABASE "city"', "CREATE SCHEMA IF NOT EXISTS p_market"):
        assert part in printed


def test_without_an_owners_address_nothing_is_done(tmp_path: Path) -> None:
    result = run("upgrade", HOME=str(tmp_path))
    assert result.exit_code == 2
    assert "ONEGRID_OWNER_DATABASE_URL" in result.output


def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    result = run("roles", "--sql", "--department", "x; DROP ROLE y", HOME=str(tmp_path))
    assert isinstance(result.exception, ValueError)
