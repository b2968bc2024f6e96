"""Repairing a dead job: what happened, retry, or skip with outputs given by hand, after a look at what follows."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import EngineError, ProcessFailed, RepairRefused
from engine.feel.errors import FeelError
from engine.feel.values import unpack
from engine.services.preview import Planned, Preview
from engine.tables.jobs import Job
from engine.types import new_id
from web.idempotency import fingerprint, posted_key
from web.repair_view import STATES
from web.request import current_engine, current_work, read_only
from web.texts import gettext, in_readers_language

pages = Blueprint("repair", __name__, url_prefix="/operations/jobs")

REASON_LENGTH = 1000


@pages.get("/<job_id>")
def show(job_id: str) -> ResponseReturnValue:
    """A dead job: what it was asked, how it failed, and what can be done."""
    return _page(job_id)


@pages.post("/<job_id>/preview")
@read_only
def preview(job_id: str) -> ResponseReturnValue:
    """What skipping the job with these outputs would lead to; nothing is written."""
    try:
        found = _planned(job_id).preview()
    except (ValueError, RepairRefused, ProcessFailed, FeelError) as error:
        return _page(job_id, refusal=_said(error))
    return _page(job_id, preview=found)


@pages.post("/<job_id>/skip")
def skip(job_id: str) -> ResponseReturnValue:
    """Skip the job with these outputs, for the reason given."""
    reason, outputs = _reason(), request.form.get("outputs", "")
    try:
        planned = _planned(job_id)
        planned.preview()
    except (ValueError, RepairRefused, ProcessFailed, FeelError) as error:
        return _page(job_id, refusal=_said(error))
    if not reason:
        return _page(job_id, refusal=gettext("请填写理由，操作未执行。"))

    def do() -> dict[str, str]:
        planned.apply(reason)
        return {"location": url_for("operations.show")}

    asked = fingerprint(request.path, {"reason": reason, "outputs": outputs})
    answer = current_work().once(posted_key(), asked, do)
    flash(gettext("已跳过，流程继续。"))
    return redirect(answer["location"])


def _job(job_id: str) -> Job:
    """Return the dead job; raise NotFound or Forbidden."""
    work = current_work()
    work.repair.retry(job_id)
    return work.session.get_one(Job, job_id)


def _planned(job_id: str) -> Planned:
    """Return the skip; raise ValueError for outputs that are no JSON object, EngineError for a skip that is refused."""
    outputs = unpack(orjson.loads(request.form.get("outputs", "").strip() or "{}"))
    if not isinstance(outputs, dict):
        raise ValueError
    return current_work().repair.skip(_job(job_id).instance_id, job_id, outputs)


def _said(error: Exception) -> str:
    return in_readers_language(str(error)) if isinstance(error, EngineError) else gettext("输出应为 JSON 对象。")


def _reason() -> str:
    return request.form.get("reason", "").strip()[:REASON_LENGTH]


def _page(job_id: str, preview: Preview | None = None, refusal: str = "") -> str:
    job = _job(job_id)
    handler = current_engine().plugins.handlers.get(job.handler or "")
    names: dict[str, Any] = dict.fromkeys(handler.outputs().fields) if handler else {}
    return render_template(
        "operations/job.html",
        job=job,
        inputs=orjson.dumps(job.inputs, option=orjson.OPT_INDENT_2).decode(),
        outputs=request.form.get("outputs") or orjson.dumps(names, option=orjson.OPT_INDENT_2).decode(),
        reason=_reason(),
        preview=preview,
        written=lambda value: orjson.dumps(value, default=str).decode(),
        refusal=refusal,
        states=STATES,
        key=request.form.get("idempotency_key") or new_id(),
    )
