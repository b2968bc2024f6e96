"""The history of an instance in words: what happened, who did it, and what was written or decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from engine.feel.values import unpack
from engine.types import SYSTEM
from web.language import current_language, translated
from web.plugin_words import in_plugins_words
from web.texts import gettext
from web.values_view import Attached, described

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.tables.history import HistoryEvent

WHAT = {
    "instance.started": lazy_gettext("开始：%(name)s"),
    "instance.ended": lazy_gettext("结束：%(name)s"),
    "instance.cancelled": lazy_gettext("流程已取消"),
    "instance.failed": lazy_gettext("因错误结束：%(name)s"),
    "event.passed": lazy_gettext("经过：%(name)s"),
    "step.done": lazy_gettext("自动完成：%(name)s"),
    "task.opened": lazy_gettext("到达：%(name)s"),
    "task.claimed": lazy_gettext("认领：%(name)s"),
    "task.released": lazy_gettext("退回认领：%(name)s"),
    "task.reassigned": lazy_gettext("转交他人：%(name)s"),
    "task.completed": lazy_gettext("办结：%(name)s"),
    "task.cancelled": lazy_gettext("任务取消：%(name)s"),
    "task.due-moved": lazy_gettext("期限变动：%(name)s"),
    "job.done": lazy_gettext("自动完成：%(name)s"),
    "job.failed": lazy_gettext("失败，将重试：%(name)s"),
    "job.dead": lazy_gettext("失败，等待运维处理：%(name)s"),
    "job.revived": lazy_gettext("重新排队：%(name)s"),
    "message.received": lazy_gettext("收到：%(name)s"),
    "message.sent": lazy_gettext("发出消息：%(name)s"),
    "message.failed": lazy_gettext("收到消息，但无法继续：%(name)s"),
    "signal.received": lazy_gettext("收到信号：%(name)s"),
    "signal.sent": lazy_gettext("发出信号：%(name)s"),
    "signal.failed": lazy_gettext("收到信号，但无法继续：%(name)s"),
    "variables.edited": lazy_gettext("运维修改了数据"),
    "step.skipped": lazy_gettext("运维跳过：%(name)s"),
    "token.moved": lazy_gettext("运维移走：%(name)s"),
    "instance.migrated": lazy_gettext("转到流程的另一版本"),
    "archive.made": lazy_gettext("制作了档案"),
}
KIND = {
    "task.completed": "person",
    "message.received": "person",
    "instance.ended": "end",
    "instance.cancelled": "trouble",
    "instance.failed": "trouble",
    "message.failed": "trouble",
    "signal.failed": "trouble",
    "job.failed": "trouble",
    "job.dead": "trouble",
}
UNSAID = frozenset({"gateway.decided"})
"""Events that say nothing to people which the next one does not: which way a gateway went."""
REPAIRED = frozenset(
    {
        "variables.edited",
        "step.skipped",
        "token.moved",
        "instance.migrated",
        "job.revived",
        "archive.made",
        "task.reassigned",
    }
)
"""Events that somebody gives a reason for."""
TOLD = frozenset({"task.completed", "message.received", "instance.cancelled", "job.failed", "job.dead"})
"""Events whose detail is the reason or content that people want to read."""


FAILURES = frozenset({"job.failed", "job.dead"})

ASKED_TO_WAIT = "RetryLater: "
"""How the error of a job begins whose far side said in its own words why it has to wait."""
TECHNICAL = re.compile(r"[\x00-\x7f]*|.*\b\w*(Error|Exception)\b.*", re.DOTALL)
"""Errors that a programmer wrote for programmers: they name an exception, or are in no language of the reader's."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history. `why`: (label, text) pairs, what was written or decided."""

    at: datetime
    who: str
    what: str
    kind: str
    element_id: str | None
    why: Sequence[tuple[str, str]]


def told(definition: Definition, event: HistoryEvent, names: Mapping[str, str], *, operator: bool) -> Event:
    """Return a row of the history as a line. What went wrong inside is told to an operator only.

    `names`: what the codes among the values are called.
    """
    name = _name(definition, event)
    what = str(WHAT.get(event.event, "%(name)s")) % {"name": name}
    why: Sequence[tuple[str, str]] = ()
    if event.event in REPAIRED:
        why = described(definition, None, {"reason": unpack(event.detail).get("reason")}, names)
    elif event.event in TOLD and event.detail:
        why = _why(definition, event, names, operator=operator)
    kind = KIND.get(event.event, "")
    who = gettext("系统") if event.actor_id == SYSTEM.id else in_plugins_words(event.actor_name)
    return Event(event.at, who, what, kind, event.element_id, why)


def _name(definition: Definition, event: HistoryEvent) -> str:
    """Return what it happened to: of a message its title, where the diagram's own files give one."""
    name = event.element_name or event.element_id or ""
    declared = definition.messages.get(name) if event.event.startswith("message.") else None
    if declared is None:
        return translated(definition, name)
    return declared.title_zh if current_language() == "zh" else declared.title_en


def _why(
    definition: Definition, event: HistoryEvent, names: Mapping[str, str], *, operator: bool
) -> list[tuple[str, str]]:
    """Return (label, text) of what was written; `before → after` where the case had it otherwise."""
    detail = unpack(event.detail)
    if event.event in FAILURES and not operator:
        detail["error"] = in_words(str(detail.get("error", "")))
    lines = described(definition, event.element_id, detail, names)
    earlier = {name: change["before"] for name, change in unpack(event.changes).items()}
    before = dict(described(definition, event.element_id, earlier, names)) if earlier else {}
    return [(label, _turned(before.get(label, text), text)) for label, text in lines]


def _turned(before: str, now: str) -> str:
    """Return what became of a value; of files only those that are there now, with their pictures."""
    return now if before == now or isinstance(now, Attached) else f"{before} → {now}"


def in_words(error: str) -> str:
    """Return a job's error for people who cannot do anything about it: what the far side said, or that it failed."""
    said = error.removeprefix(ASKED_TO_WAIT)
    if said == error and TECHNICAL.fullmatch(error):
        return gettext("处理程序出错；技术细节由运维人员查看。")
    return said
