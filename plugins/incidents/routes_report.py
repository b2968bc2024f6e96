"""The page on which grid workers report what they find, on the phone; the township's clerk what others tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from engine.core_api import Forbidden, FormInvalid, NotFound, OrgUnit, Post, Work, new_id, today
from plugins.catalogue.api import in_force
from plugins.grid_registry.api import township_picture
from plugins.incidents.incident_list import WORKER, own_grids
from plugins.incidents.incident_page import page_of
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
)

pages = Blueprint("worker_report", __name__, template_folder="templates", url_prefix="/incidents/report")

CLERK: Final = "township_clerk"
REPORTERS: Final = frozenset({WORKER, CLERK})
PART = WebPart(pages, [MenuEntry(lazy_gettext("上报事件"), "worker_report.ask", REPORTERS)])

CHANNELS: Final = ("hotline_12345", "superior", "video")
"""How the clerk of a township comes to know of something."""
URGENCIES: Final = ("normal", "urgent", "emergency", "enquiry")
TEXTS: Final = {"title": TITLE[1], "description": MOST_TEXT, "place": 200}
OTHERS: Final = ("item", "urgency", "channel", "unit", "danger", "latitude", "longitude")

Answer = Any
"""What a view returns; Flask turns it into a response."""


@pages.get("")
def ask() -> Answer:
    """Show the form."""
    return _form({}, {})


@pages.post("")
@takes_files
def take() -> Answer:
    """Take the report in, and show its number and receipt; sent twice by one form it is one report."""
    values = {name: request.form.get(name, "").strip() for name in (*TEXTS, *OTHERS)}
    sent = posted_files("photos", kept_for=posted_key())
    photos = sent.files
    try:
        work = current_work()  # not before: reading files ends the one that was
        if sent.faults:
            raise FormInvalid(errors={"photos": sent.faults})
        told = replace(_told(work, _post(work), values), media=photos)
        check(work, told)  # before `once`, which takes back what was written, the photos too, when it fails
        seed = seed_in(request.form.get("seed", ""))
        asked = fingerprint(request.path, [values, sent.same])
        kept = work.once(posted_key(), asked, lambda: {"no": report(work, told, seed).no})
    except FormInvalid as refused:
        return _form(values, {name: in_readers_language(said[0]) for name, said in refused.errors.items()}, photos), 422
    taken = page_of(work, kept["no"])
    return render("incidents/taken.html", page=taken, receipt=receipt_of(seed, kept["no"]), danger=told.danger)


def _post(work: Work) -> Post:
    """Return the post in which the actor reports; raise Forbidden for whoever has none."""
    found = next((post for post in work.actor.posts if post.group in REPORTERS), None)
    if found is None:
        raise Forbidden(group=WORKER)
    return found


def _told(work: Work, post: Post, values: Mapping[str, str]) -> Report:
    """Return what was filled in; raise FormInvalid for what no field of the form can give."""
    errors = {name: [_("至多%(most)s字。", most=most)] for name, most in TEXTS.items() if len(values[name]) > most}
    unit = _unit(work, post, values["unit"])
    if values["unit"] and unit is None:
        errors["unit"] = [_("选项无效，请重新选择")]
    place = _place(unit[1] if unit else "", values["place"])
    if len(place) > TEXTS["place"]:
        errors["place"] = [_("至多%(most)s字。", most=TEXTS["place"])]
    if errors:
        raise FormInvalid(errors=errors)
    township = _township(work, post)
    latitude, longitude = _degrees(values["latitude"], 90), _degrees(values["longitude"], 180)
    located = latitude is not None and longitude is not None
    return Report(
        title=values["title"],
        description=values["description"],
        place=place,
        county=township.parent_code or "",
        township=township.code,
        channel="worker" if post.group == WORKER else values["channel"] or CHANNELS[0],
        urgency=values["urgency"] or URGENCIES[0],
        item=values["item"] or None,
        latitude=latitude if located else None,
        longitude=longitude if located else None,
        unit=unit[0] if unit else None,
        danger=values["danger"] == "1",
        reporter=Reporter(person_id=work.actor.id),
    )


def _place(unit: str, place: str) -> str:
    """Return where it is in words: the unit chosen, and what was written beside it."""
    return place if unit in place else f"{unit} {place}".strip()


def _degrees(text: str, most: int) -> float | None:
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


def _township(work: Work, post: Post) -> OrgUnit:
    unit = work.session.get(OrgUnit, post.org_unit)
    if unit is None or unit.parent_code is None:
        raise NotFound(township=post.org_unit)
    return unit


def _units(work: Work, post: Post) -> Sequence[tuple[str, str, str]]:
    """Return grid name, code and name of the units to choose from: of a worker's grids, else of the township."""
    picture = township_picture(work.session, post.org_unit, today(work.clock))
    names = {grid.code: grid.name for grid in picture.grids}
    own = set(own_grids(work)) if post.group == WORKER else set(names)
    found = [(names[unit.grid], unit.code, unit.name) for unit in picture.units if unit.grid in own & set(names)]
    return sorted(found)


def _unit(work: Work, post: Post, code: str) -> tuple[str, str] | None:
    return next(((each, name) for _grid, each, name in _units(work, post) if each == code), None)


def _form(values: Mapping[str, str], errors: Mapping[str, str], photos: Sequence[Mapping[str, Any]] = ()) -> str:
    work = current_work()
    post = _post(work)
    township = _township(work, post)
    versions = in_force(work.session, township.parent_code or "", today(work.clock))
    return render(
        "incidents/worker_report.html",
        values=values,
        errors=errors,
        photos=photos,
        township=township,
        is_worker=post.group == WORKER,
        departments=[(name, list(of)) for name, of in groupby(versions, lambda each: each.department_name)],
        units=[(name, list(of)) for name, of in groupby(_units(work, post), lambda each: each[0])],
        channels=CHANNELS,
        urgencies=URGENCIES,
        longest=TEXTS,
        key=request.form.get("idempotency_key") or new_id(),
        seed=new_id(),
    )
