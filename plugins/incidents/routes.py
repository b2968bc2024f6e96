"""Pages of one incident for officials: its course, its reporter for the platform, requests of departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.core_api import FormInvalid, Message, new_id
from plugins.incidents.incident_list import (
    incident_of,
)
from plugins.incidents.incident_page import page_of
from plugins.incidents.reporters import Reporter, reveal_reporter
from plugins.incidents.requests import RequestKind, ask
from web.plugin_api import (
    Blueprint,
    WebPart,
    _,
    current_work,
    fingerprint,
    gettext,
    posted_key,
    redirect,
    render,
    request,
    url_for,
)

pages = Blueprint("incidents", __name__, template_folder="templates", url_prefix="/incidents")

PART = WebPart(pages)

ASKED: Final[Mapping[RequestKind, tuple[str, ...]]] = {
    RequestKind.EXTENSION: ("new_due", "reason", "told_reporter"),
    RequestKind.SUSPENSION: ("kind", "review_date", "interim_measures", "reason"),
    RequestKind.RESUME: ("reason",),
    RequestKind.TERMINATION: ("reason",),
}
"""What a department says with each request."""
OPTIONAL: Final = {(RequestKind.EXTENSION, "told_reporter"), (RequestKind.RESUME, "reason")}

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
        return _page(no, {"look": _said(refused.errors["reason"][0])}), 422
    return _page(no, reporter=reporter)


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
    content: dict[str, Any] = dict(values)
    if asked is RequestKind.EXTENSION:
        content["told_reporter"] = bool(values["told_reporter"])

    def do() -> dict[str, str]:
        ask(work, referral_no, asked, content)
        return {"no": no}

    work.once(posted_key(), fingerprint(request.path, values), do)
    return redirect(url_for("incidents.show", no=no, asked=kind))


def _page(
    no: str, errors: Mapping[str, str] = {}, *, reporter: Reporter | None = None, values: Mapping[str, str] = {}
) -> str:
    work = current_work()
    return render(
        "incidents/incident.html",
        page=page_of(work, no),
        revealed=reporter,
        errors=errors,
        values=values,
        now=work.clock.now(),
        fields=ASKED,
        optional=OPTIONAL,
        key=new_id,
        asked=bool(request.args.get("asked")),
    )


def _said(message: Any) -> str:
    return gettext(message.msgid, **message.params) if isinstance(message, Message) else str(message)
