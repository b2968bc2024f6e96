"""Pages of one incident for officials: its course, its reporter for the platform, requests of departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.core_api import Forbidden, FormInvalid, ProcessInstance, new_id
from engine.plugin_api import BusinessError
from plugins.incidents.advice import called, may_be_advised, report_for_plugins, rulings_like
from plugins.incidents.incident_list import (
    incident_of,
)
from plugins.incidents.incident_page import page_of
from plugins.incidents.reporters import Reporter, reveal_reporter
from plugins.incidents.requests import RequestKind, ask
from plugins.incidents.supplements import check, photo_of, supplement
from web.plugin_api import (
    Blueprint,
    WebPart,
    _,
    current_language,
    current_work,
    fingerprint,
    in_readers_language,
    posted_files,
    posted_key,
    redirect,
    render,
    request,
    send_attachment,
    suggestions,
    takes_files,
    url_for,
)

pages = Blueprint("incidents", __name__, template_folder="templates", url_prefix="/incidents")

PART = WebPart(pages)

ASKED: Final[Mapping[RequestKind, tuple[str, ...]]] = {
    RequestKind.EXTENSION: ("new_due", "reason", "engineering", "told_reporter"),
    RequestKind.SUSPENSION: ("kind", "review_date", "interim_measures", "reason"),
    RequestKind.RESUME: ("reason",),
    RequestKind.TERMINATION: ("reason",),
}
"""What a department says with each request."""
TICKED: Final = ("engineering", "told_reporter")
"""What is said with a tick."""
OPTIONAL: Final = {*((RequestKind.EXTENSION, name) for name in TICKED), (RequestKind.RESUME, "reason")}

Answer = Any
"""What a view returns; Flask turns it into a response."""


@pages.get("/<no>")
def show(no: str) -> Answer:
    """Show one incident."""
    return _page(no)


@pages.post("/<no>/reporter")
def show_reporter(no: str) -> Answer:
    """Show the platform who reported, for a reason that is kept with who looked."""
    try:
        reporter = reveal_reporter(current_work(), no, request.form.get("reason", ""))
    except FormInvalid as refused:
        return _page(no, {"look": in_readers_language(refused.errors["reason"][0])}), 422
    return _page(no, reporter=reporter)


@pages.get("/<no>/advice")
def show_advice(no: str) -> Answer:
    """Show whoever decides on an incident what plugins suggest about it, and how disputes like it were ruled on."""
    work = current_work()
    incident = incident_of(work, no)
    if not may_be_advised(work):
        raise Forbidden(group="agency_clerk")
    rulings = rulings_like(work, incident)
    instance = work.session.get(ProcessInstance, incident.instance_id)
    # what is sensitive is told to no plugin (I20)
    asked = instance is not None and not incident.sensitive
    found = suggestions(report_for_plugins(incident), instance) if asked and instance else []
    whole = request.headers.get("HX-Request") != "true"
    shown = [
        (each, called(current_work(), incident.county, each, english=current_language() == "en")) for each in found
    ]
    return render("incidents/advice.html", no=no, suggestions=shown, rulings=rulings, whole=whole)


@pages.post("/<no>/supplement")
@takes_files
def add(no: str) -> Answer:
    """Add what has become known since, with photos; sent twice by one form it is added once."""
    incident_of(current_work(), no)  # before files are read for nothing
    text, sent = request.form.get("text", ""), posted_files("photos", kept_for=posted_key())
    work = current_work()  # not before: reading files ends the one that was

    def do() -> dict[str, str]:
        supplement(work, no, text, sent.files)
        return {"no": no}

    try:
        if sent.faults:
            raise FormInvalid(errors={"photos": sent.faults})
        check(work, no, text)  # before `once`, which takes back the photos too when it fails
        work.once(posted_key(), fingerprint(request.path, [text, sent.same]), do)
    except FormInvalid as refused:
        errors = {name: in_readers_language(said[0]) for name, said in refused.errors.items()}
        return _page(no, errors, values={"text": text}, photos=sent.files), 422
    return redirect(url_for("incidents.show", no=no, added=1))


@pages.get("/<no>/photos/<attachment_id>")
def photo(no: str, attachment_id: str) -> Answer:
    """Send a file that came with a supplement; `?size=small`: the preview of a picture."""
    small = request.args.get("size") == "small"
    return send_attachment(photo_of(current_work(), no, attachment_id, small=small))


@pages.post("/<no>/referrals/<referral_no>/<kind>")
def request_of(no: str, referral_no: str, kind: str) -> Answer:
    """Ask for more time, a suspension, its end, or the end of a referral, in its department's name."""
    work = current_work()
    incident_of(work, no)
    asked = next((each for each in RequestKind if each == kind), None)
    fields = ASKED[asked] if asked else ()
    values = {name: request.form.get(name, "").strip()[:1000] for name in fields}
    missing = [name for name, value in values.items() if not value and (asked, name) not in OPTIONAL]
    if asked is None or missing:
        errors = {f"{kind}-{referral_no}": _("还没有提交：请把“申请”中的各项填写完整。")}
        return _page(no, errors, values=values), 422
    content = {name: bool(value) if name in TICKED else value for name, value in values.items()}

    def do() -> dict[str, str]:
        ask(work, referral_no, asked, content)
        return {"no": no}

    try:
        work.once(posted_key(), fingerprint(request.path, values), do)
    except BusinessError as refused:
        return _page(no, {f"{kind}-{referral_no}": _against(refused)}, values=values), 422
    return redirect(url_for("incidents.show", no=no, asked=kind))


def _page(
    no: str,
    errors: Mapping[str, str] = {},
    *,
    reporter: Reporter | None = None,
    values: Mapping[str, str] = {},
    photos: Sequence[Mapping[str, Any]] = (),
) -> str:
    work = current_work()
    return render(
        "incidents/incident.html",
        page=page_of(work, no),
        revealed=reporter,
        errors=errors,
        values=values,
        photos=photos,
        supplement_key=request.form.get("idempotency_key") or new_id(),
        now=work.clock.now(),
        fields=ASKED,
        optional=OPTIONAL,
        ticked=TICKED,
        key=new_id,
        asked=bool(request.args.get("asked")),
        added=bool(request.args.get("added")),
    )


def _against(refused: BusinessError) -> str:
    """Return in the reader's language why something is not possible."""
    found: Mapping[str, Any] = next(iter(refused.variables.get("findings", ())), {})
    return str(found.get(f"message_{current_language()}") or refused)
