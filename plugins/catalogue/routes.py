"""The pages of the catalogue: for everyone, without a login (R45-R47); and the agency's page of opinions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from engine.core_api import Forbidden, NotFound, new_id, today
from plugins.catalogue import applications, listing, opinions
from plugins.catalogue.draft import Kind
from plugins.grid_registry import api as grids
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    WebPart,
    _,
    current_work,
    fingerprint,
    lazy_gettext,
    posted_key,
    rate_limited,
    redirect,
    render,
    request,
    translated,
    url_for,
)

public = Blueprint("catalogue", __name__, template_folder="templates", url_prefix="/catalogue")
reviews = Blueprint("applications", __name__, template_folder="templates", url_prefix="/catalogue-applications")
agency = Blueprint("opinions", __name__, template_folder="templates", url_prefix="/opinions")

READERS = frozenset(
    {
        applications.APPLICANT,
        "agency_clerk",
        "legality_reviewer",
        "county_reviewer",
        "county_leader",
        "catalogue_approver",
        "auditor",
    }
)
"""Who has the page of applications in the menu; which ones it lists is decided by territory."""

PARTS = [
    WebPart(
        public,
        [
            MenuEntry(lazy_gettext("事项清单"), "catalogue.show_list"),
            MenuEntry(lazy_gettext("我在哪个网格"), "catalogue.where"),
        ],
        public=True,
    ),
    WebPart(reviews, [MenuEntry(lazy_gettext("事项申请"), "applications.show_applications", READERS)]),
    WebPart(agency, [MenuEntry(lazy_gettext("意见建议"), "opinions.show_opinions", frozenset({opinions.AGENCY}))]),
]

Answer = Any
"""What a view returns; Flask turns it into a response."""


@public.get("")
def show_list() -> Answer:
    """Show the catalogue in force in a county on a day, by department; with words, what they occur in."""
    work = current_work()
    counties = listing.counties(work.session)
    county = next((unit for unit in counties if unit.code == request.args.get("county")), None) or next(
        iter(counties), None
    )
    if county is None:
        return render("catalogue/none.html")
    day = _day("as_of") or today(work.clock)
    words = request.args.get("words", "").strip()[:100]
    everything = listing.in_force(work.session, county.code, day)
    found = listing.matching(everything, words)
    return render(
        "catalogue/list.html",
        counties=counties,
        county=county,
        day=day,
        is_today=day == today(work.clock),
        words=words,
        total=len(everything),
        found=found,
        departments=[(name, list(items)) for name, items in groupby(found, lambda version: version.department_name)],
        decisions=listing.decisions(work.session, county.code),
        coming=listing.coming(work.session, county.code, day),
    )


@public.get("/<code>")
def show_item(code: str) -> Answer:
    """Show an item: what the worker does and may not do, its bases, whom to ask, since when and by which decision."""
    work = current_work()
    versions = listing.versions(work.session, code)
    day = today(work.clock)
    now = next((version for version in versions if version.in_force(day)), None)
    return render(
        "catalogue/item.html",
        version=now or versions[0],
        in_force=now is not None,
        versions=versions,
        changes_on=listing.changes_on(versions, day),
    )


@public.get("/opinion")
def ask_opinion() -> Answer:
    """Show the form for an opinion on the catalogue or on one item."""
    return _opinion_form({}, {})


@public.post("/opinion")
@rate_limited("20 per hour")
def give_opinion() -> Answer:
    """Keep an opinion and show its receipt; given twice by one form it is kept once."""
    values = {name: request.form.get(name, "").strip() for name in ("county", "item", "text", "contact")}
    errors = {}
    if not 4 <= len(values["text"]) <= opinions.TEXT_LENGTH:
        errors["text"] = _("请写4至%(most)s字。", most=opinions.TEXT_LENGTH)
    if len(values["contact"]) > opinions.CONTACT_LENGTH:
        errors["contact"] = _("至多%(most)s字。", most=opinions.CONTACT_LENGTH)
    if errors:
        return _opinion_form(values, errors), 422
    work = current_work()
    answer = work.once(
        posted_key(),
        fingerprint(request.path, values),
        lambda: {
            "receipt": opinions.give(work, values["county"], values["item"] or None, values["text"], values["contact"])
        },
    )
    return redirect(url_for("catalogue.receipt", no=answer["receipt"], given=1))


@public.get("/receipt")
@rate_limited("60 per hour")
def receipt() -> Answer:
    """Show what has become of an opinion. The contact is not shown: a receipt may be seen by others."""
    no = request.args.get("no", "").strip()
    found = None
    if no:
        try:
            found = opinions.by_receipt(current_work(), no)
        except NotFound:
            return render("catalogue/receipt.html", no=no, opinion=None, missing=True, given=False), 404
    return render("catalogue/receipt.html", no=no, opinion=found, missing=False, given=bool(request.args.get("given")))


@public.get("/where")
def where() -> Answer:
    """Show in which grid a place lies: choose the township, then the compound, building or village."""
    work = current_work()
    townships = grids.divided_townships(work.session)
    township = next((unit for unit in townships if unit.code == request.args.get("township")), None)
    picture = grids.township_picture(work.session, township.code, today(work.clock)) if township else None
    unit = next((u for u in picture.units if u.code == request.args.get("unit")), None) if picture else None
    grid = next((g for g in picture.grids if unit and g.code == unit.grid), None) if picture else None
    communities = {each.code: each for each in picture.communities} if picture else {}
    units = sorted(picture.units, key=lambda each: (each.community, each.name)) if picture else []
    return render(
        "catalogue/where.html",
        townships=townships,
        township=township,
        picture=picture,
        communities=[(communities[code], list(of)) for code, of in groupby(units, lambda each: each.community)],
        unit=unit,
        grid=grid,
        community=communities.get(unit.community) if unit else None,
        neighbours=[each for each in units if grid and each.grid == grid.code],
    )


@reviews.get("")
def show_applications() -> Answer:
    """List the applications of the actor's territory; who is of a department's staff may begin one."""
    return _applications({}, "")


@reviews.post("/new")
def new_application() -> Answer:
    """Begin the review of an application, and go to its form."""
    work = current_work()
    chosen = {name: request.form.get(name, "").strip() for name in ("department", "kind", "item")}
    kind = next((each for each in Kind if each == chosen["kind"]), Kind.INCLUDE)
    needs_item = kind in {Kind.AMEND, Kind.REMOVE}
    if needs_item and not chosen["item"]:
        return _applications(chosen, _("请选择要调整或者退出的事项。")), 422
    no = applications.register_application(work, chosen["department"], kind, chosen["item"] if needs_item else None)
    found = next(each for each in applications.applications(work) if each.no == no)
    opened = next((task for task in work.tasks.of_instance(found.instance_id) if task.state == "open"), None)
    if opened is None:
        return redirect(url_for("instances.show", instance_id=found.instance_id))
    return redirect(url_for("task.show", task_id=opened.id))


def _applications(chosen: dict[str, str], error: str) -> str:
    work = current_work()
    own = applications.own_departments(work)
    items = {unit.code: listing.of_department(work.session, unit.code, today(work.clock)) for unit in own}
    found = [
        replace(each, milestone=translated(work.definitions.of(each.definition_id), each.milestone))
        for each in applications.applications(work)
    ]
    return render(
        "catalogue/applications.html", own=own, items=items, kinds=list(Kind), found=found, chosen=chosen, error=error
    )


@agency.get("")
def show_opinions() -> Answer:
    """Show the opinions of the actor's county, those that wait first."""
    work = current_work()
    return render("catalogue/opinions.html", opinions=_own(), now=work.clock.now(), errors={}, values={})


