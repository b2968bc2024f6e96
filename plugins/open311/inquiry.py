"""What a call asks for: which requests, which place; and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

RANGE: Final = timedelta(days=90)
MOST: Final = 1000
YEARS: Final = range(2000, 2200)
"""Years that dates may be of: before the first and after the last moment there is, nothing can be counted."""
_LINK: Final = re.compile(r"https?://[^\s<>\"']+")
STATUSES: Final = frozenset({"open", "closed"})


class Refused(Exception):
    """A call that is not answered: the status of HTTP, and what is said."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Which requests are asked for: `ended` None for open and closed ones."""

    numbers: tuple[str, ...]
    services: tuple[str, ...]
    since: datetime
    until: datetime
    ended: bool | None
    page: int
    size: int


def read_inquiry(given: Mapping[str, str], now: datetime) -> Inquiry:
    """Read the arguments of `GET requests`; empty ones are as if absent. Raise Refused (400).

    Without dates the last 90 days are meant; a range may not be longer.
    """
    start, end = _moment(given, "start_date"), _moment(given, "end_date")
    until = end or (min(start + RANGE, now) if start else now)
    since = start or until - RANGE
    if since > until or until - since > RANGE:
        raise Refused(400, "start_date and end_date must be at most 90 days apart, in this order")
    asked = set(_parts(given.get("status", "")))
    if asked - STATUSES:
        raise Refused(400, "status must be open, closed or both")
    return Inquiry(
        numbers=_parts(given.get("service_request_id", "")),
        services=_parts(given.get("service_code", "")),
        since=since,
        until=until,
        ended="closed" in asked if len(asked) == 1 else None,
        page=_number(given, "page", 1, 10_000),
        size=_number(given, "page_size", MOST, MOST),
    )


def read_point(given: Mapping[str, str]) -> tuple[float, float] | None:
    """Return latitude and longitude (WGS 84), None for neither; raise Refused (400) for one alone or what is none."""
    texts = given.get("lat", "").strip(), given.get("long", "").strip()
    if not any(texts):
        return None
    try:
        latitude, longitude = float(texts[0]), float(texts[1])
    except ValueError as error:
        raise Refused(400, "lat and long must both be numbers, WGS 84") from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused(400, "lat must be within 90 and long within 180 degrees")
    return latitude, longitude


def read_link(text: str) -> str:
    """Return the address of a picture elsewhere, "" for none; raise Refused (400) for what is none."""
    if text and not _LINK.fullmatch(text):
        raise Refused(400, "media_url must be an address that begins with https:// or http://")
    return text


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())[:MOST]


def _moment(given: Mapping[str, str], name: str) -> datetime | None:
    # an unescaped + in an address arrives as a space
    text = given.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, f"{name} must be a date and time with its zone, 2026-11-22T09:00:00+08:00") from error
    if moment.year not in YEARS:
        raise Refused(400, f"{name} must be from {YEARS.start} to {YEARS.stop - 1}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise Refused(400, f"{name} must be a number from 1 to {most}")
    return int(text)
