"""Workers from a CSV file, as spreadsheets write it: UTF-8 or GB 18030, a line of headings, one worker a line.

All of a file is taken or nothing of it: every finding of every line is shown at once.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Final

from engine.core_api import FormInvalid, Message, Work
from plugins.workforce.assignments import assign
from plugins.workforce.faults import refuse
from plugins.workforce.model import Employer, Employment, NewWorker, Terms, WorkerRole
from plugins.workforce.posted import printable
from plugins.workforce.staff import engage, malformed

LARGEST: Final = 1_000_000
"""Bytes of a file."""
MOST: Final = 1000
"""Workers of a file."""

REQUIRED: Final = ("工号", "姓名", "电话", "专兼职", "聘用单位", "任职日期")
HEADINGS: Final = (*REQUIRED, "网格编码")
FIELDS: Final = {
    **dict(zip(("staff_no", "name", "phone", "employment", "employer", "since", "grid"), HEADINGS, strict=True)),
    "primary": "网格编码",
}
EMPLOYMENTS: Final = {"专职": Employment.FULL_TIME, "兼职": Employment.PART_TIME}
EMPLOYERS: Final = {
    "乡镇": Employer.TOWNSHIP,
    "村社区": Employer.COMMITTEE,
    "购买服务": Employer.PURCHASED_SERVICE,
}


@dataclass(frozen=True, slots=True)
class LineFinding:
    """What is wrong in a line of the file, the first line being 1. `heading` is the column, or ""."""

    line: int
    heading: str
    message: str


class FileRefused(FormInvalid):
    """文件有错误，没有导入。"""

    code = "workforce.file-refused"
    findings: list[LineFinding]


def decoded(data: bytes) -> str:
    """Return the text of a file; raise FileRefused when it is neither UTF-8 nor GB 18030, or too large."""
    if len(data) > LARGEST:
        raise _refused([LineFinding(1, "", Message("文件过大"))])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused([LineFinding(1, "", Message("文件编码应为 UTF-8 或者 GB 18030"))])


def bring_in(work: Work, township: str, text: str) -> int:
    """Engage the workers of a file, and give them their grids; return how many.

    Raises:
        FileRefused: `findings` says what is wrong in which line. Whoever called must roll back what was written.
    """
    findings: list[LineFinding] = []
    rows = _rows(text)
    for line, row in rows:
        try:
            _take(work, township, row)
        except FormInvalid as refused:
            for field, messages in refused.errors.items():
                findings += [LineFinding(line, FIELDS.get(field, ""), message) for message in messages]
    if findings:
        raise _refused(findings)
    return len(rows)


def _take(work: Work, township: str, row: Mapping[str, str]) -> None:
    new = _worker(row)
    worker_id = engage(work, township, new)
    if row["网格编码"]:
        assign(work, township, worker_id, row["网格编码"], (new.since, None), primary=True)


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    try:
        return _read(csv.DictReader(StringIO(text, newline="")))
    except csv.Error as error:
        raise _refused([LineFinding(1, "", Message("不是 CSV 文件"))]) from error


def _read(reader: csv.DictReader[str]) -> list[tuple[int, dict[str, str]]]:
    missing = [heading for heading in REQUIRED if heading not in (reader.fieldnames or ())]
    if missing:
        raise _refused([LineFinding(1, heading, Message("缺少此列")) for heading in missing])
    rows = [(reader.line_num, _stripped(row)) for row in reader]
    rows = [(line, row) for line, row in rows if any(row.values())]
    if not rows or len(rows) > MOST:
        raise _refused([LineFinding(1, "", Message("文件应有1至%(most)s名网格员", most=MOST))])
    return rows


def _stripped(row: Mapping[str, str | None]) -> dict[str, str]:
    return {heading: printable(row.get(heading) or "") for heading in HEADINGS}


def _worker(row: Mapping[str, str]) -> NewWorker:
    faults = list(malformed(row["工号"], row["姓名"], row["电话"]))
    employment, employer, since = EMPLOYMENTS.get(row["专兼职"]), EMPLOYERS.get(row["聘用单位"]), _day(row["任职日期"])
    if employment is None:
        faults.append(("employment", Message("应为：%(options)s", options="、".join(EMPLOYMENTS))))
    if employer is None:
        faults.append(("employer", Message("应为：%(options)s", options="、".join(EMPLOYERS))))
    if since is None:
        faults.append(("since", Message("日期格式不正确，应为 2026-12-31")))
    refuse(faults)
    # what is None was refused just now
    terms = Terms(employment or Employment.FULL_TIME, WorkerRole.GRID_WORKER, employer or Employer.TOWNSHIP)
    return NewWorker(row["工号"], row["姓名"], row["电话"], terms, since or date.min)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _refused(findings: list[LineFinding]) -> FileRefused:
    return FileRefused(errors={}, findings=findings)
