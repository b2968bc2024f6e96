"""When offices are open on a working day: spans of a day, and which of them hold from which day on (SPEC 3)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from itertools import pairwise

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–—]\s*([01]\d|2[0-3]):([0-5]\d)")


def clock(second: int) -> str:
    """Return `08:30` for a second of the day."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}"


def time_of(second: int) -> time:
    """Return the time of a second of the day."""
    return time(second // 3600, second // 60 % 60, second % 60)


def _seconds(hour: str, minute: str) -> int:
    return int(hour) * 3600 + int(minute) * 60


class BadHours(ValueError):
    """A text that says no business hours."""


@dataclass(frozen=True)
class Hours:
    """The spans of one day, in seconds since its midnight, in order and apart."""

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, text: str) -> Hours:
        """Read `08:30-12:00 14:30-17:30`; raise BadHours."""
        parts = [part for part in re.split(r"[\s,，、;；]+", re.sub(r"\s*([-–—])\s*", r"\1", text.strip())) if part]
        found = [_SPAN.fullmatch(part) for part in parts]
        if not parts or None in found:
            raise BadHours(text)
        spans = tuple((_seconds(match[1], match[2]), _seconds(match[3], match[4])) for match in found if match)
        edges = [edge for span in spans for edge in span]
        if any(first >= second for first, second in pairwise(edges)):
            raise BadHours(text)
        return cls(spans)

    @property
    def opens(self) -> int:
        """When business begins."""
        return self.spans[0][0]

    @property
    def closes(self) -> int:
        """The close of business."""
        return self.spans[-1][1]

    @property
    def length(self) -> int:
        """How many seconds are worked in such a day."""
        return sum(end - start for start, end in self.spans)

    def __str__(self) -> str:
        return " ".join(f"{clock(start)}-{clock(end)}" for start, end in self.spans)


USUAL = Hours.read("08:30-12:00 14:30-17:30")
"""The hours where nothing else was said (SPEC 3, an assumption)."""


@dataclass(frozen=True)
class BusinessHours:
    """Hours by season: `since` maps a day to the hours that hold from that day on."""

    since: Mapping[date, Hours]

    @cached_property
    def _order(self) -> list[date]:
        return sorted(self.since)

    def latest_first(self) -> list[tuple[date, Hours]]:
        """Return all of them with the day from which each holds, the usual ones from the first day that there is."""
        return [(day, self.since[day]) for day in reversed(self._order)] + [(date.min, USUAL)]

    def of(self, day: date) -> Hours:
        """Return the hours that hold on a day."""
        place = bisect_right(self._order, day)
        return self.since[self._order[place - 1]] if place else USUAL
