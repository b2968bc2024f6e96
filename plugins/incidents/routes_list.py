"""Pages of many incidents for officials: the list by territory and department, also as a table; who is supervised."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from engine.core_api import TIMEZONE, Forbidden
from plugins.catalogue.api import Item
from plugins.incidents.incident_list import (
    PAGE,
    WORKER,
    IncidentFilter,
    IncidentLine,
    due_times,
    incidents,
    leads,
    supervised,
)
from plugins.incidents.lifecycle import IncidentState
from plugins.incidents.list_choices import ListChoices, list_choices
from plugins.incidents.reporters import may_look
from plugins.incidents.reporting import URGENCIES
from plugins.incidents.supervision_list import PAGE as MEASURES
from plugins.incidents.supervision_list import may_supervise, measures, standings
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    Response,
    WebPart,
    _,
    current_language,
    current_work,
    lazy_gettext,
    render,
    request,
)

lists = Blueprint("incident_list", __name__, template_folder="templates", url_prefix="/incidents")

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

PART = WebPart(lists, [MenuEntry(lazy_gettext("事件"), "incident_list.show_list", READERS)])

MOST_ROWS: Final = 5000
FORMULA: Final = frozenset("=+-@＝＋－＠|%")
"""What a cell must not begin with, full-width signs too: a spreadsheet in Chinese takes them for the others."""
CODES: Final = ("county", "township", "grid", "item", "department")

Answer = Any
"""What a view returns; Flask turns it into a response."""


@lists.get("")
def show_list() -> Answer:
    """List the incidents that the reader may see, those that are overdue first."""
    work, wanted = current_work(), _wanted()
    found = incidents(work, wanted, PAGE + 1)
    lines = found[:PAGE]
    nos = [each.no for each in lines]
    choices = list_choices(work, wanted.township)
    return render(
        "incidents/list.html",
        lines=lines,
        wanted=wanted,
        more=len(found) > PAGE,
        dues=due_times(work, nos),
        leads=leads(work, nos),
        supervised=supervised(work, nos),
        now=work.clock.now(),
        choices=choices,
        items=[(code, _called(item) if item else code) for code, item in choices.items],
        names=dict([*choices.townships, *choices.counties]),
        states=[str(state) for state in IncidentState],
        urgencies=URGENCIES,
        arguments={name: value for name, value in request.args.items() if name != "page"},
        narrowed=_narrowed(wanted),
        may_export=may_look(work),
        may_supervise=may_supervise(work),
    )


@lists.get("/export.csv")
def export() -> Answer:
    """Return what the list shows, all pages of it, as a table: for the platform. No word of who reported (I20)."""
    work = current_work()
    if not may_look(work):
        raise Forbidden(group="agency_clerk")
    lines = incidents(work, _wanted(), MOST_ROWS)
    nos = [each.no for each in lines]
    dues, held, told = due_times(work, nos), leads(work, nos), supervised(work, nos)
    choices = list_choices(work)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    heads = [_("编号"), _("标题"), _("紧急程度"), _("状态"), _("事项"), _("网格"), _("乡镇（街道）"), _("主办部门")]
    writer.writerow([*heads, _("督办"), _("上报时间"), _("办理期限"), _("结案时间")])
    for each in lines:
        moments = (each.reported_at, dues.get(each.no), each.closed_at)
        row = [*_row(each, choices), held.get(each.no), _("是") if each.no in told else ""]
        writer.writerow([_cell(value) for value in row] + [_local(moment) for moment in moments])
    response = Response("\ufeff" + sheet.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=incidents.csv"
    return response


@lists.get("/supervision")
def supervision() -> Answer:
    """Show those who supervise how the departments stand, and what was said to them."""
    work, page = current_work(), _page_number()
    found = measures(work, page)
    return render(
        "incidents/supervision.html",
        standings=standings(work),
        measures=found[:MEASURES],
        page=page,
        more=len(found) > MEASURES,
    )


def _wanted() -> IncidentFilter:
    codes: dict[str, Any] = {name: request.args.get(name, "").strip()[:100] for name in CODES}
    return IncidentFilter(
        state=request.args.get("state", "open"),
        urgency=request.args.get("urgency", ""),
        search=request.args.get("search", "").strip()[:100],
        overdue=bool(request.args.get("overdue")),
        supervised=bool(request.args.get("supervised")),
        page=_page_number(),
        **codes,
    )


def _page_number() -> int:
    page = request.args.get("page", "")
    return int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 and int(page) else 1


def _narrowed(wanted: IncidentFilter) -> bool:
    """Return whether something is asked for beyond what is under way."""
    given: Mapping[str, object] = asdict(wanted) | {"state": "" if wanted.state == "open" else "other", "page": ""}
    return any(given.values())


def _row(each: IncidentLine, choices: ListChoices) -> Sequence[str | None]:
    names, items = dict(choices.townships), dict(choices.items)
    item = items.get(each.item or "")
    called = f"{each.item} {item.name_zh}" if item else each.item
    return [each.no, each.title, each.urgency, each.state, called, each.grid, names.get(each.township or "")]


def _called(item: Item) -> str:
    return item.name_en if current_language() == "en" and item.name_en else item.name_zh


def _cell(value: Any) -> str:
    """Return a value that a spreadsheet does not take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip()[:1] in FORMULA else text


def _local(moment: Any) -> str:
    return f"{moment.astimezone(TIMEZONE):%Y-%m-%d %H:%M}" if moment else ""
