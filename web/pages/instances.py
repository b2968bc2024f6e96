"""The list of instances, and the page of one: diagram with tokens, what it waits for, messages, history."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.tables.instances import ProcessInstance
from engine.types import InstanceState
from web.idempotency import fingerprint, posted_key
from web.instance_view import MARKS, instance_page, newer
from web.language import translated
from web.plugin_words import in_plugins_words
from web.request import current_work
from web.texts import gettext

pages = Blueprint("instances", __name__, url_prefix="/instances")

PAGE = 50
REASON_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class ListRow:
    """One instance as the list shows it."""

    instance: ProcessInstance
    process: str
    milestone: str
    mark: str


@pages.get("")
def show_list() -> ResponseReturnValue:
    """The instances of the actor's territory, newest first."""
    work = current_work()
    search, milestone = request.args.get("search", "").strip(), request.args.get("milestone", "")
    before_id = request.args.get("before")
    before = work.instances.get(before_id) if before_id else None
    found = work.instances.page(milestone=milestone, search=search, before=before, limit=PAGE + 1)
    rows = [_row(instance) for instance in found[:PAGE]]
    return render_template(
        "instances/list.html",
        rows=rows,
        search=search,
        milestone=milestone,
        milestones=_milestones(),
        before=before_id,
        next_before=found[PAGE - 1].id if len(found) > PAGE else None,
    )


def _row(instance: ProcessInstance) -> ListRow:
    definition = current_work().definitions.of(instance.definition_id)
    return ListRow(
        instance=instance,
        process=translated(definition, definition.name),
        milestone=in_plugins_words(translated(definition, instance.milestone)),
        mark=MARKS[InstanceState(instance.state)],
    )


def _milestones() -> list[tuple[str, str]]:
    """Return the milestones to filter by, each as its process translates it."""
    work = current_work()
    found = work.instances.milestones()
    return [
        (each, in_plugins_words(translated(work.definitions.of(definition_id), each)))
        for each, definition_id in found.items()
    ]


@pages.get("/<instance_id>")
def show(instance_id: str) -> ResponseReturnValue:
    """The page of one instance; `?inside=…`: with the diagram of a process that it calls."""
    return render_template("instances/show.html", page=instance_page(current_work(), instance_id, _inside()))


@pages.get("/<instance_id>/progress")
def progress(instance_id: str) -> ResponseReturnValue:
    """The part of the page that changes; the page asks every few seconds, and is told when nothing has (304)."""
    work = current_work()
    if request.if_none_match.contains(newer(work, instance_id)):
        return Response(status=304)
    page = instance_page(work, instance_id, _inside())
    response = Response(render_template("instances/progress.html", page=page))
    response.set_etag(page.newer)
    return response


def _inside() -> str:
    return request.args.get("inside", "")


@pages.get("/<instance_id>/diagram.bpmn")
def diagram(instance_id: str) -> ResponseReturnValue:
    """The diagram the instance runs on, byte for byte as deployed, or that of a process that it calls."""
    work = current_work()
    instance = work.instances.get(instance_id)
    inside = _inside()
    if inside and inside not in {called.definition_id for called in instance_page(work, instance_id).called}:
        raise NotFound(inside=inside)
    response = Response(work.definitions.of(inside or instance.definition_id).bpmn, mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=3600"  # a definition never changes
    return response


@pages.post("/<instance_id>/messages/<name>")
def send(instance_id: str, name: str) -> ResponseReturnValue:
    """Send a message that the instance waits for, with the reason given."""
    work = current_work()
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]
    instance = work.instances.get(instance_id)
    target = url_for("instances.show", instance_id=instance_id)
    if not reason:
        flash(gettext("请填写理由，操作未执行。"), "error")
        return redirect(target)
    variable = _variable(instance, name)

    def do() -> dict[str, str]:
        work.messages.send(instance_id, name, {variable: {"reason": reason}})
        return {"location": target}

    answer = work.once(posted_key(), fingerprint(request.path, {"reason": reason}), do)
    return redirect(answer["location"])


def _variable(instance: ProcessInstance, name: str) -> str:
    """Return the variable under which the diagram wants the message's content: property `variable`, else its name."""
    work = current_work()
    waiting = [message for message in work.instances.sendable(instance) if message.name == name]
    return next((message.variable for message in waiting), name)
