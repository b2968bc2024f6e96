"""The commands `onegrid grids …`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict

import click

from engine.core_api import SYSTEM, Engine
from plugins.grid_registry import watch

SAID = {
    "shape": "以文字保存的图形 / a shape written as text",
    "places": "地点清单 / a list of places",
    "unknown_grid": "登记册中没有的网格 / grids that the registry does not know",
    "unreadable": "数据无法读取 / the data cannot be read",
    "grouping": "把网格或单元归并分组 / puts grids or units into groups",
}
"""Kind of a finding → what it is."""


@click.group()
def grids() -> None:
    """网格登记。"""


@grids.command("hidden-divisions")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_obj
def hidden_divisions(build: Callable[[], Engine], as_json: bool) -> None:
    """现在就查看各部门的自有数据，列出另行划分网格的线索（平时每日凌晨自动查看）。

    退出码：0 没有未核查的线索；1 有。
    """
    engine = build()
    with engine.begin(SYSTEM) as work:
        if engine.plugins.databases is not None:
            watch.watch(work.session, engine.plugins.databases, work.clock.now())
        found = list(watch.open_findings(work.session))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], default=str, ensure_ascii=False))
    else:
        for each in found:
            click.echo(f"{each.plugin}: {each.table}.{each.column}: {SAID[each.kind]} ({each.count}): {each.sample}")
        click.echo(f"{len(found)} 条未核查 / to be reviewed")
    sys.exit(1 if found else 0)
