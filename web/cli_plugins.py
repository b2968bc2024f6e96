"""`onegrid plugins`: what plugins there are, and what operators do with them. More commands stand in `cli_plugin_*`."""

from __future__ import annotations

from typing import Any

import click
import orjson

from engine.plugin_record import PluginRecord
from web.composition import load_plugins
from web.config import read_settings


@click.group()
def plugins() -> None:
    """插件：查看与管理。"""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
def list_command(as_json: bool) -> None:
    """所有插件及其状态；数据库不通时也能用。"""
    host = load_plugins(read_settings())
    host.close()
    found = [_described(record) for record in host.records]
    if as_json:
        click.echo(orjson.dumps(found).decode())
        return
    for each in found:
        said = f"{each['stage']}: {each['reason']}" if each["reason"] else f"{each['import_seconds']:.2f} s"
        click.echo(f"{each['name']:24} {each['version'] or '-':10} {each['state']:12} {said}")


def _described(record: PluginRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "title": record.title,
        "version": record.version,
        "state": record.state,
        "stage": record.stage,
        "reason": record.reason,
        "import_seconds": round(record.seconds, 3),
    }
