"""The page on which everyone may report an incident, without a login; its receipt is followed in `routes_status`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import FormInvalid, OrgUnit, Work, new_id
from plugins.grid_registry.api import divided_townships
from plugins.incidents.photos import MOST_PHOTOS, fault_of, pictures
from plugins.incidents.reporters import Reporter
from plugins.incidents.reporting import MOST_TEXT, TITLE, Report, check, receipt_of, report, seed_in
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    WebPart,
    _,
    current_work,
    fingerprint,
    in_readers_language,
    lazy_gettext,
    posted_files,
    posted_key,
    render,
    request,
    takes_files,
    visitors_limited,
)

public = Blueprint("report", __name__, template_folder="templates", url_prefix="/report")
PART = WebPart(public, [MenuEntry(lazy_gettext("反映问题"), "report.ask")], public=True)

Answer = Any
"""What a view returns; Flask turns it into a response."""

LONGEST: Final = {"title": TITLE[1], "description": MOST_TEXT, "place": 200, "name": 50, "phone": 30}
POINT: Final = ("latitude", "longitude")


@public.get("")
def ask() -> Answer:
    """Show the form."""
    return _form({}, {})


@public.post("")
@visitors_limited("20 per hour", "300 per hour")
@takes_files
def take() -> Answer:
    """Take a report in and show its receipt; sent twice by one form it is one report."""
    values = {name: request.form.get(name, "").strip() for name in (*LONGEST, "township", "danger", *POINT)}
    sent = posted_files("photos", kept_for=posted_key())
    photos, fault = pictures(sent.files), fault_of(sent.files, sent.faults)
    work = current_work()  # not before: reading files ends the one that was
    township = next((each for each in _townships(work) if each.code == values["township"]), None)
    errors = _faults(values, township)
    if fault is not None:
        errors["photos"] = in_readers_language(fault)
    if errors or township is None or township.parent_code is None:
        return _form(values, errors, photos), 422
    latitude, longitude = _point(values)
    told = Report(
        title=values["title"],
        description=values["description"],
        place=values["place"],
        county=township.parent_code,
        township=township.code,
        channel="resident_portal",
        latitude=latitude,
        longitude=longitude,
        danger=values["danger"] == "1",
        media=photos,
        reporter=Reporter(values["name"], values["phone"]),
    )
    try:
        seed = seed_in(request.form.get("seed", ""))
        check(work, told)  # before `once`, which takes back what was written, the photos too, when it fails
        asked = fingerprint(request.path, [values, sent.same])
        kept = work.once(posted_key(), asked, lambda: {"no": report(work, told, seed).no})
    except FormInvalid as refused:
        errors = {name: in_readers_language(said[0]) for name, said in refused.errors.items()}
        return _form(values, errors, photos), 422
    return render("incidents/reported.html", no=kept["no"], receipt=receipt_of(seed, kept["no"]), danger=told.danger)


def _point(values: dict[str, str]) -> tuple[float | None, float | None]:
    """Return the position that a device gave, both or neither."""
    latitude, longitude = _degrees(values["latitude"], 90), _degrees(values["longitude"], 180)
    return (None, None) if latitude is None or longitude is None else (latitude, longitude)


def _degrees(text: str, most: int) -> float | None:
    """Return what a device gave as its position; None for nothing, and for what is none."""
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


def _faults(values: dict[str, str], township: OrgUnit | None) -> dict[str, str]:
    errors = {}
    for name, most in LONGEST.items():
        if len(values[name]) > most:
            errors[name] = _("至多%(most)s字。", most=most)
    if len(values["title"]) < TITLE[0]:
        errors["title"] = _("请用几个字说明是什么问题。")
    if len(values["description"]) < 4:
        errors["description"] = _("请写明情况，不少于4个字。")
    if len(values["place"]) < 2:
        errors["place"] = _("请写明地点，便于找到。")
    if township is None:
        errors["township"] = _("请选择乡镇（街道）。")
    return errors


def _townships(work: Work) -> Sequence[OrgUnit]:
    """Return the townships whose grids are divided, for only there somebody is in charge, by county."""
    codes = [each.code for each in divided_townships(work.session)]
    select = sa.select(OrgUnit).where(OrgUnit.code.in_(codes)).order_by(OrgUnit.code)
    return work.session.scalars(select).all()


def _form(values: dict[str, str], errors: dict[str, str], photos: Sequence[Mapping[str, Any]] = ()) -> str:
    work = current_work()
    townships = _townships(work)
    parents = {each.parent_code for each in townships if each.parent_code}
    counties = work.session.scalars(sa.select(OrgUnit).where(OrgUnit.code.in_(parents)).order_by(OrgUnit.code)).all()
    return render(
        "incidents/report.html",
        values=values,
        errors=errors,
        photos=photos,
        most_photos=MOST_PHOTOS,
        counties=[(each, [unit for unit in townships if unit.parent_code == each.code]) for each in counties],
        longest=LONGEST,
        key=request.form.get("idempotency_key") or new_id(),
        seed=new_id(),
    )
