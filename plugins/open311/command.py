"""`onegrid open311 keys`: keys of programs that may report."""

from __future__ import annotations

from collections.abc import Callable

import click

from engine.core_api import SYSTEM, Engine
from plugins.open311 import keys


@click.group("open311")
def open311() -> None:
    """Open311 接口（GeoReport v2，/open311/v2）。"""


@open311.command("create-key")
@click.argument("name")
@click.pass_obj
def create_command(build: Callable[[], Engine], name: str) -> None:
    """为一个程序签发上报用的密钥；只显示这一次。"""
    with build().begin(SYSTEM) as work:
        click.echo(keys.create(work, name))


@open311.command("keys")
@click.pass_obj
def list_command(build: Callable[[], Engine]) -> None:
    """列出密钥：编号、何时签发、给谁、是否吊销。"""
    with build().begin(SYSTEM, write=False) as work:
        for each in keys.keys(work):
            click.echo(f"{each.id} {each.created_at:%Y-%m-%d} {'已吊销' if each.revoked_at else '有效'} {each.name}")


@open311.command("revoke-key")
@click.argument("key_id")
@click.pass_obj
def revoke_command(build: Callable[[], Engine], key_id: str) -> None:
    """吊销一个密钥。"""
    with build().begin(SYSTEM) as work:
        keys.revoke(work, key_id)
    click.echo("已吊销。")
