"""Pages for whoever reported, by the receipt and without a login: where it stands, add to it, rate it, ask again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.core_api import FormInvalid, NotFound, Work, new_id
from plugins.incidents.photos import MOST_PHOTOS, fault_of, pictures
from plugins.incidents.public_status import PublicStatus, status_of
from plugins.incidents.requests import AnswerKind, answer
from plugins.incidents.supplements import check, supplement_by_reporter
from web.plugin_api import (
    Blueprint,
    WebPart,
    _,
    current_work,
    fingerprint,
    in_readers_language,
    posted_files,
    posted_key,
    read_only,
    render,
    request,
    takes_files,
    visitors_limited,
)

pages = Blueprint("follow", __name__, template_folder="templates", url_prefix="/report")
PART = WebPart(pages, public=True)

Answer = Any
"""What a view returns; Flask turns it into a response."""

SOLVED: Final = ("yes", "partly", "no")
MOST_COMMENT: Final = 1000
MOST_RECEIPT: Final = 40


@pages.get("/status")
def ask_status() -> Answer:
    """Ask for the receipt."""
    return render("incidents/status.html", status=None, receipt="", missing=False, errors={}, values={}, said="")


@pages.post("/status")
@read_only
@visitors_limited("60 per hour", "1200 per hour")
def show_status() -> Answer:
    """Show where a report stands. The receipt is posted, so that it is in no address and no log."""
    return _status("")


@pages.post("/rate")
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


@pages.post("/reopen")
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


@pages.post("/supplement")
@visitors_limited("20 per hour", "300 per hour")
@takes_files
def add() -> Answer:
    """Take what the reporter has to add, with photos; sent twice by one form it is added once."""
    values, no = {"text": request.form.get("text", "")}, _known(current_work())
    if no is None:
        return _status("")  # nothing is kept of what nobody was asked for
    sent = posted_files("photos", kept_for=posted_key())
    work, photos = current_work(), pictures(sent.files)  # not before: reading files ends the one that was
    fault = fault_of(sent.files, sent.faults)

    def do() -> dict[str, str]:
        supplement_by_reporter(work, no, values["text"], photos)
        return {"no": no}

    try:
        if fault is not None:
            raise FormInvalid(errors={"photos": [fault]})
        check(work, no, values["text"])  # before `once`, which takes back the photos too when it fails
        work.once(posted_key(), fingerprint(request.path, [no, values, sent.same]), do)
    except FormInvalid as refused:
        said = {name: in_readers_language(texts[0]) for name, texts in refused.errors.items()}
        return _status("", said, values, photos)
    return _status(_("已补充，办理的单位看得到。"))


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


def _status(
    said: str,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    photos: Sequence[Mapping[str, Any]] = (),
) -> Answer:
    found, receipt = _looked_up(current_work()), request.form.get("receipt", "").strip()[:MOST_RECEIPT]
    page = render(
        "incidents/status.html",
        status=found,
        receipt=receipt,
        missing=found is None,
        errors=errors or {},
        values=values or {},
        said=said if found is not None else "",
        photos=photos,
        most_photos=MOST_PHOTOS,
        key=(request.form.get("idempotency_key") if errors else "") or new_id(),
    )
    return page, 404 if found is None else 422 if errors else 200
