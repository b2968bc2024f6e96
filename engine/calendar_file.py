"""An uploaded calendar: CSV with the columns date, kind, name, or JSON. Everything that is wrong is said at its line.

CSV:  2027-02-05,holiday,春节        kinds: holiday (放假), workday (调休上班), hours (办公时间, from that day on)
JSON: {"years": {"2027": {"holidays": {"2027-02-05": "春节"}, "makeup_workdays": {…}}}, "hours": {…}}
or a list of {"date", "kind", "name"}. A year is given whole: with it the earlier days of that year are replaced.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

import orjson

from engine.business_hours import BadHours, Hours
from engine.calendar import SATURDAY
from engine.calendar_parts import HOLIDAY, HOURS, KINDS, WORKDAY, CalendarPart, PartDay

LARGEST = 256 * 1024
"""Bytes of a file."""
MOST = 3000
"""Days of a file."""
LEAST_HOLIDAYS = 7
"""A year has 13 statutory holidays, weekends with them; fewer days than this are no whole year."""
YEARS = range(2000, 2101)
COLUMNS = ("date", "kind", "name")
_KINDS = {"放假": HOLIDAY, "节假日": HOLIDAY, "调休上班": WORKDAY, "上班": WORKDAY, "办公时间": HOURS}
_KINDS |= {kind: kind for kind in KINDS}
_HEADINGS = {"日期": "date", "类别": "kind", "名称": "name"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of the file, the first being 1; 0: in the whole."""

    line: int
    message_zh: str
    message_en: str


Row = tuple[int, str, str, str]
"""Line, date, kind, name, as they were written."""


def read_file(data: bytes) -> tuple[list[CalendarPart], list[Fault]]:
    """Return the parts of the calendar that a file has, and what is wrong with it; with a fault nothing counts."""
    if len(data) > LARGEST:
        return [], [Fault(0, "文件超过 256 KB", "the file is larger than 256 KB")]
    text = decoded(data)
    if text is None:
        return [], [Fault(0, "文件编码应为 UTF-8 或者 GB 18030", "the file must be UTF-8 or GB 18030")]
    try:
        rows = list(_json_rows(text) if text.lstrip()[:1] in "{[" else _csv_rows(text))
    except (ValueError, TypeError, KeyError, AttributeError, csv.Error):
        return [], [Fault(0, "不是 CSV（列 date、kind、name），也不是 JSON", "neither CSV (date, kind, name) nor JSON")]
    if not 0 < len(rows) <= MOST:
        return [], [Fault(0, f"文件应有 1 至 {MOST} 天", f"a file has 1 to {MOST} days")]
    days: list[PartDay] = []
    faults: list[Fault] = []
    for row in rows:
        found = _day(row)
        (days if isinstance(found, PartDay) else faults).append(found)  # type: ignore[arg-type]
    faults += _repeated(rows)
    parts = list(_parts(days))
    if not faults:
        faults += _incomplete(parts)
    return ([], faults) if faults else (parts, [])


def decoded(data: bytes) -> str | None:
    """Return the text of a file, UTF-8 or GB 18030; None when it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _csv_rows(text: str) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""))
    heading = [_HEADINGS.get(cell.strip(), cell.strip().lower()) for cell in next(reader)]
    places = [heading.index(column) for column in COLUMNS]
    for cells in reader:
        if any(cell.strip() for cell in cells):
            given = [cells[place].strip() if place < len(cells) else "" for place in places]
            yield reader.line_num, given[0], given[1], given[2]


def _json_rows(text: str) -> Iterator[Row]:
    content: Any = orjson.loads(text)
    if isinstance(content, list):
        given = [(str(each["date"]), str(each["kind"]), str(each.get("name", ""))) for each in content]
    else:
        years = content.get("years", {}).values()
        given = [(day, HOLIDAY, name) for year in years for day, name in year.get("holidays", {}).items()]
        given += [(day, WORKDAY, name) for year in years for day, name in year.get("makeup_workdays", {}).items()]
        given += [(day, HOURS, hours) for day, hours in content.get("hours", {}).items()]
    begun = 0
    lines = text.splitlines()
    for day, kind, name in given:
        found = next((n for n in range(begun, len(lines)) if day in lines[n]), begun)
        begun = found
        yield found + 1, day, kind, name


def _day(row: Row) -> PartDay | Fault:
    line, written, kind, name = row
    day = _date(written)
    if day is None:
        return Fault(
            line,
            f"日期应写成 2027-01-31，在 2000 至 2100 年之间：{written[:40]}",
            f"a date is written 2027-01-31, from 2000 to 2100: {written[:40]}",
        )
    known = _KINDS.get(kind.lower())
    if known is None:
        return Fault(
            line,
            f"类别应为 holiday（放假）、workday（调休上班）或 hours（办公时间）：{kind[:40]}",
            f"the kind must be holiday, workday or hours: {kind[:40]}",
        )
    if not name or len(name) > 100:
        return Fault(line, "名称应有 1 至 100 个字", "the name must have 1 to 100 characters")
    if known == WORKDAY and day.weekday() < SATURDAY:
        return Fault(line, f"{day} 不是周末，本来就上班", f"{day} is no weekend day, it is worked anyway")
    if known == HOURS:
        try:
            return PartDay(day, known, str(Hours.read(name)))
        except BadHours:
            return Fault(
                line,
                f"办公时间应写成 08:30-12:00 14:30-17:30：{name}",
                f"business hours are written 08:30-12:00 14:30-17:30: {name}",
            )
    return PartDay(day, known, name)


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _repeated(rows: Iterable[Row]) -> Iterator[Fault]:
    """Find days that are given twice, be it as off and as worked."""
    first: dict[tuple[str, bool], int] = {}
    for line, day, kind, _ in rows:
        key = day, _KINDS.get(kind.lower()) == HOURS
        if key in first:
            yield Fault(line, f"{day} 在第 {first[key]} 行已经有了", f"{day} is in line {first[key]} already")
        first.setdefault(key, line)


def _parts(days: Iterable[PartDay]) -> Iterator[CalendarPart]:
    parts: dict[str, list[PartDay]] = {}
    for each in sorted(days, key=lambda each: each.day):
        parts.setdefault(HOURS if each.kind == HOURS else str(each.day.year), []).append(each)
    for part, found in sorted(parts.items()):
        yield CalendarPart(part, True, tuple(found))


def _incomplete(parts: Iterable[CalendarPart]) -> Iterator[Fault]:
    for part in parts:
        counted = Counter(each.kind for each in part.days)
        if part.part != HOURS and counted[HOLIDAY] < LEAST_HOLIDAYS:
            yield Fault(
                0,
                f"{part.part} 年只有 {counted[HOLIDAY]} 天放假：应上传全年的安排，原有的该年安排会被替换",
                f"{part.part} has {counted[HOLIDAY]} holidays only: give the whole year, it replaces what was there",
            )
