"""Pages of incidents for everyone, without a login: report one, follow it by its receipt, rate it, ask for it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import FormInvalid, NotFound, OrgUnit, Work, new_id
from plugins.grid_registry.api import divided_townships
from plugins.incidents.public_status import PublicStatus, status_of
from plugins.incidents.reporters import Reporter
from plugins.incidents.reporting import MOST_TEXT, TITLE, Report, check, receipt_of, report, seed_in
from plugins.incidents.requests import AnswerKind, answer
from plugins.incidents.supplements import supplement_by_reporter
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    PostedFiles,
    WebPart,
    _,
    current_work,
    fingerprint,
    in_readers_language,
    lazy_gettext,
    posted_files,
    posted_key,
    read_only,
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
SOLVED: Final = ("yes", "partly", "no")
MOST_PHOTOS: Final = 3
MOST_COMMENT: Final = 1000
MOST_RECEIPT: Final = 40


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
    photos = sent.files[:MOST_PHOTOS]
    work = current_work()  # not before: reading files ends the one that was
    township = next((each for each in _townships(work) if each.code == values["township"]), None)
    errors = _faults(values, township) | _photo_faults(sent)
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


@public.get("/status")
def ask_status() -> Answer:
    """Ask for the receipt."""
    return render("incidents/status.html", status=None, receipt="", missing=False, errors={}, values={}, said="")


@public.post("/status")
@read_only
@visitors_limited("60 per hour", "1200 per hour")
def show_status() -> Answer:
    """Show where a report stands. The receipt is posted, so that it is in no address and no log."""
    return _status("")


@public.post("/rate")
@visitors_limited("20 per hour", "300 per hour")
def rate() -> Answer:
    """Take the reporter's rating."""
    work, values = current_work(), _posted("solved", "score", "comment")
    errors = {}
    if values["solved"] not in SOLVED:
        errors["solved"] = _("请选择是否解决。")
    if values["score"] not in {"1", "2", "3", "4", "5"}:
        errors["score"] = _("请评1至5分。")
    if errors:
        return _status("", errors, values)
    no = _known(work)
    given = {"solved": values["solved"], "score": int(values["score"]), "comment": values["comment"]}
    if no is not None:
        answer(work, no, AnswerKind.SATISFACTION, given)
    return _status(_("感谢您的评价。"))


@public.post("/reopen")
@visitors_limited("20 per hour", "300 per hour")
def reopen() -> Answer:
    """Take the reporter's wish that it be taken up again."""
    work, values = current_work(), _posted("reason")
    if len(values["reason"]) < 4:
        return _status("", {"reason": _("请写明理由，不少于4个字。")}, values)
    no = _known(work)
    if no is not None:
        answer(work, no, AnswerKind.REOPEN, {"reason": values["reason"]})
    return _status(_("已收到，将重新办理。"))


@public.post("/supplement")
@visitors_limited("20 per hour", "300 per hour")
def add() -> Answer:
    """Take what the reporter has to add."""
    work, values = current_work(), {"text": request.form.get("text", "")}
    no = _known(work)
    try:
        if no is not None:
            supplement_by_reporter(work, no, values["text"])
    except FormInvalid as refused:
        return _status("", {"text": in_readers_language(refused.errors["text"][0])}, values)
    return _status(_("已补充，办理的单位看得到。"))


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


def _posted(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:MOST_COMMENT] for name in names}


def _known(work: Work) -> str | None:
    """Return the number that the posted receipt is for, None for a receipt that there is not."""
    found = _looked_up(work)
    return None if found is None else found.no


def _looked_up(work: Work) -> PublicStatus | None:
    try:
        return status_of(work, request.form.get("receipt", "")[:MOST_RECEIPT])
    except NotFound:
        return None


def _status(said: str, errors: dict[str, str] | None = None, values: dict[str, str] | None = None) -> Answer:
    found, receipt = _looked_up(current_work()), request.form.get("receipt", "").strip()[:MOST_RECEIPT]
    page = render(
        "incidents/status.html",
        status=found,
        receipt=receipt,
        missing=found is None,
        errors=errors or {},
        values=values or {},
        said=said if found is not None else "",
    )
    return page, 404 if found is None else 422 if errors else 200


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


def _photo_faults(sent: PostedFiles) -> dict[str, str]:
    if sent.faults:
        return {"photos": in_readers_language(sent.faults[0])}
    if len(sent.files) > MOST_PHOTOS:
        return {"photos": _("最多%(most)s张照片，多余的没有保留。", most=MOST_PHOTOS)}
    if any(not str(each["media_type"]).startswith("image/") for each in sent.files):
        return {"photos": _("这里只收照片。")}
    return {}


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
        photos=[each for each in photos if str(each["media_type"]).startswith("image/")],
        most_photos=MOST_PHOTOS,
        counties=[(each, [unit for unit in townships if unit.parent_code == each.code]) for each in counties],
        longest=LONGEST,
        key=request.form.get("idempotency_key") or new_id(),
        seed=new_id(),
    )
