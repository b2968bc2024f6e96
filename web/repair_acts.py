"""What an operator asks for on the repair page, from the posted form to a planned change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from engine.errors import NotFound, RepairRefused
from engine.feel.values import unpack
from engine.types import JobState
from web.texts import gettext

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from engine.services.preview import Planned
    from engine.work import Work

Act = Callable[["Work", str, "MultiDict[str, str]"], "Planned"]


def planned(work: Work, instance_id: str, act: str, posted: MultiDict[str, str]) -> Planned:
    """Return the change that is asked for.

    Raises:
        NotFound: there is no such act.
        EngineError, FeelError: it is not possible, and why.
    """
    if act not in ACTS:
        raise NotFound(act=act)
    return ACTS[act](work, instance_id, posted)


def asked(posted: MultiDict[str, str]) -> dict[str, list[str]]:
    """Return what makes one request the same as another: all fields but the form's own."""
    own = {"csrf_token", "idempotency_key"}
    return {name: values for name, values in posted.lists() if name not in own}


def _edit(work: Work, instance_id: str, posted: MultiDict[str, str]) -> Planned:
    lines = [line.strip() for line in posted.get("assignments", "").splitlines()]
    values = dict(_assignment(work, line) for line in lines if line)
    removed = posted.getlist("removed")
    if not values and not removed:
        raise RepairRefused(gettext("请写出要修改的变量，或选择要删去的变量。"))
    return work.repair.edit(instance_id, values, removed)


def _assignment(work: Work, line: str) -> tuple[str, Any]:
    name, given, expression = (part.strip() for part in line.partition("="))
    if not given or not name or not expression:
        raise RepairRefused(gettext("“%(line)s”应为：名称 = FEEL 表达式。", line=line))
    value = work.feel.evaluate(expression, {}, work.clock.now())
    if value is None and expression != "null":
        raise RepairRefused(gettext("“%(line)s”没有值：文字要加双引号；要设为空请写 null。", line=expression))
    return name, value


def _skip(work: Work, instance_id: str, posted: MultiDict[str, str]) -> Planned:
    return work.repair.skip(instance_id, posted.get("place", ""), _outputs(posted.get("outputs", "")))


def _outputs(text: str) -> Mapping[str, Any]:
    try:
        value = unpack(orjson.loads(text.strip() or "{}"))
    except ValueError as error:
        raise RepairRefused(gettext("输出应为 JSON 对象。")) from error
    if not isinstance(value, dict):
        raise RepairRefused(gettext("输出应为 JSON 对象。"))
    return value


def _move(work: Work, instance_id: str, posted: MultiDict[str, str]) -> Planned:
    return work.repair.move(instance_id, posted.get("place", ""), posted.get("target", ""))


def _retry(work: Work, instance_id: str, posted: MultiDict[str, str]) -> Planned:
    place = posted.get("place", "")
    if not any(job.id == place and job.state == JobState.DEAD for job in work.jobs.of_instance(instance_id)):
        raise RepairRefused(gettext("此处没有停摆的作业，可能已由他人处理。"))
    return work.repair.retry(place)


def _cancel(work: Work, instance_id: str, posted: MultiDict[str, str]) -> Planned:
    return work.repair.cancel(instance_id)


ACTS: Mapping[str, Act] = {"edit": _edit, "skip": _skip, "move": _move, "retry": _retry, "cancel": _cancel}
