"""Saying why a limit ends when it does: the rule, the days left out and made up, and what may still change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from engine.limits import Course, Limit, Unit

MOST_WEEKENDS = 4
"""Weekends of a longer period are counted, not listed: nobody checks twenty of them."""

_WEEKDAYS = "一二三四五六日"
_EN_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS_ZH = {
    Unit.NATURAL_MINUTES: "分钟",
    Unit.NATURAL_HOURS: "小时（连续计算）",
    Unit.WORKING_HOURS: "个工作小时",
    Unit.NATURAL_DAYS: "日（自然日）",
    Unit.WORKING_DAYS: "个工作日",
    Unit.CALENDAR_MONTHS: "个月",
}
_UNITS_EN = {
    Unit.NATURAL_MINUTES: "minute",
    Unit.NATURAL_HOURS: "natural hour",
    Unit.WORKING_HOURS: "working hour",
    Unit.NATURAL_DAYS: "natural day",
    Unit.WORKING_DAYS: "working day",
    Unit.CALENDAR_MONTHS: "calendar month",
}
_HOLIDAYS_EN = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "抗战胜利纪念日": "Victory Day",
}


def limit_zh(limit: Limit) -> str:
    """Return `5 个工作日`."""
    return f"{limit.amount} {_UNITS_ZH[limit.unit]}"


def limit_en(limit: Limit) -> str:
    """Return `5 working days`."""
    return f"{limit.amount} {_UNITS_EN[limit.unit]}{'' if limit.amount == 1 else 's'}"


def explain_zh(limit: Limit, asked: datetime, course: Course) -> str:
    """Return the explanation in Chinese.

    Args:
        limit: what was counted.
        asked: the moment given, in the time of the place.
        course: how it was counted.
    """
    parts = [_start_zh(limit, asked, course)]
    runs = list(_runs(course.off))
    if limit.unit.working:
        parts += _left_out_zh(runs)
        parts += [f"{_day_zh(day)}{name}调休上班计入" for day, name in course.made_up]
    elif runs:
        said = "、".join(f"{name or '周末'} {_span_zh(first, last)}" for first, last, name in runs)
        parts.append(f"最后一日遇{said}，顺延至其后的工作日（《民法典》第二百零三条）")
    parts.append(f"至 {course.end:%Y-%m-%d %H:%M}")
    text = f"{limit_zh(limit)}：{'，'.join(parts)}"
    if course.unannounced:
        years = "、".join(map(str, course.unannounced))
        text += f"。暂定：{years} 年的放假调休安排尚未公布，公布后可能变化"
    return text


def explain_en(limit: Limit, asked: datetime, course: Course) -> str:
    """Return the explanation in English; arguments as `explain_zh`."""
    parts = [_start_en(limit, asked, course)]
    runs = list(_runs(course.off))
    if limit.unit.working:
        parts += _left_out_en(runs)
        parts += [f"counting {_day_en(day)} ({_name_en(name)} make-up day)" for day, name in course.made_up]
    elif runs:
        said = ", ".join(f"{_name_en(name)} {_span_en(first, last)}" for first, last, name in runs)
        parts.append(f"the last day is {said}: moved to the next working day (Civil Code Art. 203)")
    parts.append(f"until {course.end:%Y-%m-%d %H:%M}")
    text = f"{limit_en(limit)}: {', '.join(parts)}"
    if course.unannounced:
        years = ", ".join(map(str, course.unannounced))
        text += f". Provisional: the holidays of {years} have not been announced yet, and may change it"
    return text


def _start_zh(limit: Limit, asked: datetime, course: Course) -> str:
    if limit.unit.of_days:
        return f"{asked:%Y-%m-%d}（周{_WEEKDAYS[asked.weekday()]}）" + ("次日起算" if limit.amount else "当日")
    if course.start == asked:
        return f"{asked:%Y-%m-%d %H:%M}（周{_WEEKDAYS[asked.weekday()]}）起算"
    return f"{asked:%Y-%m-%d %H:%M} 不在办公时间，自 {course.start:%Y-%m-%d %H:%M} 起算"


def _start_en(limit: Limit, asked: datetime, course: Course) -> str:
    if limit.unit.of_days:
        day = f"{asked:%Y-%m-%d} ({_EN_WEEKDAYS[asked.weekday()]})"
        return f"counted from the day after {day}" if limit.amount else f"the day itself, {day}"
    if course.start == asked:
        return f"counted from {asked:%Y-%m-%d %H:%M} ({_EN_WEEKDAYS[asked.weekday()]})"
    return f"{asked:%Y-%m-%d %H:%M} is outside business hours, counted from {course.start:%Y-%m-%d %H:%M}"


def _left_out_zh(runs: Sequence[tuple[date, date, str]]) -> list[str]:
    weekends = [run for run in runs if not run[2]]
    said = [f"{name} {_span_zh(first, last)}" for first, last, name in runs if name]
    if len(weekends) > MOST_WEEKENDS:
        said.append(f"周末 {_length(weekends)} 天")
    elif weekends:
        said.append("周末 " + "、".join(_span_zh(first, last) for first, last, _ in weekends))
    return ["跳过" + "、".join(said)] if said else []


def _left_out_en(runs: Sequence[tuple[date, date, str]]) -> list[str]:
    weekends = [run for run in runs if not run[2]]
    said = [f"{_name_en(name)} {_span_en(first, last)}" for first, last, name in runs if name]
    if len(weekends) > MOST_WEEKENDS:
        said.append(f"{_length(weekends)} weekend days")
    elif weekends:
        said.append("the weekend " + " and ".join(_span_en(first, last) for first, last, _ in weekends))
    return ["skipping " + ", ".join(said)] if said else []


def _runs(days: Iterable[tuple[date, str]]) -> Iterable[tuple[date, date, str]]:
    """Give days that follow each other and are called the same as (first, last, name)."""
    run: tuple[date, date, str] | None = None
    for day, name in days:
        if run is not None and run[2] == name and day - run[1] == timedelta(days=1):
            run = (run[0], day, name)
            continue
        if run is not None:
            yield run
        run = (day, day, name)
    if run is not None:
        yield run


def _length(runs: Iterable[tuple[date, date, str]]) -> int:
    return sum((last - first).days + 1 for first, last, _ in runs)


def _name_en(name: str) -> str:
    return _HOLIDAYS_EN.get(name, name or "weekend")


def _span_zh(first: date, last: date) -> str:
    if first == last:
        return f"{first.month}月{first.day}日"
    month = "" if first.month == last.month else f"{last.month}月"
    return f"{first.month}月{first.day}日—{month}{last.day}日"


def _span_en(first: date, last: date) -> str:
    if first == last:
        return f"{first.day} {_EN_MONTHS[first.month - 1]}"
    month = "" if first.month == last.month else f" {_EN_MONTHS[first.month - 1]}"
    return f"{first.day}{month}–{last.day} {_EN_MONTHS[last.month - 1]}"


def _day_zh(day: date) -> str:
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def _day_en(day: date) -> str:
    return f"{_EN_WEEKDAYS[day.weekday()]} {day.day} {_EN_MONTHS[day.month - 1]}"
