"""The pages about workers: for the township's clerk to keep, for those above to read. Nothing here is public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from engine.core_api import Forbidden, FormInvalid, Message, NotFound, OrgUnit, new_id, today
from plugins.catalogue import api as catalogue
from plugins.workforce import assignments, contacts, listing, log, reach, roster_file, staff, training
from plugins.workforce.coverage import coverage, uncovered
from plugins.workforce.model import Employer, Employment, NewWorker, Policy, WorkerRole
from plugins.workforce.posted import Posted
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    WebPart,
    current_work,
    fingerprint,
    gettext,
    lazy_gettext,
    posted_key,
    redirect,
    render,
    request,
    url_for,
)

pages = Blueprint("workforce", __name__, template_folder="templates", url_prefix="/workforce")

PARTS = [WebPart(pages, [MenuEntry(lazy_gettext("网格员"), "workforce.show_list", reach.READERS)])]

Answer = Any
"""What a view returns; Flask turns it into a response."""

Errors = Mapping[str, str]
"""Field → what is wrong with it, in the reader's language."""

OPTIONS = {"employments": list(Employment), "roles": list(WorkerRole), "employers": list(Employer)}


@pages.get("")
def show_list() -> Answer:
    """Show a township's workers, and the grids that need one."""
    work = current_work()
    choices = reach.townships(work)
    if not choices:
        raise NotFound
    own = {post.org_unit for post in work.actor.posts}
    code = request.args.get("township") or next((unit.code for unit in choices if unit.code in own), choices[0].code)
    return _list_page(reach.readable(work, code), {})


@pages.post("/contact")
def publish() -> Answer:
    """Publish a township's telephone numbers."""
    work, posted = current_work(), Posted(request.form)
    township = reach.keeper(work, posted.text("township"))
    contact = contacts.Contact(*(posted.text(name) for name in contacts.PHONE_FIELDS))
    try:
        _once(lambda: contacts.publish(work, township.code, contact))
    except FormInvalid as refused:
        return _list_page(township, _by_field(refused)), 422
    return redirect(url_for("workforce.show_list", township=township.code))


@pages.get("/new")
def ask_new() -> Answer:
    """Show the form for a new worker."""
    township = reach.keeper(current_work(), request.args.get("township", ""))
    return _new_page(township, {}, {})


@pages.post("/workers")
def engage() -> Answer:
    """Engage a worker."""
    work, posted = current_work(), Posted(request.form)
    township = reach.keeper(work, posted.text("township"))

    def do() -> dict[str, str]:
        name, phone = posted.text("name"), posted.text("phone")
        new = NewWorker(posted.text("staff_no"), name, phone, posted.terms(), posted.day("since"))
        posted.check()
        return {"worker": staff.engage(work, township.code, new)}

    return _done(do, lambda errors: _new_page(township, request.form, errors))


@pages.get("/workers/<worker_id>")
def show_worker(worker_id: str) -> Answer:
    """Show one worker: engagements, grids, trainings, and what was done."""
    return _worker_page(worker_id, {})


@pages.post("/workers/<worker_id>/<act>")
def act_on_worker(worker_id: str, act: str) -> Answer:
    """Change a worker's terms or contact, or end the engagement."""
    work, posted = current_work(), Posted(request.form)
    township = _keeper_of(worker_id).code

    def terms() -> None:
        terms, since = posted.terms(), posted.day("since")
        posted.check()
        staff.change(work, township, worker_id, terms, since)

    def contact() -> None:
        staff.call(work, township, worker_id, posted.text("name"), posted.text("phone"))

    def end() -> None:
        on = posted.day("on")
        posted.check()
        staff.end(work, township, worker_id, on, posted.text("reason"))

    acts = {"terms": terms, "contact": contact, "end": end}
    if act not in acts:
        raise NotFound(act=act)
    return _done(_of(worker_id, acts[act]), lambda errors: _worker_page(worker_id, errors, act))


@pages.post("/workers/<worker_id>/phone")
def show_phone(worker_id: str) -> Answer:
    """Show a worker's telephone number in full; who looked is in the log."""
    work = current_work()
    township = _keeper_of(worker_id)
    log.write(work, "phone.shown", township.code, worker_id)
    return _worker_page(worker_id, {}, phone=listing.phone_of(work.session, worker_id))


