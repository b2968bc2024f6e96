"""Pages of incidents for officials: the list, one incident, its reporter for the platform, requests of departments."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import TIMEZONE, Forbidden, FormInvalid, Message, OrgUnit, new_id
from plugins.incidents.incident_list import (
    PAGE,
    WORKER,
    IncidentFilter,
    IncidentLine,
    due_times,
    incident_of,
    incidents,
)
from plugins.incidents.incident_page import page_of
from plugins.incidents.lifecycle import IncidentState
from plugins.incidents.reporters import Reporter, may_look, reveal_reporter
from plugins.incidents.reporting import URGENCIES
from plugins.incidents.requests import RequestKind, ask
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    Response,
    WebPart,
    _,
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

pages = Blueprint("incidents", __name__, template_folder="templates", url_prefix="/incidents")

READERS: Final = frozenset(
    {
        WORKER,
        "township_clerk",
        "township_leader",
        "agency_clerk",
        "county_reviewer",
        "county_leader",
        "city_agency",
        "department_staff",
        "department_leader",
        "auditor",
    }
)
"""Who has the list in the menu; which incidents it has is decided by territory and department."""

PART = WebPart(pages, [MenuEntry(lazy_gettext("事件"), "incidents.show_list", READERS)])

MOST_ROWS: Final = 5000
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


@pages.get("")
def show_list() -> Answer:
    """List the incidents that the reader may see, those that are overdue first."""
    work, wanted = current_work(), _wanted()
    found = incidents(work, wanted, PAGE + 1)
    lines = found[:PAGE]
    return render(
        "incidents/list.html",
        lines=lines,
        wanted=wanted,
        more=len(found) > PAGE,
        dues=due_times(work, [each.no for each in lines]),
        now=work.clock.now(),
        names=_names(lines),
        states=[str(state) for state in IncidentState],
        urgencies=URGENCIES,
        arguments={name: value for name, value in request.args.items() if name != "page"},
        may_export=may_look(work),
    )


@pages.get("/export.csv")
def export() -> Answer:
    """Return what the list shows, all pages of it, as a table: for the platform. No word of who reported (I20)."""
    work = current_work()
    if not may_look(work):
        raise Forbidden(group="agency_clerk")
    lines = incidents(work, _wanted(), MOST_ROWS)
    dues, names = due_times(work, [each.no for each in lines]), _names(lines)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    heads = [_("编号"), _("标题"), _("紧急程度"), _("状态"), _("事项"), _("网格"), _("乡镇（街道）")]
    writer.writerow([*heads, _("上报时间"), _("办理期限"), _("结案时间")])
    for each in lines:
        moments = (each.reported_at, dues.get(each.no), each.closed_at)
        row = [each.no, each.title, each.urgency, each.state, each.item, each.grid, names.get(each.township or "")]
        writer.writerow([_cell(value) for value in row] + [_local(moment) for moment in moments])
    response = Response("\ufeff" + sheet.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=incidents.csv"
    return response


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


def _wanted() -> IncidentFilter:
    given = {name: request.args.get(name, "").strip()[:100] for name in ("grid", "item", "department", "township")}
    page = request.args.get("page", "")
    return IncidentFilter(
        state=request.args.get("state", "open"),
        urgency=request.args.get("urgency", ""),
        search=request.args.get("search", "").strip()[:100],
        overdue=bool(request.args.get("overdue")),
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 and int(page) else 1,
        **given,
    )


def _names(lines: list[IncidentLine]) -> dict[str, str]:
    codes = {each.township for each in lines if each.township}
    select = sa.select(OrgUnit.code, OrgUnit.name).where(OrgUnit.code.in_(codes))
    return {code: name for code, name in current_work().session.execute(select)}


def _cell(value: Any) -> str:
    """Return a value that a spreadsheet does not take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def _local(moment: Any) -> str:
    return f"{moment.astimezone(TIMEZONE):%Y-%m-%d %H:%M}" if moment else ""
