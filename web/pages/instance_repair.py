"""Repairing an instance: other data, skip, move, retry, cancel. Each is looked at first, then made with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import EngineError, FormInvalid, ProcessFailed, RepairRefused, TokenNotWaiting, VariableInvalid
from engine.feel.errors import FeelError
from engine.services.preview import Planned
from engine.types import new_id
from web.idempotency import fingerprint, posted_key
from web.repair_acts import asked, planned
from web.repair_view import Foreseen, foreseen, repair_page
from web.request import current_engine, current_work, read_only
from web.texts import gettext, in_readers_language

pages = Blueprint("instance_repair", __name__, url_prefix="/instances/<instance_id>/repair")

REASON_LENGTH = 1000
REFUSALS = (FormInvalid, ProcessFailed, RepairRefused, TokenNotWaiting, VariableInvalid, FeelError)
"""What is said on the page, beside the form that asked for it; other errors have pages of their own."""


@pages.get("")
def show(instance_id: str) -> ResponseReturnValue:
    """Where the instance waits, its variables, and what can be done."""
    return _page(instance_id)


@pages.post("/<act>/preview")
@read_only
def preview(instance_id: str, act: str) -> ResponseReturnValue:
    """What the change would lead to; nothing is written."""
    try:
        _, found = _foreseen(instance_id, act)
    except NotPossible as refused:
        return _page(instance_id, refusal=_said(refused.error)), 422
    return _page(instance_id, found)


@pages.post("/<act>")
def apply(instance_id: str, act: str) -> ResponseReturnValue:
    """Make the change, for the reason given."""
    work = current_work()
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]

    def do() -> dict[str, str]:
        change, _ = _foreseen(instance_id, act)
        change.apply(reason)
        return {"location": url_for("instances.show", instance_id=instance_id)}

    try:
        if not reason:
            _, found = _foreseen(instance_id, act)
            return _page(instance_id, found, gettext("请填写理由，操作未执行。")), 422
        answer = work.once(posted_key(), fingerprint(request.path, asked(request.form)), do)
    except NotPossible as refused:
        return _page(instance_id, refusal=_said(refused.error)), 422
    if act == "retry":  # it may fail again
        flash(gettext("已重新排队，结果见本页；理由已记入办理过程。"))
    else:
        flash(gettext("已修复，理由已记入办理过程。"))
    return redirect(answer["location"])


class NotPossible(Exception):
    """The change was refused while it was looked at: nothing has been written."""

    def __init__(self, error: EngineError) -> None:
        super().__init__(str(error))
        self.error = error


def _foreseen(instance_id: str, act: str) -> tuple[Planned, Foreseen]:
    """Return the change that is asked for and what it would lead to; raise NotPossible."""
    work = current_work()
    try:
        change = planned(work, instance_id, act, request.form)
        return change, foreseen(work, instance_id, act, change.preview())
    except REFUSALS as error:
        raise NotPossible(error) from error


def _said(error: EngineError) -> str:
    said = in_readers_language(str(error))
    if isinstance(error, FormInvalid):
        fields = (f"{name}: {in_readers_language(text)}" for name, texts in error.errors.items() for text in texts)
        return " ".join([said, *fields])
    return said


def _page(instance_id: str, found: Foreseen | None = None, refusal: str = "") -> str:
    page = repair_page(current_work(), current_engine().plugins.handlers, instance_id)
    return render_template(
        "instances/repair.html",
        page=page,
        found=found,
        refusal=refusal,
        given=request.form,
        kept=asked(request.form),
        key=request.form.get("idempotency_key") or new_id(),
    )
