"""The studio's pages: the processes, one to draw on, its versions, and what one has different from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import may_design
from engine.bpmn.blank import blank
from engine.bpmn.revision import revise
from engine.designing import changes_to, check_key, obstacle
from engine.errors import Forbidden, KeyTaken, NotFound
from web import studio_view
from web.folders import Folder, Standing, bundles, look_at
from web.request import current_actor, current_work
from web.texts import gettext, in_readers_language

if TYPE_CHECKING:
    from engine.services.versions import Version
    from engine.tables.drafts import ProcessDraft

pages = Blueprint("studio", __name__, url_prefix="/studio")

FOLDER = "PROCESSES_FOLDER"
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One process as the list shows it. `version` is None for one that is drawn and was never deployed."""

    key: str
    name: str
    version: Version | None
    active: Sequence[tuple[int, int]]
    draft: ProcessDraft | None
    why_readonly: str


@pages.before_request
def enter() -> None:
    """Let designers in, and nobody else."""
    if not may_design(current_actor()):
        raise Forbidden


@pages.get("/")
def show() -> ResponseReturnValue:
    """The processes, and what is different on disk."""
    return _list_page()


def _list_page(refusal: str = "") -> str:
    search = request.args.get("search", "").strip()
    rows = [row for row in _rows() if search.lower() in f"{row.key} {row.name}".lower()]
    return render_template(
        "studio/list.html", rows=rows, search=search, folders=_folders_apart(), refusal=refusal, given=request.form
    )


def _rows() -> list[Row]:
    work = current_work()
    drafts = {draft.key: draft for draft in work.drafts.all()}
    active = work.versions.active()
    rows = []
    for version in work.versions.latest():
        key, why = version.definition.key, studio_view.why_not(work, version)
        counts = sorted(active.get(key, {}).items(), reverse=True)
        name = studio_view.name_of(work, version)
        rows.append(Row(key, name, version, counts, drafts.pop(key, None), why))
    begun = [Row(key, studio_view.drawn_name(draft.files, key), None, (), draft, "") for key, draft in drafts.items()]
    return begun + rows


def _folders_apart() -> list[Folder]:
    """Return the folders that somebody should look at: not those that the studio has simply gone beyond."""
    work = current_work()
    found = (look_at(work, bundle) for bundle in bundles(_processes()))
    return [
        folder
        for folder in found
        if folder.standing is Standing.APART or (folder.standing is Standing.PASSED and not folder.drawn)
    ]


def _processes() -> Path:
    return Path(current_app.config[FOLDER])


@pages.post("/")
def begin() -> ResponseReturnValue:
    """Begin a new process: a draft with an empty diagram."""
    work = current_work()
    key = request.form.get("key", "").strip()
    name = request.form.get("name", "").strip()[:NAME_LENGTH]
    try:
        check_key(work, key)
        if not name:
            raise KeyTaken(gettext("请填写流程的名称。"), key=key)
    except KeyTaken as taken:
        return _list_page(in_readers_language(str(taken))), 422
    if work.drafts.of(key) is None:
        work.drafts.keep(key, {f"{key}.bpmn": blank(key, name)}, 0)
    return redirect(url_for("studio.edit", key=key))


@pages.get("/<key>")
def edit(key: str) -> ResponseReturnValue:
    """The process on the drawing board; `?version=n`: an older version, to look at."""
    number = request.args.get("version", type=int)
    found = studio_view.bundle(current_work(), key, number)
    del found["files"]
    return render_template("studio/edit.html", process=found, number=number)


@pages.get("/<key>/versions")
def versions(key: str) -> ResponseReturnValue:
    """The versions of a process: by whom, when, why, and the instances on each."""
    work = current_work()
    found = work.versions.of(key)
    return render_template(
        "studio/versions.html",
        key=key,
        name=studio_view.name_of(work, found[0]),
        versions=found,
        draft=work.drafts.of(key),
        why_readonly=studio_view.why_not(work, found[0]),
        folder=found[0].deployment.name in {folder.name for folder in _folders_apart()},
    )


@pages.get("/<key>/compare")
def compare(key: str) -> ResponseReturnValue:
    """What a version has different from another: `?old=1&new=2`."""
    work = current_work()
    old, new = (
        work.versions.one(key, request.args.get(side, type=int) or work.definitions.latest(key).version)
        for side in ("old", "new")
    )
    files = [work.versions.files(version.deployment.id) for version in (old, new)]
    return render_template(
        "studio/diff.html",
        key=key,
        name=studio_view.name_of(work, new),
        old=old,
        new=new,
        found=studio_view.differences(revise(files[0], files[1], work.feel)),
    )


@pages.post("/<key>/versions/<int:number>/draft")
def take(key: str, number: int) -> ResponseReturnValue:
    """Make an older version the actor's draft."""
    work = current_work()
    files = work.versions.files(work.versions.one(key, number).deployment.id)
    return _taken(key, files, gettext("已将第 %(number)d 版放入草稿；检查后可重新部署。", number=number))


@pages.post("/<key>/folder/draft")
def take_folder(key: str) -> ResponseReturnValue:
    """Make what the folder on disk holds the actor's draft."""
    name = current_work().versions.one(key).deployment.name
    found = next((bundle for bundle in bundles(_processes()) if bundle.name == name), None)
    if found is None:
        raise NotFound(key=key)
    return _taken(key, dict(found.files), gettext("已将磁盘上的文件放入草稿；检查后可重新部署。"))


def _taken(key: str, files: dict[str, bytes], said: str) -> ResponseReturnValue:
    work = current_work()
    newest = work.versions.one(key)
    if refusal := obstacle(work, newest):
        raise refusal
    if work.drafts.of(key) is not None and not request.form.get("replace"):
        flash(gettext("您已有草稿；要替换它，请先勾选“替换我的草稿”。"), "error")
        return redirect(url_for("studio.versions", key=key))
    changes = changes_to(files, work.versions.files(newest.deployment.id))
    work.drafts.keep(key, changes, newest.definition.version)
    flash(said)
    return redirect(url_for("studio.edit", key=key))