@pages.post("/assignments")
def assign() -> Answer:
    """Give a worker a grid."""
    work, posted = current_work(), Posted(request.form)
    worker_id = posted.text("worker")
    township = _keeper_of(worker_id).code

    def do() -> None:
        period = posted.day("since"), posted.day_or_none("until")
        posted.check()
        primary = bool(posted.text("primary"))
        assignments.assign(work, township, worker_id, posted.text("grid"), period, primary=primary)

    return _done(_of(worker_id, do), lambda errors: _worker_page(worker_id, errors, "assign"))


@pages.post("/assignments/<assignment_id>/end")
def end_assignment(assignment_id: str) -> Answer:
    """End an assignment."""
    work, posted = current_work(), Posted(request.form)
    worker_id = posted.text("worker")
    township = _keeper_of(worker_id).code

    def do() -> None:
        on = posted.day("on")
        posted.check()
        assignments.end_assignment(work, township, assignment_id, on)

    return _done(_of(worker_id, do), lambda errors: _worker_page(worker_id, errors, assignment_id))


@pages.get("/import")
def ask_file() -> Answer:
    """Show the form for a file of workers."""
    township = reach.keeper(current_work(), request.args.get("township", ""))
    return _file_page(township, [])


@pages.post("/import")
def bring_in() -> Answer:
    """Engage the workers of a file, all or none; the findings of each line are shown."""
    work = current_work()
    township = reach.keeper(work, request.form.get("township", ""))
    sent = request.files.get("file")
    try:
        text = roster_file.decoded(sent.read()) if sent and sent.filename else request.form.get("text", "")
        _once(lambda: {"count": roster_file.bring_in(work, township.code, text)}, text)
    except roster_file.FileRefused as refused:
        return _file_page(township, refused.findings), 422
    return redirect(url_for("workforce.show_list", township=township.code))


@pages.get("/training")
def show_trainings() -> Answer:
    """Show a township's trainings, and the form for another."""
    return _trainings_page(reach.readable(current_work(), request.args.get("township", "")), {})


@pages.post("/training")
def hold() -> Answer:
    """Record a training."""
    work, posted = current_work(), Posted(request.form)
    township = reach.keeper(work, posted.text("township"))

    def do() -> dict[str, str]:
        held_on, hours = posted.day("held_on"), posted.number("hours")
        posted.check()
        items = request.form.getlist("items")
        new = training.NewTraining(posted.text("title"), held_on, hours, items)
        return {"training": training.hold(work, township.code, new)}

    return _done(do, lambda errors: _trainings_page(township, errors))


@pages.get("/training/<training_id>")
def show_attendance(training_id: str) -> Answer:
    """Show who attended a training."""
    township = reach.readable(current_work(), request.args.get("township", ""))
    return _attendance_page(township, training_id, {})


@pages.post("/training/<training_id>")
def record(training_id: str) -> Answer:
    """Record who attended a training."""
    work, posted = current_work(), Posted(request.form)
    township = reach.keeper(work, posted.text("township"))

    def do() -> dict[str, str]:
        marks = {
            worker_id: (
                bool(posted.text(f"present.{worker_id}")),
                posted.number(f"score.{worker_id}") if posted.text(f"score.{worker_id}") else None,
            )
            for worker_id in request.form.getlist("workers")
        }
        posted.check()
        training.record(work, township.code, training_id, marks)
        return {"training": training_id}

    return _done(do, lambda errors: _attendance_page(township, training_id, errors))


@pages.post("/policy")
def set_policy() -> Answer:
    """Set what the county does about workers without training."""
    work, posted = current_work(), Posted(request.form)
    township = reach.readable(work, posted.text("township"))
    policy, county = posted.choice("policy", Policy), training.county_of(work.session, township.code)
    if not reach.may_set_policy(work, county):
        raise Forbidden(group=reach.AGENCY)
    posted.check()
    _once(lambda: training.set_policy(work, county, policy))
    return redirect(url_for("workforce.show_trainings", township=township.code))


def _once(do: Callable[[], Any], content: str = "") -> Any:
    """Do something once for the key of the form."""
    typed = {name: values for name, values in request.form.lists() if name not in {"csrf_token", "idempotency_key"}}
    return current_work().once(posted_key(), fingerprint(request.path, [typed, content]), do)


