"""Reporting an incident: it gets a number, a receipt, its grid where that is known, and the case that deals with it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import TIMEZONE, FormInvalid, Message, NotFound, OrgUnit, Work
from plugins.grid_registry.api import grid_at, grid_of_unit, standing
from plugins.incidents import choices, reporters
from plugins.incidents.items import is_sensitive, take_item, versions_of
from plugins.incidents.lifecycle import PROCESS, IncidentState
from plugins.incidents.reporters import Reporter
from plugins.incidents.tables import Incident, IncidentReporter

CHANNELS: Final = ("worker", "resident_portal", "hotline_12345", "open311", "department", "superior", "video")
ORDERED: Final = frozenset({"department", "superior"})
"""Channels through which a department or a superior body hands something over (D4 row 10)."""
URGENCIES: Final = ("emergency", "urgent", "normal", "enquiry", "complex", "statutory")
TITLE: Final = (2, 80)
MOST_TEXT: Final = 4000
SEED: Final = 32
"""Least characters of a form's seed."""
_RECEIPT: Final = 16


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported. `latitude`, `longitude`: WGS 84; `unit`: of the registry; who names one knows better
    than the device where it is.

    `media` as attachments give it; `occurred_at` None: now.
    """

    title: str
    description: str
    place: str
    county: str
    channel: str = "worker"
    urgency: str = "normal"
    item: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    township: str | None = None
    unit: str | None = None
    occurred_at: datetime | None = None
    danger: bool = False
    statutory: bool = False
    unacceptable: bool = False
    sensitive: bool = False
    ordered_department: str | None = None
    media: Sequence[Mapping[str, Any]] = ()
    reporter: Reporter = field(default_factory=Reporter)


@dataclass(frozen=True, slots=True)
class Reported:
    """An incident that was taken in. `receipt` is told to the reporter once, and kept as a digest alone."""

    no: str
    receipt: str
    instance_id: str


def report(work: Work, report: Report, seed: str = "") -> Reported:
    """Take in an incident and start its case, in the township where that is known, else in the county.

    Args:
        work: of who reports.
        report: what is reported.
        seed: what only the reporter's form knows, by chance: the receipt is made from it, so that the same form sent
            again can be told the same receipt, which nothing here keeps. Empty: a receipt by chance.

    Raises:
        FormInvalid: `errors` by field, zh.
        NotFound: no such county, or no such unit.
    """
    check(work, report)
    session, now = work.session, work.clock.now()
    county = _turn(work, report.county)
    if county is None:
        raise NotFound(county=report.county)
    occurred = report.occurred_at or now
    grid, township = _placed(work, report, occurred)
    no = _next_no(work, report.county)
    facts = _variables(report, no, county, township, occurred, now) | {
        "departments": choices.departments(session, county.code, township),
        "items": choices.items(session, county.code, now.astimezone(TIMEZONE).date()),
    }
    instance = work.instances.start(PROCESS, {"incident": facts}, business_key=no, org_unit=township or county.code)
    work.attachments.refer([str(each["id"]) for each in report.media], instance)
    incident = Incident(
        no=no,
        county=county.code,
        township=township,
        grid=grid,
        grid_as_of=occurred.astimezone(TIMEZONE).date() if grid else None,
        channel=report.channel,
        title=report.title.strip(),
        description=report.description.strip(),
        place=report.place.strip(),
        latitude=report.latitude,
        longitude=report.longitude,
        occurred_at=occurred,
        reported_at=now,
        urgency="emergency" if report.danger else report.urgency,
        danger=report.danger,
        statutory=report.statutory,
        unacceptable=report.unacceptable,
        sensitive=report.sensitive,
        ordered_department=report.ordered_department if report.channel in ORDERED else None,
        media=[dict(each) for each in report.media],
        state=IncidentState.REPORTED,
        process_instance_id=instance.id,
    )
    take_item(session, incident, report.item, occurred.astimezone(TIMEZONE).date())
    session.add(incident)
    session.flush()
    receipt = receipt_of(seed or secrets.token_hex(SEED // 2), no)
    session.add(reporters.row(work, report.reporter, no, _digest(receipt)))
    return Reported(no, receipt, instance.id)


def seed_in(text: str) -> str:
    """Return the seed that came with a form; raise FormInvalid for what is too short to be one."""
    if not SEED <= len(text) <= 2 * SEED:
        raise FormInvalid(errors={"": ["这张表单已经失效，请重新打开页面填写。"]})
    return text


def receipt_of(seed: str, no: str) -> str:
    """Return the receipt of an incident that was reported by a form with this seed."""
    return hashlib.sha256(f"receipt/{no}/{seed}".encode()).hexdigest()[:_RECEIPT]


def of_receipt(work: Work, receipt: str) -> str:
    """Return the number of the incident that a receipt is for; raise NotFound."""
    select = sa.select(IncidentReporter.incident_no).where(IncidentReporter.receipt_digest == _digest(receipt))
    found = work.session.scalar(select)
    if found is None:
        raise NotFound("没有这个回执，请核对。")
    return found


def _digest(receipt: str) -> str:
    return hashlib.sha256(receipt.strip().lower().encode()).hexdigest()


def check(work: Work, report: Report) -> None:
    """Raise FormInvalid with what is wrong, by field."""
    located, occurred = bool(report.place.strip()) or report.latitude is not None, report.occurred_at
    known = not report.item or bool(versions_of(work.session, report.county, report.item))
    fits = {
        "title": (
            TITLE[0] <= len(report.title.strip()) <= TITLE[1],
            Message("标题为 %(least)s 至 %(most)s 个字", least=TITLE[0], most=TITLE[1]),
        ),
        "description": (
            0 < len(report.description.strip()) <= MOST_TEXT,
            Message("请写明情况，不超过 %(most)s 个字", most=MOST_TEXT),
        ),
        "place": (located, Message("请写明地点，或者附上位置")),
        "channel": (report.channel in CHANNELS, Message("没有这个渠道")),
        "urgency": (report.urgency in URGENCIES, Message("没有这个紧急程度")),
        "occurred_at": (occurred is None or occurred <= work.clock.now(), Message("发生时间不能晚于现在")),
        "item": (known, Message("本县（市、区）的清单没有这个事项")),
    }
    errors = {name: [message] for name, (fit, message) in fits.items() if not fit}
    if errors:
        raise FormInvalid(errors=errors)


def _placed(work: Work, report: Report, occurred: datetime) -> tuple[str | None, str | None]:
    """Return the grid on that day and its township: of the unit, else of the point. A township named is kept (I3)."""
    area, day = report.township or report.county, occurred.astimezone(TIMEZONE).date()
    grid = grid_of_unit(work.session, report.unit, day) if report.unit else None
    if grid is None and report.latitude is not None and report.longitude is not None:
        grid = grid_at(work.session, area, report.latitude, report.longitude, day)
    found = standing(work.session, [grid])[grid] if grid else None
    if found is None or not found.township.startswith(report.county):
        return None, report.township
    return found.code, found.township


def _turn(work: Work, county: str) -> OrgUnit | None:
    """Return a county, locked until the end: its incidents take their numbers one after the other.

    The lock lets others refer to the county meanwhile.
    """
    select = sa.select(OrgUnit).filter_by(code=county).with_for_update(key_share=True)
    return work.session.scalars(select).one_or_none()


def _next_no(work: Work, county: str) -> str:
    day = work.clock.now().astimezone(TIMEZONE)
    prefix = f"SJ-{county}-{day:%Y%m%d}-"
    last = work.session.scalar(sa.select(sa.func.max(Incident.no)).where(Incident.no.startswith(prefix)))
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05}"


def _variables(
    report: Report, no: str, county: OrgUnit, township: str | None, occurred: datetime, now: datetime
) -> dict[str, Any]:
    """Return the variable `incident` of the process: no word of the reporter (I20)."""
    return {
        "no": no,
        "channel": report.channel,
        "urgency": "emergency" if report.danger else report.urgency,
        "title": report.title.strip(),
        "description": report.description.strip(),
        "place": report.place.strip(),
        "lat": report.latitude,
        "long": report.longitude,
        "item": report.item,
        "occurred_at": occurred.astimezone(TIMEZONE).isoformat(timespec="seconds"),
        "reported_at": now.astimezone(TIMEZONE).isoformat(timespec="seconds"),
        "county": county.code,
        "county_name": county.name,
        "township": township,
        "danger": report.danger,
        "statutory": report.statutory,
        "unacceptable": report.unacceptable,
        "ordered": report.channel in ORDERED and report.ordered_department is not None,
        "ordered_department": report.ordered_department if report.channel in ORDERED else None,
        "sensitive": report.sensitive or is_sensitive(report.item),
        "media": [dict(each) for each in report.media],
    }
