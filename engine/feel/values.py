"""Values as they are stored and as they cross into V8: JSON, with tags for what JSON has no type for.

A tagged value is `{"@": type, "v": text}`. User data that has the key "@" is wrapped, so that nothing a user types can
turn into a typed value: `unpack(pack(v)) == v` for every value. The other half is web/assets/src/feel/values.js.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.clock import TIMEZONE

TAG = "@"
MAX_DEPTH = 100
"""orjson writes 254 levels at most; nobody's form is that deep."""
MAX_WHOLE = 2**53 - 1
"""The largest whole number that survives JavaScript; beyond it numbers travel as text."""

_MICROSECOND = timedelta(microseconds=1)
_DAYS_TIME = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9}))?S)?)?", re.ASCII)
_YEARS_MONTHS = re.compile(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """FEEL's years and months duration, as a number of months; negative ones go back in time."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{text}"

    @classmethod
    def parse(cls, text: str) -> YearsMonths:
        """Read `P1Y2M`; raise ValueError for anything else."""
        match = _YEARS_MONTHS.fullmatch(text)
        if match is None or text.endswith("P"):
            raise ValueError(f"not a years and months duration: {text!r}")
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return cls(-months if match[1] else months)


def pack(value: Any) -> Any:
    """Return the value as plain JSON with tags.

    Raises:
        TypeError: something that is no FEEL value (a set, a Decimal, a naive datetime, a key that is no string …).
        ValueError: not a finite number, out of range, or nested more than 100 levels deep.
    """
    return _pack(value, 0)


def unpack(value: Any) -> Any:
    """Return the value that `pack` was given. Raises ValueError for a tag that it does not know."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: unpack(item) for key, item in value.items()}
    reader = _READERS.get(value[TAG])
    if reader is None:
        raise ValueError(f"unknown value type {value[TAG]!r}")
    return reader(value["v"])


def duration_text(value: timedelta) -> str:
    """Return the ISO form, `P1DT2H` or `-PT0.5S`."""
    microseconds = abs(value) // _MICROSECOND
    seconds, fraction = divmod(microseconds, 1_000_000)
    days, seconds = divmod(seconds, 86_400)
    text = f"P{days}D" if days else "P"
    if seconds or fraction or not days:
        text += f"T{seconds}" + (f".{fraction:06}" if fraction else "") + "S"
    return f"-{text}" if value < timedelta(0) else text


def parse_duration(text: str) -> timedelta:
    """Read an ISO days and time duration; raise ValueError for anything else. Finer than a microsecond is cut off."""
    match = _DAYS_TIME.fullmatch(text)
    if match is None or text[-1] in "PT":
        raise ValueError(f"not a days and time duration: {text!r}")
    days, hours, minutes, seconds = (int(match[group] or 0) for group in (2, 3, 4, 5))
    microseconds = int((match[6] or "0").ljust(9, "0")) // 1000
    try:
        duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)
    except OverflowError as error:
        raise ValueError(f"out of range: {text!r}") from error
    return -duration if match[1] else duration


def _tagged(kind: str, text: Any) -> dict[str, Any]:
    return {TAG: kind, "v": text}


def _pack(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError(f"nested more than {MAX_DEPTH} levels deep")
    kind = type(value)
    if kind is str or value is None:
        return value
    # by exact type first: asking each value whether it is a Mapping is what packing would spend its time on
    write = _BY_TYPE.get(kind) or _by_inheritance(value)
    return write(value, depth)


def _by_inheritance(value: Any) -> Callable[[Any, int], Any]:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write
    raise TypeError(f"{type(value).__name__} is not a value of the process language")


def _plain(write: Callable[[Any], Any]) -> Callable[[Any, int], Any]:
    return lambda value, depth: write(value)


def _pack_list(value: list[Any], depth: int) -> Any:
    return [_pack(item, depth + 1) for item in value]


def _pack_mapping(value: Mapping[Any, Any], depth: int) -> Any:
    packed = {_key(key): _pack(item, depth + 1) for key, item in value.items()}
    return _tagged("context", packed) if TAG in packed else packed


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key must be text, not {type(key).__name__}")
    return str(key)


def _pack_int(value: int) -> Any:
    return int(value) if -MAX_WHOLE <= value <= MAX_WHOLE else _tagged("integer", str(int(value)))


def _pack_float(value: float) -> Any:
    if value - value != 0:  # infinite, or not a number
        raise ValueError("not a finite number")
    return float(value)


def _pack_datetime(value: datetime) -> Any:
    if value.tzinfo is None:
        raise TypeError("a datetime must be aware: the time zone says which moment is meant")
    try:
        return _tagged("date and time", value.astimezone(TIMEZONE).isoformat())
    except OverflowError as error:
        raise ValueError(f"out of range: {value}") from error


def _pack_time(value: time) -> Any:
    if isinstance(value.tzinfo, ZoneInfo):
        return _tagged("time", f"{value.replace(tzinfo=None).isoformat()}@{value.tzinfo.key}")
    return _tagged("time", value.isoformat())


def _unpack_datetime(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    # a date and time without zone, which only a FEEL literal can make, is meant where the engine is
    return moment.replace(tzinfo=TIMEZONE) if moment.tzinfo is None else moment.astimezone(TIMEZONE)


def _unpack_time(text: str) -> time:
    plain, _, zone = text.partition("@")
    moment = time.fromisoformat(plain)
    return moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment


# the order matters: bool is an int, datetime a date
_WRITERS: tuple[tuple[type, Callable[[Any, int], Any]], ...] = (
    (dict, _pack_mapping),
    (list, _pack_list),
    (str, _plain(str)),
    (bool, _plain(bool)),
    (int, _plain(_pack_int)),
    (float, _plain(_pack_float)),
    (datetime, _plain(_pack_datetime)),
    (date, _plain(lambda value: _tagged("date", value.isoformat()))),
    (time, _plain(_pack_time)),
    (timedelta, _plain(lambda value: _tagged("days and time duration", duration_text(value)))),
    (YearsMonths, _plain(lambda value: _tagged("years and months duration", str(value)))),
    (Mapping, _pack_mapping),
)
_BY_TYPE = dict(_WRITERS)

_READERS: dict[str, Callable[[Any], Any]] = {
    "context": lambda value: {key: unpack(item) for key, item in value.items()},
    "integer": int,
    "date": date.fromisoformat,
    "time": _unpack_time,
    "date and time": _unpack_datetime,
    "days and time duration": parse_duration,
    "years and months duration": YearsMonths.parse,
}
