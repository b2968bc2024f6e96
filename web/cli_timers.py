"""`onegrid processes timers`: which processes start by themselves, when, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
import orjson

from engine.clock import TIMEZONE
from engine.types import SYSTEM

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.tables.start_timers import StartTimer


@click.command("timers")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_obj
def timers_command(build: Callable[[], Engine], as_json: bool) -> None:
    """定时启动的流程：下次何时启动；启动失败的，说明原因和何时再试。"""
    with build().begin(SYSTEM, write=False) as work:
        found = [_facts(timer) for timer in work.start_timers.all()]
    if as_json:
        click.echo(orjson.dumps(found))
        return
    for each in found:
        click.echo(f"{each['due']}  {each['process']} <{each['element']}>  {each['timer']}")
        if each["error"]:
            click.echo(f"  失败 {each['attempts']} 次，{each['retry']} 再试：{each['error']}")


def _facts(timer: StartTimer) -> dict[str, Any]:
    due, retry = (
        None if moment is None else moment.astimezone(TIMEZONE).isoformat() for moment in (timer.due_at, timer.retry_at)
    )
    return {
        "process": timer.definition_key,
        "element": timer.element_id,
        "timer": timer.expression,
        "due": due,
        "attempts": timer.attempt,
        "retry": retry,
        "error": timer.last_error,
    }
