"""`onegrid plugins deliveries`: what plugins could not be told yet; trying one again, or giving it up."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
import orjson

from engine.application import Engine
from engine.errors import EngineError
from engine.types import SYSTEM
from web.cli_instances import operator


@click.group("deliveries", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_context
def deliveries_command(context: click.Context, as_json: bool) -> None:
    """尚未送达插件的事件和消息；无法送达的可重试或放弃。"""
    if context.invoked_subcommand is not None:
        return
    build: Callable[[], Engine] = context.obj
    with build().begin(SYSTEM, write=False) as work:
        found = [
            {
                "id": each.id,
                "plugin": each.plugin,
                "function": each.function,
                "state": each.state,
                "attempts": each.attempt,
                "case": each.business_key,
                "error": each.last_error,
            }
            for each in work.deliveries.open()
        ]
    if as_json:
        click.echo(orjson.dumps(found).decode())
        return
    for each in found:
        click.echo(
            f"{each['id']:8} {each['state']:8} {each['plugin']} {each['function']} ×{each['attempts']}  {each['error']}"
        )


@deliveries_command.command("retry")
@click.argument("number", type=int)
@click.pass_obj
def retry_command(build: Callable[[], Engine], number: int) -> None:
    """再次尝试一项无法送达的。"""
    _do(build(), number, "revive")


@deliveries_command.command("drop")
@click.argument("number", type=int)
@click.pass_obj
def drop_command(build: Callable[[], Engine], number: int) -> None:
    """放弃一项无法送达的，同一办件排在其后的随之继续。"""
    _do(build(), number, "drop")


def _do(engine: Engine, number: int, what: str) -> None:
    try:
        with engine.begin(operator()) as work:
            (work.deliveries.revive if what == "revive" else work.deliveries.drop)(number)
    except EngineError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo("完成 / done")