@agency.post("/<no>")
def answer_opinion(no: str) -> Answer:
    """Answer an opinion."""
    work = current_work()
    reply = request.form.get("reply", "").strip()
    if not 4 <= len(reply) <= opinions.TEXT_LENGTH:
        errors = {no: _("请写4至%(most)s字。", most=opinions.TEXT_LENGTH)}
        page = render(
            "catalogue/opinions.html", opinions=_own(), now=work.clock.now(), errors=errors, values={no: reply}
        )
        return page, 422
    opinions.answer(work, no, reply)
    return redirect(url_for("opinions.show_opinions", _anchor=no))


def _own() -> list[opinions.GivenOpinion]:
    """Return the opinions that the actor's agency answers; raise Forbidden for others."""
    work = current_work()
    if not work.actor.holds(opinions.AGENCY):
        raise Forbidden(group=opinions.AGENCY)
    return opinions.of_agency(work)


def _opinion_form(values: dict[str, str], errors: dict[str, str]) -> str:
    work = current_work()
    code = values.get("item") or request.args.get("item", "")
    about = next(iter(listing.versions(work.session, code)), None) if code else None
    return render(
        "catalogue/opinion.html",
        values=values,
        errors=errors,
        about=about,
        counties=listing.counties(work.session),
        county=values.get("county") or request.args.get("county", ""),
        key=request.form.get("idempotency_key") or new_id(),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
