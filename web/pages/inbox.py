"""The inbox: the open tasks that the actor may do, oldest first."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.tables.tasks import UserTask
from web import formats
from web.due_view import due_of
from web.language import translated
from web.request import current_actor, current_work

pages = Blueprint("inbox", __name__)

PAGE = 50
MORE_THAN_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One task as the list shows it, in the reader's language."""

    task: UserTask
    name: str
    process: str
    deadline: formats.Deadline | None
    mine: bool
    taken: bool


@pages.get("/")
def home() -> ResponseReturnValue:
    """The inbox is the first page."""
    return redirect(url_for("inbox.show"))


@pages.get("/tasks")
def show() -> ResponseReturnValue:
    """The inbox; only its rows when htmx asks for them."""
    work, mine = current_work(), request.args.get("mine") == "1"
    after_id = request.args.get("after")
    after = work.tasks.get(after_id) if after_id else None
    tasks = work.tasks.inbox(after, PAGE + 1, mine=mine)
    rows = [_row(task) for task in tasks[:PAGE]]
    next_after = tasks[PAGE - 1].id if len(tasks) > PAGE else None
    template = "inbox/_rows.html" if request.headers.get("HX-Request") else "inbox/show.html"
    return render_template(
        template, rows=rows, mine=mine, after=after_id, next_after=next_after, count=_count(work.tasks.count())
    )


def _row(task: UserTask) -> InboxRow:
    work, actor = current_work(), current_actor()
    definition = work.definitions.of(task.definition_id)
    return InboxRow(
        task=task,
        name=translated(definition, task.name),
        process=translated(definition, definition.name),
        deadline=due_of(work, task),
        mine=task.assignee == actor.id,
        taken=task.assignee not in (None, actor.id),
    )


def _count(number: int) -> str:
    return f"{MORE_THAN_COUNTED - 1}+" if number >= MORE_THAN_COUNTED else str(number)
