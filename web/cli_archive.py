"""`onegrid audit export` and `check`: one instance as a file that proves itself, and the proof."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from engine.anchors import AnchorsInvalid, read_anchors
from engine.application import Engine
from engine.archive.checking import Checked, check
from engine.archive.layout import Contents, Making
from engine.archive.masking import masked, masked_name
from engine.archive.writing import write
from engine.errors import EngineError
from web.cli_instances import operator

FILE = click.Path(path_type=Path, dir_okay=False)
FAILED = 4


@click.command("export")
@click.argument("instance_id", metavar="INSTANCE")
@click.argument("file", type=FILE)
@click.option("--full", is_flag=True, help="不遮盖姓名与文字；必须说明理由。")
@click.option("--reason", default="", help="理由：记入办理历史。")
@click.option("--anchor", type=FILE, help="锚定文件：其中落在这一段链上的锚定值收入档案。")
@click.pass_obj
def export_command(
    build: Callable[[], Engine], instance_id: str, file: Path, full: bool, reason: str, anchor: Path | None
) -> None:
    """把一个办件制成可自行核对的档案（ZIP）；制档记入办理历史。

    退出码：0 已制成；1 文件已存在或无法写入；4 办件不存在，或历史链有误。
    """
    if full and not reason.strip():
        raise click.UsageError("完整档案含个人信息，请用 --reason 说明理由。")
    engine = build()
    actor = operator()
    making = Making(engine.clock.now(), actor.name if full else masked_name(actor.name), reason.strip(), full)
    anchors = read_known(anchor)
    begun = False
    try:
        with engine.begin(actor, write=False) as work:
            contents = work.archives.contents(instance_id, anchors)
            begun = not file.exists()
            sha256 = write(file, contents if full else masked(contents), making, _page)
        with engine.begin(actor) as work:
            work.archives.note(instance_id, making, sha256)
    except BaseException as error:
        if begun:
            file.unlink(missing_ok=True)  # no archive is left of which the history does not know
        if not isinstance(error, EngineError | OSError):
            raise
        click.echo(str(error), err=True)
        sys.exit(FAILED if isinstance(error, EngineError) else 1)
    click.echo(f"{file}\nSHA-256 {sha256}")


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--anchor", type=FILE, help="异处保存的锚定文件：能发现整段重写。")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
def check_command(file: Path, anchor: Path | None, as_json: bool) -> None:
    """核对一份档案；不需要数据库，也不需要网络。

    退出码：0 无误；1 有误（指出第一处），或锚定文件无法读取。
    """
    checked = check(file, read_known(anchor))
    if as_json:
        click.echo(orjson.dumps({**asdict(checked), "ok": not checked.fault}, option=orjson.OPT_NON_STR_KEYS).decode())
    else:
        _print(checked)
    sys.exit(1 if checked.fault else 0)


def read_known(file: Path | None) -> Mapping[str, Mapping[int, bytes]]:
    """Return the anchors of a file, none without one; say what is wrong with it and end the command."""
    try:
        return read_anchors(file) if file else {}
    except (OSError, AnchorsInvalid) as error:
        line = getattr(error, "line", "")
        click.echo(f"{error}（{file}:{line}）" if line else str(error), err=True)
        sys.exit(1)


def _print(checked: Checked) -> None:
    click.echo(f"SHA-256 {checked.sha256}")
    if checked.fault:
        click.echo(f"有误 / not whole: {checked.fault}", err=True)
        return
    shown = "完整 / full" if checked.full else "姓名与文字已遮盖，其内容不作证明 / masked: what it says is not proved"
    click.echo(f"办件 {checked.instance}，记录 {checked.rows} / rows {checked.rows}；{shown}")
    if checked.erased:
        click.echo(f"其中内容已依法删除 {checked.erased} / content erased: {checked.erased}")
    places = "、".join(str(seq) for seq in checked.anchored[-3:])
    if checked.covers:
        click.echo(f"与异处的锚定值一致（第 {places} 条）/ as it was anchored elsewhere, at row {places}")
    else:
        click.echo(
            "档案自身一致；没有给出覆盖其全部记录的锚定值 / agrees with itself; no anchor given covers all its rows"
        )
        for seq, digest in checked.claimed.items():
            click.echo(f"可与异处的锚定值比较：第 {seq} 条 / to be compared with an anchor kept elsewhere: {digest}")
    click.echo("无误 / whole")


def _page(contents: Contents, making: Making) -> str:
    from web.archive_page import archive_page  # noqa: PLC0415  the web framework is loaded by this command only

    return archive_page(contents, making)
