"""`onegrid calendar`: the working calendar, bringing in a notice, taking it back, due times that it changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from engine.application import Engine
from engine.calendar_file import read_file
from engine.calendar_parts import CalendarPart, changes, with_parts
from engine.clock import TIMEZONE
from engine.services.calendars import PACKAGED
from engine.types import SYSTEM
from engine.work import Work
from web.cli_instances import operator


@click.group("calendar")
def calendar() -> None:
    """工作日历：放假和调休安排，办公时间。"""


@calendar.command("show")
@click.pass_obj
def show_command(build: Callable[[], Engine]) -> None:
    """现行日历：哪些年份的安排已公布；导入过什么。"""
    with build().begin(SYSTEM, write=False) as work:
        click.echo("已公布的年份：" + " ".join(map(str, sorted(work.calendars.read().official))))
        for each in work.calendars.imports():
            click.echo(f"{each.id:4} {each.loaded_at.astimezone(TIMEZONE):%Y-%m-%d %H:%M} {each.part:6} {each.source}")


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="依据，例如通知的文号。")
@click.option("--dry-run", is_flag=True, help="只看会改变什么。")
@click.pass_obj
def import_command(build: Callable[[], Engine], file: Path, source: str, dry_run: bool) -> None:
    """导入一年的放假安排或者办公时间（CSV：date,kind,name；或者 JSON）。"""
    parts, faults = read_file(file.read_bytes())
    for fault in faults:
        click.echo(f"{file}:{fault.line}: {fault.message_zh} ({fault.message_en})", err=True)
    if faults:
        sys.exit(2)
    _bring_in(build(), parts, source, dry_run=dry_run)


@calendar.command("restore")
@click.argument("part")
@click.argument("number", type=int, default=PACKAGED)
@click.option("--dry-run", is_flag=True, help="只看会改变什么。")
@click.pass_obj
def restore_command(build: Callable[[], Engine], part: str, number: int, dry_run: bool) -> None:
    """把一年（或者 hours）恢复为某次导入的安排；不写编号则恢复为随系统提供的。"""
    engine = build()
    with engine.begin(SYSTEM, write=False) as work:
        earlier = work.calendars.part(part, number)
    _bring_in(engine, [earlier], f"恢复：{number or '随系统提供'}", dry_run=dry_run)


@calendar.command("dues")
@click.option("--confirm", is_flag=True, help="变更列出的全部期限。")
@click.option("--task", "tasks", multiple=True, help="只变更这些任务的期限。")
@click.pass_obj
def dues_command(build: Callable[[], Engine], confirm: bool, tasks: tuple[str, ...]) -> None:
    """按现行日历应变更期限的任务；确认后才变更，逐个记入历史。"""
    with build().begin(operator(), write=confirm or bool(tasks)) as work:
        now = work.calendars.read()
        for each in work.dues.changed(now):
            before, after = (moment.astimezone(TIMEZONE) for moment in (each.before, each.after.at))
            click.echo(f"{each.task_id}  {before:%Y-%m-%d %H:%M} → {after:%Y-%m-%d %H:%M}  {each.title} {each.name}")
        if confirm or tasks:
            moved = work.dues.confirm(now, tasks or None, "工作日历变更后确认")
            click.echo(f"已变更 {moved} 个任务的期限。")


def _bring_in(engine: Engine, parts: list[CalendarPart], source: str, *, dry_run: bool) -> None:
    with engine.begin(operator(), write=not dry_run) as work:
        _say(work, parts)
        if not dry_run:
            work.calendars.put(parts, source)
            click.echo("已导入。已有任务的期限没有变更：onegrid calendar dues 列出应变更的。")


def _say(work: Work, parts: list[CalendarPart]) -> None:
    before = work.calendars.read()
    after = with_parts(before, parts)
    for part in parts:
        for each in changes(before, after, part.part):
            was, now = ("上班" if worked else "休息" for worked in (each.worked_before, each.worked))
            click.echo(f"{each.day} {was} {each.name_before} → {now} {each.name}")
