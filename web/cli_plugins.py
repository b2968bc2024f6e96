"""`onegrid plugins`: how plugins are doing, and what operators do with them. More commands stand in `cli_plugin_*`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
import orjson
from sqlalchemy.exc import SQLAlchemyError

from engine.application import Engine
from engine.contents import inspect_contents
from engine.db import connect
from engine.errors import EngineError, PluginUnknown
from engine.jobs.table_queue import TableQueue
from engine.plugin_health import ERROR, PluginHealth, survey
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from web.cli_instances import operator
from web.composition import load_plugins
from web.config import read_settings

_JSON = click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
_NAME = click.argument("name")
_COUNTY = click.option("--county", default="", help="区县编码；省略则为所有未单独设置的区县。")
_REASON = click.option("--reason", required=True, help="理由：记入日志。")


@click.group()
def plugins() -> None:
    """插件：查看与管理。"""


@plugins.command("list")
@_JSON
def list_command(as_json: bool) -> None:
    """所有插件及其状态；插件都坏了、数据库不通时也能用。"""
    with _host() as host:
        found, _ = _survey(host, ask=False)
    if as_json:
        click.echo(orjson.dumps([_described(health) for health in found]).decode())
        return
    for health in found:
        click.echo(_line(health))


@plugins.command("doctor")
@click.argument("names", nargs=-1)
@click.option("--no-database", is_flag=True, help="只看插件本身，如编写插件时。")
@_JSON
def doctor_command(names: tuple[str, ...], no_database: bool, as_json: bool) -> None:
    """检查插件（省略 NAMES 则全部）：加载、健康检查、熔断、队列、停摆的作业。

    退出码：0 正常（可能有提醒）；1 有故障、没有所指的插件，或数据库不通。
    """
    with _host() as host:
        found, away = (survey(host, None, ask=True), "") if no_database else _survey(host, ask=True)
    unknown = set(names) - {health.name for health in found}
    if unknown:
        click.echo(f"没有插件 {' '.join(sorted(unknown))} / no such plugin", err=True)
        sys.exit(1)
    found = [health for health in found if not names or health.name in names]
    ok = not away and all(health.ok for health in found)
    if as_json:
        described = [_described(health) for health in found]
        click.echo(orjson.dumps({"ok": ok, "database": away or "ok", "plugins": described}).decode())
        sys.exit(0 if ok else 1)
    for health in found:
        click.echo(_line(health))
        for remark in health.remarks:
            mark = "✗" if remark.severity == ERROR else "!"
            click.echo(f"  {mark} {remark.message_zh} / {remark.message_en}")
    if away:
        click.echo(f"✗ 数据库不可用 / the database cannot be used: {away}")
    click.echo("正常 / all is well" if ok else "有故障 / there is trouble")
    sys.exit(0 if ok else 1)


@plugins.command("enable")
@_NAME
@_COUNTY
@_REASON
def enable_command(name: str, county: str, reason: str) -> None:
    """启用部门插件；等待它的作业随即继续。"""
    _act(name, lambda work: work.switches.turn(name, county, on=True, reason=reason))


@plugins.command("disable")
@_NAME
@_COUNTY
@_REASON
def disable_command(name: str, county: str, reason: str) -> None:
    """停用部门插件：它的作业等待，不消耗重试次数。"""
    _act(name, lambda work: work.switches.turn(name, county, on=False, reason=reason))


@plugins.command("reload")
@_NAME
@_REASON
def reload_command(name: str, reason: str) -> None:
    """让各进程在几秒内用磁盘上的版本替换部门插件；正在办的作业由旧版本办完，其他一切不停。"""
    _act(name, lambda work: work.plugin_log.write(name, "reload", reason=reason))


@plugins.command("close-breaker")
@_NAME
@_REASON
def close_breaker_command(name: str, reason: str) -> None:
    """手工解除部门插件的熔断；等待它的作业随即继续。"""
    _act(name, lambda work: work.breakers.close(name, reason))


@contextmanager
def _host() -> Iterator[PluginHost]:
    """Give the host, with all plugins loaded, and stop their processes afterwards."""
    host = load_plugins(read_settings(), strict=False)
    try:
        yield host
    finally:
        host.close()


def _engine(host: PluginHost) -> Engine:
    """Return an engine on the database as it is: these commands must not need it to be up to date."""
    settings = read_settings()
    database = connect(settings.database_url)
    host.hook.onegrid_guards(engine=database)
    return Engine(database, host, queue=TableQueue(), home=settings.home, key_file=settings.settings_key)


def _survey(host: PluginHost, *, ask: bool) -> tuple[Sequence[PluginHealth], str]:
    """Return how the plugins are, and why the database could not be asked, if so."""
    try:
        engine = _engine(host)
        with engine.begin(SYSTEM, write=False) as work:
            inspect_contents(engine, work)
            return survey(host, work, ask=ask), ""
    except SQLAlchemyError as error:
        return survey(host, None, ask=ask), str(getattr(error, "orig", None) or error).strip().splitlines()[0]


def _act(name: str, do: Callable[[Any], object]) -> None:
    """Do something to a department's plugin as the operator at this machine."""
    with _host() as host:
        engine = _engine(host)
        try:
            with engine.begin(operator()) as work:
                if not any(record.name == name and not record.core for record in host.records):
                    known = {health.name for health in survey(host, work) if not health.core}
                    if name not in known:
                        raise PluginUnknown(plugin=name)
                do(work)
        except EngineError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
    click.echo("已记录 / done")


def _line(health: PluginHealth) -> str:
    host, queue = health.host, health.queue
    parts = [f"{health.name:24} {host.get('version') or '-':10} {host['state']:12}"]
    if not health.core:
        parts.append(f"breaker {health.breaker:10} waiting {queue.waiting:5} held {queue.held:5} dead {queue.dead:4}")
        parts.append(f"off: {','.join(county or '*' for county in health.off)}" if health.off else "")
    parts.append(f"{host['stage']}: {host['reason']}" if host.get("reason") else "")
    return " ".join(filter(None, parts)).rstrip()


def _described(health: PluginHealth) -> dict[str, Any]:
    """Return all that is known as JSON."""
    own = {name: value for name, value in asdict(health).items() if name != "host"}
    return {**own, **health.host, "ok": health.ok}
