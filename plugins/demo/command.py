"""The command `onegrid demo load`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from engine.core_api import Engine, NotFound
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.first_division import DemoStuck
from plugins.demo.load import load
from plugins.demo.people import PASSWORD_FILE

WIDTH = 14


@click.group()
def demo() -> None:
    """演示数据：永州市行政区划，冷水滩区两个乡镇（街道）的虚构单元和网格。"""


@demo.command("load")
@click.pass_obj
def load_command(build: Callable[[], Engine]) -> None:
    """载入演示数据；已载入的不再重复，中断的接着载入。"""
    engine = build()
    try:
        password = load(engine, click.echo)
    except NotFound as missing:
        click.echo(f"{missing}\n请先部署流程：onegrid processes deploy", err=True)
        sys.exit(2)
    except DemoStuck as stuck:
        click.echo(str(stuck), err=True)
        sys.exit(1)
    click.echo(f"演示账号（密码均为 {password}，保存在 {engine.home / PASSWORD_FILE}）：")
    for each in ACCOUNTS:
        click.echo(f"  {each.login:<{WIDTH}} {each.title}　{each.name}")
