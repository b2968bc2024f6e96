"""The page of one task: show, claim, release, save a draft, complete. Works without JavaScript."""

from __future__ import annotations

from types import MappingProxyType

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import may_do
from engine.errors import EngineError, FormInvalid, NotFound
from engine.form_files import file_paths
from engine.tables.tasks import UserTask
from engine.types import Variables
from web import errors
from web.form_hidden import hidden_fields
from web.idempotency import fingerprint, posted_key
from web.posted import change_rows, posted_values
from web.request import current_engine, current_work, read_only, takes_files, work_scope
from web.task_view import Attempt, form_of, task_page
from web.texts import gettext, in_readers_language
from web.uploads import Kept, are_sent, keep_files, read_files, sent_digests

pages = Blueprint("task", __name__, url_prefix="/tasks")


@pages.get("/<task_id>")
def show(task_id: str) -> ResponseReturnValue:
    """The task with its form."""
    return _page(task_id)


@pages.post("/<task_id>")
@takes_files
def complete(task_id: str) -> ResponseReturnValue:
    """Complete the task with what was filled in; a repeated submission gets the same answer."""
    kept = _kept(task_id)
    work = current_work()
    task = work.tasks.get(task_id)
    values = _posted(task, kept)

    def do() -> dict[str, str]:
        done = work.tasks.complete(task_id, values)
        return {"location": _after(done), "name": done.name}

    answer = work.once(posted_key(), fingerprint(request.path, _posted(task, sent_digests())), do)
    flash(gettext("已办结：%(name)s", name=answer["name"]))
    return redirect(answer["location"])


@pages.post("/<task_id>/draft")
@takes_files
def save_draft(task_id: str) -> ResponseReturnValue:
    """Keep what is typed, unchecked. Without JavaScript the buttons that add and remove rows come here too."""
    kept = _kept(task_id)
    work = current_work()
    task = work.tasks.get(task_id)
    values = change_rows(_posted(task, kept), request.form.get("_rows", ""))
    work.tasks.save_draft(task_id, values)
    if errors.wants_json():
        return jsonify(saved=True)
    changed = _changed_field()
    if changed is None:
        flash(gettext("草稿已保存。"))
    return redirect(url_for("task.show", task_id=task_id, _anchor=f"f-{changed}" if changed else None))


@pages.post("/<task_id>/files")
@takes_files
def keep_sent(task_id: str) -> ResponseReturnValue:
    """Keep files for the task's form before it is submitted: `{files: [{id, name, media_type, size}]}`."""
    work = current_work()
    if not may_do(work.actor, work.tasks.get(task_id)):
        raise NotFound
    kept = _kept(task_id)
    ids = [each for path in kept.values() for each in path]
    return jsonify(files=current_work().attachments.find(ids, task_id))


@pages.post("/<task_id>/hidden")
@read_only
def hidden(task_id: str) -> ResponseReturnValue:
    """Which fields the conditions of the form hide, given what is typed now."""
    work = current_work()
    task = work.tasks.get(task_id)
    form, _ = form_of(work, task)
    if form is None or not may_do(work.actor, task):
        raise NotFound
    context, types = work.tasks.form_context(task), current_engine().plugins.form_fields
    return jsonify(hidden=sorted(hidden_fields(form, _posted(task), context, types)))


@pages.post("/<task_id>/claim")
def claim(task_id: str) -> ResponseReturnValue:
    """Take the task for oneself."""
    current_work().tasks.claim(task_id)
    return redirect(url_for("task.show", task_id=task_id))


@pages.post("/<task_id>/release")
def release(task_id: str) -> ResponseReturnValue:
    """Give the task back to the group."""
    current_work().tasks.release(task_id)
    return redirect(url_for("task.show", task_id=task_id))


@pages.post("/<task_id>/reassign")
def reassign(task_id: str) -> ResponseReturnValue:
    """Hand the task to another person of its group; where that is refused, show it again with what was typed."""
    given = {name: request.form.get(name, "") for name in ("person", "reason")}
    work = current_work()
    try:
        task = work.reassigning.hand_over(task_id, given["person"], given["reason"])
    except FormInvalid as refused:
        page = task_page(work, current_engine().plugins.form_fields, task_id)
        faults = {name: "".join(texts) for name, texts in _faults(refused).items()}
        return render_template("task/show.html", page=page, handing={**given, "faults": faults}), 422
    flash(gettext("已转交：%(name)s", name=task.name))
    return redirect(url_for("task.show", task_id=task_id))


@pages.errorhandler(EngineError)
def show_again(error: EngineError) -> ResponseReturnValue:
    """Show the task again with everything that was typed, what is wrong at its field, and what happened meanwhile."""
    if (
        request.endpoint in {"task.complete", "task.keep_sent"}
        and isinstance(error, FormInvalid)
        and errors.wants_json()
    ):
        return _json_faults(error)
    if request.endpoint == "task.show" or isinstance(error, NotFound) or errors.wants_json():
        return errors.on_engine_error(error)
    task_id = (request.view_args or {})["task_id"]
    with work_scope(write=bool(g.get("uploads"))):
        task = current_work().tasks.get(task_id)
        faults = _faults(error) if isinstance(error, FormInvalid) else {}
        attempt = Attempt(_posted(task, _kept_anew(task_id)), faults, errors.message_of(error), _key_to_keep(error))
        return _page(task_id, attempt), errors.status_of(error)


def _page(task_id: str, attempt: Attempt | None = None) -> str:
    types = current_engine().plugins.form_fields
    return render_template("task/show.html", page=task_page(current_work(), types, task_id, attempt))


def _posted(task: UserTask, kept: Kept = MappingProxyType({})) -> Variables:
    form, _ = form_of(current_work(), task)
    return posted_values(form, current_engine().plugins.form_fields, kept)


def _kept(task_id: str) -> Kept:
    """Keep the files of the request for the task; raise FormInvalid for one that is not taken."""
    if not are_sent():
        return {}
    work = current_work()
    task = work.tasks.get(task_id)
    form, _ = form_of(work, task)
    if form is None or not may_do(work.actor, task):
        raise NotFound
    read_files(file_paths(form))
    return keep_files(current_work(), task_id)


def _kept_anew(task_id: str) -> Kept:
    """Keep the files that were read, after the unit of work that was to keep them has been undone."""
    try:
        return keep_files(current_work(), task_id)
    except FormInvalid:
        return {}


def _changed_field() -> str | None:
    """Return the field one of whose own buttons was pressed; None when the draft was just to be saved."""
    action, _, path = request.form.get("_rows", "").partition(":")
    if action:
        return path if action == "add" else path.rpartition(".")[0]
    return next((name.removesuffix(".do") for name in request.form if name.endswith(".do")), None)


def _after(task: UserTask) -> str:
    """Return where to go after the task: to its instance, which is followed there, or to the inbox."""
    try:
        current_work().instances.get(task.instance_id)
    except NotFound:
        return url_for("inbox.show")
    return url_for("instances.show", instance_id=task.instance_id)


def _faults(error: FormInvalid) -> dict[str, list[str]]:
    return {path: [in_readers_language(text) for text in texts] for path, texts in error.errors.items()}


def _json_faults(error: FormInvalid) -> Response:
    problem = errors.Problem(422, error.code, errors.message_of(error), {"errors": _faults(error)})
    return errors.answer(problem)


def _key_to_keep(error: EngineError) -> str:
    """A refused form did nothing under its key, so the key still holds; a reused key must be replaced."""
    return request.form.get("idempotency_key", "") if isinstance(error, FormInvalid) else ""