def _done(do: Callable[[], dict[str, str]], again: Callable[[Errors], str]) -> Answer:
    """Do what was asked and go to what came of it; or show the page again with what is wrong."""
    try:
        answer = _once(do)
    except FormInvalid as refused:
        return again(_by_field(refused)), 422
    if "training" in answer:
        township = request.form["township"]
        return redirect(url_for("workforce.show_attendance", training_id=answer["training"], township=township))
    return redirect(url_for("workforce.show_worker", worker_id=answer["worker"]))


def _by_field(refused: FormInvalid) -> Errors:
    return {field: _said(messages[0]) for field, messages in refused.errors.items()}


def _said(message: str) -> str:
    return gettext(message.msgid, **message.params) if isinstance(message, Message) else message


def _of(worker_id: str, do: Callable[[], None]) -> Callable[[], dict[str, str]]:
    def act() -> dict[str, str]:
        do()
        return {"worker": worker_id}

    return act


def _about(township: OrgUnit) -> dict[str, Any]:
    """Return what every page is given."""
    work = current_work()
    may_keep = reach.may_keep(work, township.code)
    return {"township": township, "today": today(work.clock), "may_keep": may_keep, "key": new_id, **OPTIONS}


def _keeper_of(worker_id: str) -> OrgUnit:
    """Return the township of a worker whom the actor keeps; raise NotFound or Forbidden."""
    work = current_work()
    return reach.keeper(work, listing.sheet(work.session, worker_id).township)


def _list_page(township: OrgUnit, errors: Errors) -> str:
    work = current_work()
    about = _about(township)
    covered = coverage(work.session, township.code, about["today"])
    contact = contacts.contact_of(work.session, township.code)
    return render(
        "workforce/list.html",
        **about,
        choices=reach.townships(work),
        workers=listing.roster(work.session, township.code, about["today"]),
        grids=covered,
        lacking=uncovered(covered),
        contact=request.form if errors else asdict(contact),
        errors=errors,
    )


def _worker_page(worker_id: str, errors: Errors, form: str = "", phone: str = "") -> str:
    work = current_work()
    sheet = listing.sheet(work.session, worker_id)
    township = reach.readable(work, sheet.township)
    about = _about(township)
    return render(
        "workforce/worker.html",
        **about,
        sheet=sheet,
        phone=phone or sheet.phone,
        masked=not phone,
        grids=coverage(work.session, township.code, about["today"]) if about["may_keep"] else [],
        events=log.of_worker(work.session, worker_id),
        errors=errors,
        form=form,
        values=request.form if errors else {},
    )


def _new_page(township: OrgUnit, values: Mapping[str, str], errors: Errors) -> str:
    return render("workforce/new.html", **_about(township), values=values, errors=errors)


def _file_page(township: OrgUnit, findings: list[roster_file.LineFinding]) -> str:
    return render(
        "workforce/import.html",
        **_about(township),
        headings=roster_file.HEADINGS,
        text=request.form.get("text", ""),
        findings=[(each.line, each.heading, _said(each.message)) for each in findings],
    )


def _trainings_page(township: OrgUnit, errors: Errors) -> str:
    work = current_work()
    county = training.county_of(work.session, township.code)
    return render(
        "workforce/trainings.html",
        **_about(township),
        trainings=listing.trainings(work.session, township.code),
        items=_items(county, today(work.clock)),
        policy=training.policy_of(work.session, county),
        policies=list(Policy),
        may_set=reach.may_set_policy(work, county),
        errors=errors,
        values=request.form if errors else {},
        chosen=request.form.getlist("items") if errors else [],
    )


def _attendance_page(township: OrgUnit, training_id: str, errors: Errors) -> str:
    work = current_work()
    found = next((row for row in listing.trainings(work.session, township.code) if row.id == training_id), None)
    if found is None:
        raise NotFound(training=training_id)
    return render(
        "workforce/attendance.html",
        **_about(township),
        training=found,
        workers=listing.engaged_on(work.session, township.code, found.held_on),
        pass_mark=training.PASS_MARK,
        errors=errors,
        values=request.form if errors else {},
    )


def _items(county: str, day: date) -> list[tuple[str, str]]:
    """Return code and name of the items that workers may handle alone: what they are trained for."""
    versions = catalogue.in_force(current_work().session, county, day)
    handled = [each.item for each in versions if each.item.handling_mode is catalogue.HandlingMode.SELF_HANDLE]
    return [(item.code, item.name_zh) for item in handled]
