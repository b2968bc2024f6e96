"""`onegrid database`: the schema and the roles of an installation on PostgreSQL. For its operator alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.application import Engine
from engine.clock import SystemClock
from engine.db import connect
from engine.hookspecs import DatabaseRules
from engine.plugins.host import PluginHost
from engine.services.months import provide_months
from engine.types import SYSTEM
from web import hookspecs, migrate
from web.config import read_settings
from web.database_roles import OWNER, grant, set_up, statements
from web.own_databases import ADDRESS, folder_of, make_login

MONTHS_AHEAD = 24
"""Months whose partitions are made: the application's login makes none."""


@click.group()
def database() -> None:
    """数据库：结构与角色（PostgreSQL）。"""


@database.command("upgrade")
def upgrade_command() -> None:
    """更新数据库结构，并重新授权。用 ONEGRID_OWNER_DATABASE_URL 登录，以 onegrid_owner 的身份执行。"""
    engine = owner_engine(_owner_url())
    migrate.upgrade(engine)
    with Engine(engine, PluginHost()).begin(SYSTEM) as work:
        provide_months(work.session, SystemClock().now(), MONTHS_AHEAD)
        connection = work.session.connection()
        if _has_owner(connection):
            grant(connection, rules())
    engine.dispose()
    click.echo(f"数据库结构已是 {migrate.head()} / the schema is at {migrate.head()}")


@database.command("roles")
@click.option("--sql", is_flag=True, help="只打印语句，由数据库管理员自行执行。")
@click.option("--name", help="与 --sql 合用：数据库名。")
@click.option("--department", "departments", multiple=True, help="有自己数据表的部门插件；可多次给出。")
def roles_command(sql: bool, name: str | None, departments: Sequence[str]) -> None:
    """建立角色并授权：结构已更新之后执行，可重复执行。需要超级用户（ONEGRID_OWNER_DATABASE_URL）。"""
    if sql:
        for statement in statements(name or "onegrid", rules(), departments):
            click.echo(statement.strip() + ";\n")
        return
    settings, engine = read_settings(), connect(_owner_url())
    try:
        with engine.begin() as connection:
            set_up(connection, rules())
            for plugin in departments:
                make_login(connection, plugin, rules(), settings.home)
                click.echo(f"{plugin}: {folder_of(settings.home, plugin) / ADDRESS}")
    except DBAPIError as error:
        click.echo(f"未能建立角色 / the roles could not be made: {error.orig}", err=True)
        sys.exit(1)
    finally:
        engine.dispose()
    click.echo("角色已就绪：onegrid_owner、onegrid_app、onegrid_apply；请各设口令 / set a password for each login")


def rules() -> list[DatabaseRules]:
    """Return what the core plugins say of their tables."""
    host = PluginHost(hookspecs=(hookspecs,)).load(departments=())
    found: list[DatabaseRules] = host.hook.onegrid_database_rules()
    return found


def owner_engine(url: str) -> sa.Engine:
    """Return an engine whose connections act as the owner of the tables, where there is that role."""
    plain = connect(url)
    with plain.connect() as connection:
        has_owner = _has_owner(connection)
    if not has_owner:
        return plain
    plain.dispose()
    return connect(url, connect_args={"options": f"-c role={OWNER}"})


def _has_owner(connection: sa.Connection) -> bool:
    """Return whether the owner's role owns this database; roles belong to a cluster, which may hold others."""
    if connection.dialect.name != "postgresql":
        return False
    there = sa.text(
        "SELECT count(*) FROM pg_roles WHERE rolname = :name AND has_schema_privilege(oid, 'public', 'CREATE')"
    )
    return bool(connection.scalar(there, {"name": OWNER}))


def _owner_url() -> str:
    url = read_settings().owner_database_url
    if not url:
        click.echo("请设置 ONEGRID_OWNER_DATABASE_URL / set ONEGRID_OWNER_DATABASE_URL", err=True)
        sys.exit(2)
    return url
