"""Uploaded calendars: what is read, and what is said at which line."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendar import DATA, work_calendar
from engine.calendar_file import read_file
from engine.calendar_parts import CalendarPart, PartDay, changes, part_of, with_part, with_parts

NOTICE = "date,kind,name\n" + "".join(f"2027-10-0{day},holiday,国庆节\n" for day in range(1, 8))


def test_a_year_is_read_from_csv_as_spreadsheets_write_it() -> None:
    for data in (NOTICE.encode(), NOTICE.encode("utf-8-sig"), NOTICE.replace("holiday", "放假").encode("gb18030")):
        parts, faults = read_file(data)
        assert faults == []
        assert [(part.part, part.official, len(part.days)) for part in parts] == [("2027", True, 7)]


def test_a_year_and_hours_are_read_from_json() -> None:
    parts, faults = read_file(
        b'{"years": {"2027": {"holidays": {'
        + ", ".join(f'"2027-10-0{day}": "x"' for day in range(1, 8)).encode()
        + b'}, "makeup_workdays": {"2027-10-09": "x"}}}, "hours": {"2027-05-01": "08:30-12:00, 15:00-18:00"}}'
    )

    assert faults == []
    assert [part.part for part in parts] == ["2027", "hours"]
    assert parts[0].days[-1] == PartDay(date(2027, 10, 9), "workday", "x")
    assert parts[1].days == (PartDay(date(2027, 5, 1), "hours", "08:30-12:00 15:00-18:00"),)


def test_what_came_with_the_engine_can_be_uploaded() -> None:
    parts, faults = read_file(DATA.read_bytes())

    assert faults == []
    official = [part for part in parts if part.part != "2027"]
    assert [part_of(work_calendar(), part.part) for part in official] == official


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-13-01,holiday,x", "2027-13-01"),
        ("1999-01-01,holiday,x", "2000"),
        ("2027-01-01,feast,x", "feast"),
        ("2027-01-01,holiday,", "1 至 100"),
        ("2027-01-04,workday,元旦", "本来就上班"),
        ("2027-01-01,hours,上午", "办公时间应写成"),
        ("2027-10-01,workday,国庆节", "本来就上班"),
        ("2027-10-02,workday,国庆节", "第 3 行已经有了"),
    ],
)
def test_everything_that_is_wrong_is_said_at_its_line(line: str, said: str) -> None:
    parts, faults = read_file((NOTICE + line + "\n").encode())

    assert parts == []
    assert {fault.line for fault in faults} == {9}
    assert any(said in fault.message_zh for fault in faults)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "CSV"),
        (b"a,b\n1,2\n", "CSV"),
        (b"date,kind,name\n", "1 至"),
        (b"{]", "CSV"),
        (b'[{"date": 1}]', "CSV"),
        (b"\xff\xff\xff", "编码"),
        (b"x" * 300_000, "256 KB"),
        (b"date,kind,name\n2027-01-01,holiday,x\n", "全年"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(data: bytes, said: str) -> None:
    parts, faults = read_file(data)

    assert parts == []
    assert [fault.line for fault in faults] == [0]
    assert said in faults[0].message_zh


def test_a_part_replaces_its_year_and_no_other() -> None:
    before = work_calendar()
    after = with_part(before, read_file(NOTICE.encode())[0][0])

    assert part_of(after, "2026") == part_of(before, "2026")
    assert 2027 in after.official
    assert {each.day for each in changes(before, after, "2027")} >= {date(2027, 1, 1)}
    assert not list(changes(before, after, "2026"))
    assert with_parts(after, [part_of(before, "2027")]) == before


def test_hours_change_from_a_day_on() -> None:
    part = CalendarPart("hours", True, (PartDay(date(2027, 5, 1), "hours", "08:30-12:00 15:00-18:00"),))
    [change] = changes(work_calendar(), with_part(work_calendar(), part), "hours")

    assert (change.day, change.name_before) == (date(2027, 5, 1), "08:30-12:00 14:30-17:30")
