"""`onegrid audit`: is the history the one that was written? Anchors, and archives of single cases."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from engine.anchors import append_anchors
from engine.application import Engine
from engine.services.audit import Fault, Kind, Report, contradictions, heads, verify
from engine.types import SYSTEM
from web.cli_archive import check_command, export_command, read_known

FILE = click.Path(path_type=Path, dir_okay=False)

SAID = {
    Kind.CHANGED: "内容与写入时不符（被修改、插入或调换）/ is not what was written (edited, inserted or moved)",
    Kind.MISSING: "被删除 / deleted",
    Kind.CUT: "链尾被截去 / cut off the end",
    Kind.REWRITTEN: "与锚定值不符，整段被重写 / not what was anchored: written anew",
    Kind.HEAD: "链头记录与最后一条不符 / the head's row is not that of the last row",
}


@click.group()
def audit() -> None:
    """历史记录：校验、锚定、制档、核对。"""


audit.add_command(export_command)
audit.add_command(check_command)


@audit.command("verify")
@click.option("--county", help="只校验一个区县（组织编码）。")
@click.option("--anchor", type=FILE, help="异处保存的锚定文件：能发现截尾与整链重写。")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_obj
def verify_command(build: Callable[[], Engine], county: str | None, anchor: Path | None, as_json: bool) -> None:
    """校验各区县的历史链，指出第一条有误的记录。

    退出码：0 完整；1 有误，或锚定文件无法读取。
    """
    anchors = read_known(anchor)
    with build().begin(SYSTEM, write=False) as work:
        report = verify(work.session, anchors, county)
    if as_json:
        click.echo(orjson.dumps({**asdict(report), "ok": not report.faults}).decode())
    else:
        _print(report)
    sys.exit(1 if report.faults else 0)


@audit.command("anchor")
@click.argument("file", type=FILE)
@click.pass_obj
def anchor_command(build: Callable[[], Engine], file: Path) -> None:
    """把各区县历史链的链头追加到文件；该文件应保存在本系统之外（如另一单位、一次写入介质）。

    退出码：0 已追加；1 现有历史与文件中的锚定值不符，未追加。
    """
    anchors = read_known(file if file.exists() else None)
    with build().begin(SYSTEM, write=False) as work:
        faults = contradictions(work.session, anchors)
        found = heads(work.session)
        at = work.clock.now()
    for fault in faults:
        click.echo(_said(fault), err=True)
    if faults:
        sys.exit(1)
    append_anchors(file, at, found)
    click.echo(f"已锚定 {len(found)} 个区县 / chains anchored: {len(found)}")


def _print(report: Report) -> None:
    for fault in report.faults:
        click.echo(_said(fault), err=True)
    click.echo(f"区县 {report.counties}，记录 {report.rows} / chains {report.counties}, rows {report.rows}")
    if report.erased:
        click.echo(f"其中内容已依法删除 {report.erased} / content erased: {report.erased}")
    click.echo("有误 / not whole" if report.faults else "完整 / whole")


def _said(fault: Fault) -> str:
    rows = str(fault.seq) if fault.until == fault.seq else f"{fault.seq}–{fault.until}"
    row_id = "" if fault.row_id is None else f"（id {fault.row_id}）"
    return f"{fault.county} 第 {rows} 条{row_id}：{SAID[fault.kind]}"
