"""`onegrid catalogue`: bring along the catalogue that a county had before this system."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from engine.core_api import SYSTEM, Engine
from plugins.catalogue.exchange import read_enactment
from plugins.catalogue.listing import decisions
from plugins.catalogue.register import NotReady, enact


@click.group()
def catalogue() -> None:
    """事项清单。"""


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_command(build: Callable[[], Engine], file: Path) -> None:
    """导入县区已有的清单（JSON）。只能作为第一版；以后的调整须走准入流程。"""
    try:
        enactment = read_enactment(json.loads(file.read_text("utf-8")))
    except ValueError as error:
        click.echo(f"{file}：{error}", err=True)
        sys.exit(2)
    with build().begin(SYSTEM) as work:
        if decisions(work.session, enactment.county):
            click.echo(f"县区 {enactment.county} 已有清单，调整须走准入流程。", err=True)
            sys.exit(2)
        try:
            number = enact(work.session, work.clock, work.actor, enactment)
        except NotReady as error:
            click.echo(str(error), err=True)
            sys.exit(2)
    click.echo(f"{enactment.county}：清单第 {number} 版，{len(enactment.items)} 个事项")
