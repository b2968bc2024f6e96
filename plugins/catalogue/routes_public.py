"""The pages of the catalogue for everyone, without a login (R45-R47)."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from engine.core_api import NotFound, new_id, today
from plugins.catalogue import consultations, due_reviews, listing, opinions, suspensions
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
    url_for,
    visitors_limited,
)

public = Blueprint("catalogue", __name__, template_folder="templates", url_prefix="/catalogue")

PART = WebPart(
    public,
    [
        MenuEntry(lazy_gettext("事项清单"), "catalogue.show_list"),
    ],
    public=True,
)

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
    paused = [version for version in listing.holding(work.session, county.code, day) if not version.in_force(day)]
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
        asked=[each for each in consultations.of_county(work.session, county.code) if each.is_open(today(work.clock))],
        reviewed=due_reviews.open_reviews(work.session, county.code),
        suspended=listing.matching(paused, words),
    )


@public.get("/<code>")
def show_item(code: str) -> Answer:
    """Show an item: what the worker does and may not do, its bases, whom to ask, since when and by which decision.

    With the number of a version, what that one says.
    """
    work = current_work()
    versions = listing.versions(work.session, code)
    day = today(work.clock)
    now = next((version for version in versions if version.in_force(day)), None)
    wanted = request.args.get("version", type=int)
    chosen = next((version for version in versions if version.number == wanted), None)
    return render(
        "catalogue/item.html",
        version=chosen or now or versions[0],
        now=now,
        in_force=now is not None,
        versions=versions,
        held=next((version for version in versions if version.holds(day)), None),
        changes_on=listing.changes_on(versions, day),
        day=day,
        under_review=due_reviews.open_reviews(work.session, versions[0].item.county).get(code),
        may_suspend=now is not None and suspensions.may_suspend(work.actor, now.item.county),
    )


@public.get("/opinion")
def ask_opinion() -> Answer:
    """Show the form for an opinion on the catalogue or on one item."""
    return _opinion_form({}, {})


@public.post("/opinion")
@visitors_limited("20 per hour", "300 per hour")
def give_opinion() -> Answer:
    """Keep an opinion and show its receipt; given twice by one form it is kept once."""
    values = {
        name: request.form.get(name, "").strip() for name in ("county", "item", "consultation", "text", "contact")
    }
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
            "receipt": opinions.give(
                work,
                values["county"],
                values["item"] or None,
                values["text"],
                values["contact"],
                values["consultation"] or None,
            )
        },
    )
    return redirect(url_for("catalogue.receipt", no=answer["receipt"], given=1))


@public.get("/consultations")
def show_consultations() -> Answer:
    """List what the public is or was asked about in a county, the latest first."""
    work = current_work()
    counties = listing.counties(work.session)
    county = next((unit for unit in counties if unit.code == request.args.get("county")), None) or next(
        iter(counties), None
    )
    found = consultations.of_county(work.session, county.code) if county else []
    return render("catalogue/consultations.html", county=county, found=found, day=today(work.clock))


@public.get("/consultations/<no>")
def show_consultation(no: str) -> Answer:
    """Show what is planned, until when opinions are taken, and what became of those that were given."""
    work = current_work()
    asked = consultations.asked(work.session, no)
    return render(
        "catalogue/consultation.html", asked=asked, is_open=asked.is_open(today(work.clock)), most=opinions.TEXT_LENGTH
    )


@public.get("/receipt")
@visitors_limited("60 per hour", "1200 per hour")
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


def _opinion_form(values: dict[str, str], errors: dict[str, str]) -> str:
    work = current_work()
    code = values.get("item") or request.args.get("item", "")
    about = next(iter(listing.versions(work.session, code)), None) if code else None
    no = values.get("consultation") or request.args.get("consultation", "")
    asked = consultations.asked(work.session, no) if no else None
    return render(
        "catalogue/opinion.html",
        values=values,
        errors=errors,
        about=about,
        asked=asked,
        counties=listing.counties(work.session),
        county=values.get("county") or (asked.county if asked else request.args.get("county", "")),
        key=request.form.get("idempotency_key") or new_id(),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
