"""The command `onegrid demo load`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from engine.core_api import TIMEZONE, Engine, NotFound
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.first_division import DemoStuck
from plugins.demo.load import load, play_history
from plugins.demo.people import PASSWORD_FILE
from plugins.demo.progress import Progress, alone

WIDTH = 14
EVERY = 20
"""Stories begun between two lines of progress."""


@click.group()
def demo() -> None:
    """演示数据：永州市行政区划，冷水滩区两个乡镇（街道）的虚构单元和网格。"""


@demo.command("load")
@click.option("--no-history", is_flag=True, help="只载入区划、人员和网格（几秒），不回放半年的办件。")
@click.option("--quiet", is_flag=True, help="不列出已载入的内容和演示账号。")
@click.pass_obj
def load_command(build: Callable[[], Engine], no_history: bool, quiet: bool) -> dict[str, Any]:
    """载入演示数据，再回放半年的办件；已载入的不再重复，中断的接着载入。"""
    engine = build()
    try:
        password = load(engine, (lambda _: None) if quiet else click.echo)
    except NotFound as missing:
        click.echo(f"{missing}\n请先部署流程：onegrid processes deploy", err=True)
        sys.exit(2)
    except DemoStuck as stuck:
        click.echo(str(stuck), err=True)
        sys.exit(1)
    if not quiet:
        _list_accounts(engine, password)
    return {} if no_history else _play(engine)


def _list_accounts(engine: Engine, password: str) -> None:
    click.echo(f"演示账号（密码均为 {password}，保存在 {engine.home / PASSWORD_FILE}）：")
    for each in ACCOUNTS:
        click.echo(f"  {each.login:<{WIDTH}} {each.title}　{each.name}")


def _play(engine: Engine) -> dict[str, Any]:
    """Replay the demo's half year, with a line of progress now and then; return what was played."""
    with alone(engine.home) as is_alone:
        if not is_alone:
            click.echo("另一个进程正在回放演示数据。", err=True)
            return {}
        progress, begins, said = Progress(engine.home), time.monotonic(), 0

        def told(begun: int, all_: int, at: datetime) -> None:
            nonlocal said
            progress(begun, all_, at)
            if begun // EVERY > said:
                said = begun // EVERY
                seconds = time.monotonic() - begins
                click.echo(
                    f"演示数据：已回放 {begun}/{all_} 件，回放到 {at.astimezone(TIMEZONE):%Y-%m-%d}，{seconds:.0f} 秒",
                    err=True,
                )

        replay = play_history(engine, told)
        progress.end()
    if replay is None:
        return {}
    click.echo(f"演示数据：回放完毕，{replay.steps} 步，{time.monotonic() - begins:.0f} 秒", err=True)
    for refused in replay.refused:
        click.echo(f"演示数据：未能照演示办理：{refused}", err=True)
    return {"cases": replay.cases, "steps": replay.steps, "refused": len(replay.refused)}
