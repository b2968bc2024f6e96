"""What the processes call about the clock of a referral: where the ladder stands, urge, extend, suspend, resume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core_api import HandlerContext
from engine.plugin_api import Handler, Schema, fields, handler, validate
from plugins.incidents import extensions, ladder, notices, supervision, suspensions
from plugins.incidents.lifecycle import PROCESSES
from plugins.incidents.schemas import AT_ONCE, DUE, REFERRAL, moment


class MeasureFields(Schema):
    """A measure of D7."""

    rung = fields.String(load_default="", validate=validate.OneOf(["", *supervision.NOTED]), metadata={"title": "台阶"})
    measure = fields.String(required=True, validate=validate.OneOf(supervision.MEASURES), metadata={"title": "措施"})
    to = fields.String(required=True, validate=validate.OneOf(sorted(notices.RECIPIENTS)), metadata={"title": "对象"})
    message_zh = fields.String(load_default="", allow_none=True, metadata={"title": "内容"})
    message_en = fields.String(load_default="", allow_none=True, metadata={"title": "内容（英文）"})


@handler(
    "incidents.clock",
    title="查看时限",
    inputs=REFERRAL,
    outputs={
        "rung": fields.String(
            required=True, validate=validate.OneOf(["none", *ladder.RUNGS]), metadata={"title": "到达的台阶"}
        ),
        "step": fields.Integer(required=True, metadata={"title": "紧急事件到期后的第几个15分钟"}),
        "reached": fields.List(fields.String(), required=True, metadata={"title": "已到达的台阶"}),
        "fresh": fields.List(fields.String(), required=True, metadata={"title": "已到达、尚未催办的台阶"}),
        "next_at": moment("下次查看", required=True, allow_none=True),
        "paused": fields.Boolean(required=True, metadata={"title": "挂账中"}),
        "overdue": fields.Boolean(required=True, metadata={"title": "逾期"}),
        "supervising": fields.Boolean(metadata={"title": "督办未办结"}),
        "urgency": fields.String(required=True, metadata={"title": "紧急程度"}),
        "rework_count": fields.Integer(required=True, metadata={"title": "返工次数"}),
        "disputes_lost": fields.Integer(required=True, metadata={"title": "同一事项争议落败次数"}),
        **DUE,
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="clock",
)
def clock(context: HandlerContext, incident_no: str, referral_no: str) -> Mapping[str, Any]:
    """按留存的时限算出现在到达 D7 的哪个台阶、下一个台阶何时到；办结以后 `next_at` 为空。"""
    return supervision.look(context, incident_no, referral_no)


@handler(
    "incidents.remind",
    title="催办督办",
    inputs={
        **REFERRAL,
        "measures": fields.List(
            fields.Nested(MeasureFields), required=True, allow_none=True, metadata={"title": "措施（D7）"}
        ),
        "step": fields.Integer(
            load_default=0, validate=validate.Range(min=0, max=ladder.STEPS), metadata={"title": "第几个15分钟"}
        ),
    },
    outputs={"notices": fields.Integer(required=True, metadata={"title": "发出份数"})},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="megaphone",
)
def remind(
    context: HandlerContext, incident_no: str, referral_no: str, measures: Sequence[Mapping[str, Any]] | None, step: int
) -> Mapping[str, Any]:
    """按 D7 的措施发出提醒、催办、督办、约谈、通报，记录在案；每个台阶的每项措施只发一次。"""
    return supervision.remind(context, incident_no, referral_no, measures or (), step)


@handler(
    "incidents.extend",
    title="延期",
    inputs={
        **REFERRAL,
        "new_due": fields.Raw(load_default=None, allow_none=True, metadata={"title": "延至"}),
        "days": fields.Integer(
            load_default=None, allow_none=True, validate=validate.Range(min=1), metadata={"title": "延长工作日"}
        ),
        "reason": fields.String(required=True, metadata={"title": "理由"}),
        "decision": fields.String(
            load_default="grant", validate=validate.OneOf(extensions.DECISIONS), metadata={"title": "决定"}
        ),
        "level": fields.String(
            load_default="shift_leader", validate=validate.OneOf(extensions.LEVELS), metadata={"title": "批准层级"}
        ),
        "told_reporter": fields.Boolean(load_default=False, metadata={"title": "已告知反映人"}),
    },
    outputs=dict(DUE),
    errors={"EXTENSION_NOT_ALLOWED": "不得延期"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
)
def extend(context: HandlerContext, incident_no: str, referral_no: str, **given: Any) -> Mapping[str, Any]:
    """到期以前延期一次，第二次须由机构负责人批准；累计不超过原期限。不同意的也记录在案，期限不变。"""
    return extensions.extend(context, incident_no, referral_no, extensions.Request(**given))


@handler(
    "incidents.suspend",
    title="挂账（中止计时）",
    inputs={
        **REFERRAL,
        "kind": fields.String(required=True, validate=validate.OneOf(suspensions.KINDS), metadata={"title": "种类"}),
        "review_date": fields.Raw(required=True, metadata={"title": "复核日期"}),
        "interim_measures": fields.String(required=True, metadata={"title": "期间措施"}),
        "reason": fields.String(load_default="", allow_none=True, metadata={"title": "理由"}),
    },
    outputs={
        "review_at": moment("复核时间", required=True),
        "days_left": fields.Integer(required=True, metadata={"title": "还可挂账的自然日"}),
        **DUE,
    },
    errors={"SUSPENSION_NOT_ALLOWED": "不得挂账"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="pause",
)
def suspend(context: HandlerContext, incident_no: str, referral_no: str, **given: Any) -> Mapping[str, Any]:
    """停表，留存剩余的时间；30日内复核，可以续挂，累计不超过90日（I15）。已挂账的再次调用即为续挂。"""
    return suspensions.suspend(context, incident_no, referral_no, **given)


@handler(
    "incidents.resume",
    title="恢复计时",
    inputs={**REFERRAL, "reason": fields.String(load_default="", allow_none=True, metadata={"title": "理由"})},
    outputs=dict(DUE),
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="play",
)
def resume(context: HandlerContext, incident_no: str, referral_no: str, reason: str | None) -> Mapping[str, Any]:
    """恢复计时：从现在起还剩停表时留存的时间。"""
    return suspensions.resume(context, incident_no, referral_no, reason or "")


HANDLERS: list[Handler] = [clock, remind, extend, suspend, resume]
