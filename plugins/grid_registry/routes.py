"""The pages of grid division: the township's grids, one grid, the proposals, and what the changes editor asks for.

The only file of the plugin that knows HTTP. Everything is scoped by the actor's posts; nothing here changes a grid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from engine.core_api import NotFound, OrgUnit, today
from plugins.grid_registry import api, reach, watch
from plugins.grid_registry.difference_view import difference_view
from plugins.grid_registry.editor import read
from plugins.grid_registry.form_field import changes_field
from plugins.grid_registry.overview import grid_drawing, outline_collection, overview_of, unit_collection
from plugins.grid_registry.reports import STAFF, readable, sheet
from plugins.grid_registry.said import Said, by_field, named_in, said_of, said_of_attached
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    WebPart,
    abort,
    attached,
    current_actor,
    current_language,
    current_work,
    gettext,
    jsonify,
    lazy_gettext,
    read_only,
    redirect,
    render,
    request,
    translated,
    url_for,
)

pages = Blueprint("grids", __name__, template_folder="templates", url_prefix="/grids")

Answer = Any
"""What a view returns; Flask turns it into a response."""


@dataclass(frozen=True, slots=True)
class EditorField:
    """The changes editor outside a form: what its template knows of a field (`web`'s FieldView, the part it uses)."""

    name: str
    label: str
    view: Mapping[str, Any]
    errors: Sequence[str] = field(default_factory=tuple)
    disabled: bool = False

    @property
    def id(self) -> str:
        """The element's id, the same as in the form."""
        return f"f-{self.name}"


@pages.get("")
def overview() -> Answer:
    """Show a township's communities, grids and units, on a map and in tables, on the day asked for."""
    work, actor = current_work(), current_actor()
    choices = reach.townships(work.session, actor)
    township = _chosen_township(choices)
    if township is None:
        return render("grid_registry/nowhere.html")
    as_of = _chosen_day()
    picture = api.township_picture(work.session, township.code, as_of)
    return render(
        "grid_registry/overview.html",
        choices=choices,
        township=township,
        as_of=as_of or today(work.clock),
        is_today=as_of is None,
        wrong_day=as_of is None and bool(request.args.get("as_of")),
        shown=overview_of(picture, api.verdicts(work, picture.grids)),
        proposals=_told(api.proposals(work.session, township.path, limit=10)),
        may_propose=reach.may_propose(actor, township.code),
    )


@pages.get("/map.json")
def map_json() -> Answer:
    """Return two GeoJSON FeatureCollections: `units`, each with its grid, label and pattern; `grids`, the outlines."""
    work = current_work()
    township = reach.reachable(work.session, current_actor(), request.args.get("township", ""))
    as_of = _chosen_day()
    shown = overview_of(api.township_picture(work.session, township.code, as_of), {})
    return jsonify(units=unit_collection(shown), grids=outline_collection(shown))


@pages.get("/proposals")
def proposals() -> Answer:
    """List the proposals of all townships the actor may read, the latest first."""
    work = current_work()
    found = {p.no: p for post in current_actor().posts for p in api.proposals(work.session, post.path)}
    latest = sorted(found.values(), key=lambda proposal: (proposal.created_at, proposal.no), reverse=True)
    own = [unit for unit in reach.townships(work.session, current_actor()) if _may_propose(unit)]
    return render("grid_registry/proposals.html", proposals=_told(latest), own=own)


@pages.post("/proposals/new")
def new_proposal() -> Answer:
    """Start a proposal for a township and go to its first task."""
    work = current_work()
    township = reach.reachable(work.session, current_actor(), request.form.get("township", ""))
    no = api.register_proposal(work, township.code)
    instance_id = api.proposal(work.session, no).instance_id
    opened = next((task for task in work.tasks.of_instance(instance_id) if task.state == "open"), None)
    return redirect(url_for("task.show", task_id=opened.id) if opened else url_for("grids.proposal", no=no))


@pages.get("/proposals/<no>")
def proposal(no: str) -> Answer:
    """Show one proposal: where it stands, what it says, before and after."""
    work = current_work()
    found = api.proposal(work.session, no)
    instance = work.instances.get(found.instance_id)
    tasks = work.tasks.of_instance(instance.id)
    try:
        shown = difference_view(api.difference(work.session, no, _verdicts(tasks)), found)
    except NotFound:
        shown = {"difference": None, "proposal": found, "plan": {}}
    definition = work.definitions.of(found.definition_id)
    open_tasks = [(task.id, translated(definition, task.name)) for task in tasks if task.state == "open"]
    (told,) = _told([found])
    return render("grid_registry/proposal.html", shown=shown, proposal=told, open_tasks=open_tasks)


@pages.get("/reports")
def reports() -> Answer:
    """List the departments' reports of which the actor may see something."""
    found = readable(current_work().reports, current_actor())
    return render("grid_registry/reports.html", reports=found, words=_language())


@pages.get("/reports/<plugin>/<name>")
def report(plugin: str, name: str) -> Answer:
    """Show a department's report, with the rows of the actor's territory."""
    work = current_work()
    found = next((each for each in work.reports if (each.plugin, each.name) == (plugin, name)), None)
    if found is None:
        raise NotFound(report=name)
    return render("grid_registry/report.html", sheet=sheet(work.session, found, current_actor(), _language()))


def _language() -> str:
    return "en" if current_language() == "en" else "zh"


@pages.get("/findings")
def findings() -> Answer:
    """Show the auditor what looks like divisions of departments' own, open findings first."""
    work = current_work()
    work.require(watch.AUDITOR)
    return _findings_page("")


@pages.post("/findings/<finding_id>/review")
def review_finding(finding_id: str) -> Answer:
    """Note what the auditor says of a finding, with the reason."""
    work, reason = current_work(), request.form.get("reason", "")
    work.require(watch.AUDITOR)
    if not reason.strip():
        return _findings_page(finding_id), 422
    watch.review(work.session, current_actor(), finding_id, reason, work.clock.now())
    return redirect(url_for("grids.findings"))


def _findings_page(missing: str) -> str:
    words = {
        "shape": gettext("以文字保存的图形"),
        "places": gettext("地点清单"),
        "unknown_grid": gettext("登记册中没有的网格"),
        "grouping": gettext("把网格或单元归并分组"),
        "unreadable": gettext("数据无法读取"),
    }
    found = watch.findings(current_work().session)
    return render("grid_registry/findings.html", findings=found, words=words, missing=missing)


@pages.get("/<code>")
def grid(code: str) -> Answer:
    """Show one grid: units, figures, names, lineage, and the proposal and process instance that made it."""
    work = current_work()
    detail = api.grid(work.session, code)
    township = reach.reachable(work.session, current_actor(), _township_of(detail))
    verdict = api.verdicts(work, [detail.grid]).get(code)
    picture = api.township_picture(work.session, township.code, None)
    return render(
        "grid_registry/grid.html",
        detail=detail,
        township=township,
        community=next((c for c in picture.communities if c.code == detail.grid.community), None),
        verdict=verdict if detail.grid.status == "active" else None,
        sheet=grid_drawing(detail),
    )


@pages.post("/editor")
@read_only
def editor() -> Answer:
    """Return the changes editor as the posted form has it, after the pressed button: for the script, without saving."""
    key = request.form.get("key", "changes")
    picture = _posted_picture(request.form.get(f"{key}.township", ""))
    changes = read(key, request.form)
    view = changes_field(key, changes, picture)
    seen = api.preview(current_work(), picture.township, {"base_revision": picture.revision, "changes": changes})
    return render(
        "grid_registry/changes_editor.html",
        field=EditorField(key, request.form.get("label", ""), view),
        errors={},
        findings=by_field(_said(seen, changes, picture, key)),
        draft_url=request.form.get("draft_url", ""),
    )


@pages.post("/preview")
@read_only
def preview() -> Answer:
    """Return what a plan would give, as JSON: a piece of page for each resulting grid, and the findings.

    Body: `{"township": code, "changes": [...]}`. Answer: `{"grids": [{field, required, html}], "findings":
    [{field, severity, message}], "summary": text}`.
    """
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or not isinstance(asked.get("changes"), list):
        abort(400)
    picture = _posted_picture(str(asked.get("township", "")))
    plan = {"base_revision": picture.revision, "changes": asked["changes"]}
    seen = api.preview(current_work(), picture.township, plan)
    return jsonify(
        grids=[
            {
                "field": result.field,
                "required": result.verdict is not None and result.verdict.justification_required,
                "html": render("grid_registry/result.html", result=result),
            }
            for result in seen.grids
        ],
        findings=[asdict(said) for said in _said(seen, asked["changes"], picture)],
        summary=render("grid_registry/summary.txt", grids=seen.grids).strip(),
    )


def _said(seen: api.Preview, changes: Sequence[Any], picture: api.TownshipPicture, name: str = "changes") -> list[Said]:
    """Return what is said of a plan: its findings, and what hangs on the grids that it would change."""
    english = current_language() == "en"
    named = named_in(changes, {grid.code for grid in picture.grids})
    hanging = attached("grid", named) if named else []
    return [*said_of(seen, english=english), *said_of_attached(changes, hanging, english=english, name=name)]


def _told(found: Sequence[api.Proposal]) -> list[api.Proposal]:
    """Return proposals with their milestones in the reader's language."""
    definitions = current_work().definitions
    return [replace(each, milestone=translated(definitions.of(each.definition_id), each.milestone)) for each in found]


def _chosen_township(choices: list[OrgUnit]) -> OrgUnit | None:
    """Return the township asked for, or the actor's own; raise NotFound for one out of reach."""
    code = request.args.get("township")
    return (
        reach.reachable(current_work().session, current_actor(), code) if code else reach.home(current_actor(), choices)
    )


def _chosen_day() -> date | None:
    """Return the day asked for; None for none, or for what is not a day."""
    try:
        return date.fromisoformat(request.args.get("as_of", ""))
    except ValueError:
        return None


def _posted_picture(township: str) -> api.TownshipPicture:
    session = current_work().session
    return api.township_picture(session, reach.reachable(session, current_actor(), township).code)


def _verdicts(tasks: Sequence[Any]) -> Any:
    """Return what the size rule said of the last plan that was checked: the latest task that was given it."""
    found = (current_work().tasks.form_context(task).variables.get("verdicts") for task in reversed(tasks))
    return next((verdicts for verdicts in found if verdicts), ())


def _township_of(detail: api.GridDetail) -> str:
    unit = current_work().session.get(OrgUnit, detail.grid.community)
    return (unit.parent_code or "") if unit else ""


def _may_propose(unit: OrgUnit) -> bool:
    return reach.may_propose(current_actor(), unit.code)


PARTS = [
    WebPart(
        pages,
        [
            MenuEntry(lazy_gettext("网格划分"), "grids.overview"),
            MenuEntry(lazy_gettext("部门报表"), "grids.reports", frozenset({STAFF, watch.AUDITOR})),
            MenuEntry(lazy_gettext("另行划分线索"), "grids.findings", frozenset({watch.AUDITOR})),
        ],
    )
]
