"""The working calendar, for operators: what holds, bringing in a notice, taking it back, due times that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import OPERATOR
from engine.calendar_file import LARGEST, Fault, decoded, read_file
from engine.calendar_parts import HOURS, CalendarPart, DayChange, changes, part_of, with_parts
from engine.errors import Forbidden
from engine.services.calendars import PACKAGED, SOURCE_LENGTH
from engine.work import Work
from web.language import current_language
from web.request import current_engine, current_work
from web.texts import gettext, ngettext

pages = Blueprint("calendar", __name__, url_prefix="/operations/calendar")

EARLIER = 2
"""Years before the present one that are listed though nobody brought them in."""

MOST_SHOWN = 200
"""Due times listed at a time; all of them can be confirmed at once."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the calendar as it holds: how many days off and worked, and by what."""

    part: str
    official: bool
    off: int
    worked: int
    hours: Sequence[str]
    source: str
    import_id: int


@pages.get("")
def show() -> ResponseReturnValue:
    """What holds, where it is from, and which due times would be others by it."""
    return _page()


@pages.post("/preview")
def preview() -> ResponseReturnValue:
    """Read a file and show what it would change, or what is wrong in which line."""
    work = _permitted()
    upload, source = request.files.get("file"), request.form.get("source", "").strip()[:SOURCE_LENGTH]
    data = upload.read(LARGEST + 1) if upload is not None else b""
    if not source:
        return _page(
            [Fault(0, "请填写依据，例如通知的文号", "say by what, e.g. the number of the notice")], source
        ), 422
    parts, faults = read_file(data)
    if faults:
        return _page(faults, source), 422
    return _preview(work, parts, source, decoded(data) or "")


@pages.post("/import")
def bring_in() -> ResponseReturnValue:
    """Bring in what was previewed."""
    work = _permitted()
    source = request.form.get("source", "").strip()
    parts, faults = read_file(request.form.get("content", "").encode())
    if faults:
        return _page(faults, source), 422
    work.calendars.put(parts, source)
    flash(gettext("工作日历已更新，各进程几秒内按新日历计算。已有任务的期限没有改动，见下方列表。"))
    return redirect(url_for("calendar.show"))


@pages.post("/restore")
def restore() -> ResponseReturnValue:
    """Take a part back to what an earlier import, or the packaged calendar, says; shown before it is done."""
    work = _permitted()
    part, import_id = request.form.get("part", ""), request.form.get("import_id", type=int, default=PACKAGED)
    earlier = work.calendars.part(part, import_id)
    source = gettext("恢复：%(what)s", what=_name(work, import_id))
    if request.form.get("sure") != "1":
        return _preview(work, [earlier], source, "", restores=(part, import_id))
    work.calendars.put([earlier], source)
    flash(gettext("已恢复。已有任务的期限没有改动，见下方列表。"))
    return redirect(url_for("calendar.show"))


@pages.post("/dues")
def confirm_dues() -> ResponseReturnValue:
    """Move the due times of the tasks that were ticked, or of all."""
    work = _permitted()
    ticked = None if request.form.get("all") == "1" else request.form.getlist("task")
    moved = work.dues.confirm(work.calendars.read(), ticked, gettext("工作日历变更后确认"))
    flash(ngettext("已调整 %(num)d 个任务的期限。", "已调整 %(num)d 个任务的期限。", moved))
    return redirect(url_for("calendar.show"))


def _permitted() -> Work:
    work = current_work()
    work.calendars.permit()
    return work


def _page(faults: Sequence[Fault] = (), source: str = "") -> str:
    work = current_work()
    work.require(OPERATOR)
    current_engine().follow_calendar()
    return render_template(
        "operations/calendar.html",
        rows=_rows(work),
        imports=work.calendars.imports(),
        dues=_dues(work),
        faults=[(each.line, each.message_zh if current_language() == "zh" else each.message_en) for each in faults],
        source=source,
        may_change=_may_change(work),
        english=current_language() != "zh",
    )


def _dues(work: Work) -> list[object]:
    return list(islice(work.dues.changed(work.calendars.read()), MOST_SHOWN)) if _may_change(work) else []


def _may_change(work: Work) -> bool:
    try:
        work.calendars.permit()
    except Forbidden:
        return False
    return True


def _rows(work: Work) -> list[PartRow]:
    """Return the years around the present one that are known, and the business hours."""
    calendar, held = work.calendars.read(), {each.part: each for each in reversed(work.calendars.imports())}
    this = work.clock.now().year
    years = sorted({str(year) for year in range(this - EARLIER, this + 2)} | set(held) - {HOURS}, reverse=True)
    rows = []
    for part in [HOURS, *years]:
        found, row = part_of(calendar, part), held.get(part)
        kinds = [each.kind for each in found.days]
        rows.append(
            PartRow(
                part=part,
                official=found.official,
                off=kinds.count("holiday"),
                worked=kinds.count("workday"),
                hours=[f"{each.day} {each.name}" for each in found.days] if part == HOURS else (),
                source=row.source if row else gettext("随系统提供"),
                import_id=row.id if row else PACKAGED,
            )
        )
    return rows


def _preview(
    work: Work, parts: Sequence[CalendarPart], source: str, content: str, restores: tuple[str, int] | None = None
) -> str:
    before = work.calendars.read()
    after = with_parts(before, parts)
    changed: dict[str, list[DayChange]] = {each.part: list(changes(before, after, each.part)) for each in parts}
    return render_template(
        "operations/calendar_preview.html",
        parts=parts,
        changed=changed,
        announced=[each.part for each in parts if each.official and not part_of(before, each.part).official],
        source=source,
        content=content,
        restores=restores,
        dues=len(list(islice(work.dues.changed(after), MOST_SHOWN + 1))),
        most=MOST_SHOWN,
    )


def _name(work: Work, import_id: int) -> str:
    if import_id == PACKAGED:
        return gettext("随系统提供")
    return next((each.source for each in work.calendars.imports() if each.id == import_id), str(import_id))
