"""How moments, dates and spans are written for people: the time of the place, in figures, the same in each language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.clock import TIMEZONE
from web.texts import gettext, ngettext

SOON = timedelta(days=2)


def moment(value: datetime | None) -> str:
    """Return `2026-12-01 09:00`, or nothing for None."""
    return value.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M") if value else ""


def day(value: date | None) -> str:
    """Return `2026-12-01`, or nothing for None."""
    return value.isoformat() if value else ""


def plain(value: Any) -> str:
    """Return any value of a form as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list):
        return gettext("、").join(plain(item) for item in value)
    return str(value)


def bracketed(text: object) -> str:
    """Return what is added to something in brackets: those of the reader's language."""
    return gettext("（%(inside)s）", inside=text)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as shown: `mark` is the CSS class of its colour, `text` says the same in words.

    `why` explains it, "" where nothing is known; `provisional`: the calendar may still change it.
    """

    at: datetime
    mark: str
    text: str
    why: str = ""
    provisional: bool = False


def deadline(due_at: datetime | None, now: datetime) -> Deadline | None:
    """Return how a deadline is shown at this moment: overdue, near, or far."""
    if due_at is None:
        return None
    left = due_at - now
    if left < timedelta(0):
        return Deadline(due_at, "mark-late", gettext("已超期 %(span)s", span=span(-left)))
    if left < SOON:
        return Deadline(due_at, "mark-soon", gettext("剩余 %(span)s", span=span(left)))
    return Deadline(due_at, "", gettext("剩余 %(span)s", span=span(left)))


def span(duration: timedelta) -> str:
    """Return a span rounded down to its largest unit: days, hours or minutes."""
    minutes = int(duration.total_seconds() // 60)
    if minutes >= 24 * 60:
        return ngettext("%(num)d 天", "%(num)d 天", minutes // (24 * 60))
    if minutes >= 60:
        return ngettext("%(num)d 小时", "%(num)d 小时", minutes // 60)
    return ngettext("%(num)d 分钟", "%(num)d 分钟", minutes)
