"""`onegrid plugins settings NAME`: what is set for a plugin, and setting it. Secrets are read, never shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
import orjson

from engine.application import Engine
from engine.errors import EngineError
from engine.services.settings import Shown
from engine.types import SYSTEM
from web.cli_instances import operator

_COUNTY = click.option("--county", default="", help="区县编码；不给则用于整个系统。")


@click.group("settings", invoke_without_command=True)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_context
def settings_command(context: click.Context, name: str, as_json: bool) -> None:
    """插件的设置：查看、填写、清除。机密只写入，不再显示。"""
    if context.invoked_subcommand is not None:
        return
    build: Callable[[], Engine] = context.obj
    with _told(), build().begin(SYSTEM, write=False) as work:
        shown = work.settings.shown(name)
    click.echo(orjson.dumps(list(map(asdict, shown))).decode() if as_json else "\n".join(map(_line, shown)))


@settings_command.command("set")
@click.argument("key")
@click.argument("value", required=False)
@_COUNTY
@click.pass_context
def set_command(context: click.Context, key: str, value: str | None, county: str) -> None:
    """填写一项设置。不给 VALUE 时从标准输入读取；机密只能这样填写，不会留在命令历史里。"""
    build: Callable[[], Engine] = context.obj
    name = _name(context)
    with _told():
        with build().begin(SYSTEM, write=False) as work:
            secret = next((each.secret for each in work.settings.shown(name) if each.key == key), False)
        if secret and value is not None:
            raise click.UsageError("这是机密：请不要写在命令行上，省略 VALUE，从标准输入给出。")
        text = value if value is not None else _read(key, secret)
        with build().begin(operator()) as work:
            work.settings.put(name, key, text, county)
    click.echo("已设置 / set")


@settings_command.command("unset")
@click.argument("key")
@_COUNTY
@click.pass_context
def unset_command(context: click.Context, key: str, county: str) -> None:
    """清除一项设置。"""
    build: Callable[[], Engine] = context.obj
    with _told(), build().begin(operator()) as work:
        work.settings.remove(_name(context), key, county)
    click.echo("已清除 / unset")


def _name(context: click.Context) -> str:
    parent = context.parent
    return str(parent.params["name"]) if parent else ""


def _read(key: str, secret: bool) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(key, hide_input=secret, confirmation_prompt=secret))
    return sys.stdin.read().rstrip("\n")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except EngineError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _line(shown: Shown) -> str:
    value: Any = "-" if shown.value is None else shown.value
    where = shown.county or "（整个系统）"
    changed = f"  {shown.changed_by} {shown.changed_at:%Y-%m-%d %H:%M}" if shown.changed_at else ""
    needed = "" if shown.value is not None or not shown.required else "  ← 必填 / required"
    return f"{shown.key:20} {where:12} {value}{changed}{needed}"
