"""The pages of the catalogue for those who have a login: applications, the agency's opinions, suspensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.core_api import Forbidden, new_id, today
from plugins.catalogue import applications, listing, opinions, suspensions
from plugins.catalogue.draft import Kind
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    WebPart,
    _,
    current_work,
    fingerprint,
    lazy_gettext,
    posted_key,
    redirect,
    render,
    request,
    translated,
    url_for,
)

reviews = Blueprint("applications", __name__, template_folder="templates", url_prefix="/catalogue-applications")
agency = Blueprint("opinions", __name__, template_folder="templates", url_prefix="/opinions")
pauses = Blueprint("suspensions", __name__, template_folder="templates", url_prefix="/catalogue-suspensions")

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
    WebPart(reviews, [MenuEntry(lazy_gettext("事项申请"), "applications.show_applications", READERS)]),
    WebPart(pauses, []),
    WebPart(agency, [MenuEntry(lazy_gettext("意见建议"), "opinions.show_opinions", frozenset({opinions.AGENCY}))]),
]

Answer = Any
"""What a view returns; Flask turns it into a response."""


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
    item = None if kind is Kind.INCLUDE else chosen["item"] or None
    no = applications.register_application(work, chosen["department"], kind, item)
    found = next(each for each in applications.applications(work) if each.no == no)
    opened = next((task for task in work.tasks.of_instance(found.instance_id) if task.state == "open"), None)
    if opened is None:
        return redirect(url_for("instances.show", instance_id=found.instance_id))
    return redirect(url_for("task.show", task_id=opened.id))


def _applications(chosen: dict[str, str], error: str) -> str:
    work = current_work()
    own = applications.own_departments(work)
    items = {unit.code: _choices(unit.code) for unit in own}
    found = [
        replace(each, milestone=translated(work.definitions.of(each.definition_id), each.milestone))
        for each in applications.applications(work)
    ]
    return render(
        "catalogue/applications.html", own=own, items=items, kinds=list(Kind), found=found, chosen=chosen, error=error
    )


def _choices(department: str) -> list[listing.ItemVersion]:
    """Return a department's items, and after them temporary ones that are over and may be renewed."""
    work = current_work()
    found = listing.of_department(work.session, department, today(work.clock))
    known = {version.item.code for version in found}
    for version in listing.temporary_of(work.session, department):
        if version.item.code not in known:
            known.add(version.item.code)
            found.append(version)
    return found


@pauses.get("/<code>")
def ask_suspension(code: str) -> Answer:
    """Show the form with which an item is suspended."""
    return _suspension_form(code, {}, "")


@pauses.post("/<code>")
def suspend(code: str) -> Answer:
    """Begin the suspension of an item whose guarantees have lapsed, and go to its case; sent twice, it is one."""
    work = current_work()
    given = {name: request.form.get(name, "").strip() for name in ("reason", "text")}
    reason = next((each for each in suspensions.Lapse if each == given["reason"]), None)
    if reason is None or not 4 <= len(given["text"]) <= suspensions.TEXT_LENGTH:
        error = _("请选择哪项保障失效，并写4至%(most)s字的说明。", most=suspensions.TEXT_LENGTH)
        return _suspension_form(code, given, error), 422
    begun = work.once(
        posted_key(),
        fingerprint(request.path, given),
        lambda: {"instance": suspensions.register_suspension(work, code, reason, given["text"])},
    )
    return redirect(url_for("instances.show", instance_id=begun["instance"]))


def _suspension_form(code: str, values: dict[str, str], error: str) -> str:
    work = current_work()
    version = listing.item_in_force(work.session, code, today(work.clock))
    if not suspensions.may_suspend(work.actor, version.item.county):
        raise Forbidden(group=suspensions.SUSPENDER)
    return render(
        "catalogue/suspend.html",
        version=version,
        lapses=list(suspensions.Lapse),
        values=values,
        error=error,
        most=suspensions.TEXT_LENGTH,
        key=request.form.get("idempotency_key") or new_id(),
    )


@agency.get("")
def show_opinions() -> Answer:
    """Show the opinions of the actor's county, those that wait first: the ones due first, and on what is published."""
    return _opinions({}, {})


@agency.post("/<no>")
def answer_opinion(no: str) -> Answer:
    """Answer an opinion."""
    work = current_work()
    reply = request.form.get("reply", "").strip()
    if not 4 <= len(reply) <= opinions.TEXT_LENGTH:
        return _opinions({no: _("请写4至%(most)s字。", most=opinions.TEXT_LENGTH)}, {no: reply}), 422
    opinions.answer(work, no, reply)
    return redirect(url_for("opinions.show_opinions", _anchor=no))


def _opinions(errors: dict[str, str], values: dict[str, str]) -> str:
    work, own = current_work(), _own()
    waiting = {each.item_code for each in own if each.item_code and each.reply is None}
    day = today(work.clock)
    return render(
        "catalogue/opinions.html",
        opinions=own,
        changes={code: listing.changes_on(listing.versions(work.session, code), day) for code in waiting},
        now=work.clock.now(),
        errors=errors,
        values=values,
    )


def _own() -> list[opinions.GivenOpinion]:
    """Return the opinions that the actor's agency answers; raise Forbidden for others."""
    work = current_work()
    if not work.actor.holds(opinions.AGENCY):
        raise Forbidden(group=opinions.AGENCY)
    return opinions.of_agency(work)
