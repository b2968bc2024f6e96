"""`onegrid plugins migrate`: departments' own tables, brought up to date in the plugins' own processes."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from engine.application import Engine
from engine.plugins.own_databases import HOOK
from engine.plugins.record import PluginState


@click.command("migrate")
@click.argument("name", required=False)
@click.pass_obj
def migrate_command(build: Callable[[], Engine], name: str | None) -> None:
    """更新部门插件自己的数据表；每次启动时也会自动更新。

    退出码：0 均已更新；1 有插件未能更新，或没有这个插件。
    """
    # building the engine migrates: there is one way to a ready plugin
    engine = build()
    owners = [
        record
        for record in engine.plugins.records
        if not record.core and name in {None, record.name} and (HOOK in record.hooks or record.name == name)
    ]
    for record in owners:
        click.echo(f"{record.name}: {record.state} {record.stage} {record.reason}".rstrip())
    if name is not None and not owners:
        click.echo(f"没有部门插件“{name}” / there is no such plugin: {name}", err=True)
    failed = any(record.state is PluginState.QUARANTINED for record in owners)
    sys.exit(1 if failed or (name is not None and not owners) else 0)
