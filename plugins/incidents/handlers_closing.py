"""What the processes call at the end of an incident: verify, survey, close, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import HandlerContext, worded
from engine.plugin_api import Handler, fields, handler, validate
from plugins.incidents import closing, satisfaction, verification
from plugins.incidents.lifecycle import PROCESSES
from plugins.incidents.schemas import AT_ONCE, DUE, INCIDENT, REFERRAL, ReferralFields, moment


@handler(
    "incidents.verify",
    title="核查",
    inputs={
        **REFERRAL,
        "verdict": fields.String(
            required=True, validate=validate.OneOf(verification.VERDICTS), metadata={"title": "结论"}
        ),
        "verification": fields.Dict(
            keys=fields.String(), load_default=dict, allow_none=True, metadata={"title": "核查情况"}
        ),
        "element": fields.String(load_default="verify", metadata={"title": "核查任务的编号"}),
    },
    outputs={
        "passed": fields.Boolean(required=True, metadata={"title": "通过"}),
        "verdict": fields.String(required=True, metadata={"title": "结论"}),
        "rework_count": fields.Integer(required=True, metadata={"title": "返工次数"}),
        "supervise": fields.Boolean(required=True, metadata={"title": "返工两次以上，须督办"}),
        "referral": fields.Nested(ReferralFields, required=True, allow_none=True, metadata={"title": "返工的派遣单"}),
        **DUE,
    },
    errors={"NOT_INDEPENDENT": "核查人须回避"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="eye",
)
def verify(context: HandlerContext, incident_no: str, referral_no: str, **given: Any) -> Mapping[str, Any]:
    """核查人不得是办理人（I14）。不通过的返工，期限为原期限的一半、至多3个工作日；无法核查的可由他人再核查，不返工。"""
    return verification.verify(context, incident_no, referral_no, **given)


@handler(
    "incidents.survey",
    title="满意度回访",
    inputs={
        **INCIDENT,
        "answer": fields.Dict(keys=fields.String(), load_default=None, allow_none=True, metadata={"title": "评价"}),
    },
    outputs={
        "verification": fields.String(
            required=True, validate=validate.OneOf(["none", *verification.VERDICTS]), metadata={"title": "核查结论"}
        ),
        "answered": fields.Boolean(required=True, metadata={"title": "已评价"}),
        "solved": fields.String(required=True, allow_none=True, metadata={"title": "是否解决"}),
        "score": fields.Integer(required=True, allow_none=True, metadata={"title": "评分"}),
        "within_duty": fields.Boolean(required=True, metadata={"title": "不满意的原因在部门职责以内"}),
        "lawful": fields.Boolean(required=True, metadata={"title": "诉求合法"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="star",
)
def survey(context: HandlerContext, incident_no: str, answer: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """留存评价 `{solved, score, comment, reason_within_duty?, claim_lawful?}`，无评价的为空；给出 D8 所需的事实。"""
    return satisfaction.survey(context, incident_no, answer)


@handler(
    "incidents.close",
    title="结案归档",
    inputs={
        **INCIDENT,
        "code": fields.String(required=True, validate=validate.OneOf(closing.CODES), metadata={"title": "结案代码"}),
        "note": fields.String(load_default="", allow_none=True, metadata={"title": "说明"}),
        "note_en": fields.String(load_default="", allow_none=True, metadata={"title": "说明（英文）"}),
        "annulled": fields.String(load_default="", allow_none=True, metadata={"title": "评价不予采用的理由"}),
        "duplicate_of": fields.String(load_default=None, allow_none=True, metadata={"title": "与哪一事件重复"}),
    },
    outputs={
        "closed_at": moment("结案时间", required=True),
        "code": fields.String(required=True, metadata={"title": "结案代码"}),
        "reopen_until": moment("可以重新启动至", required=True, allow_none=True),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="archive",
)
def close(
    context: HandlerContext, incident_no: str, note: str | None, note_en: str | None, **given: Any
) -> Mapping[str, Any]:
    """结案：尚未结束的派遣单一并终止，告知网格员。解决结案的须有办理结果，且核查未被判不通过。"""
    return closing.close(context, incident_no, note=worded(note, note_en), **given)


@handler(
    "incidents.reopen",
    title="重新启动",
    inputs={
        **INCIDENT,
        "reason": fields.String(required=True, metadata={"title": "理由"}),
        "by": fields.String(load_default="reporter", metadata={"title": "由谁提出"}),
    },
    outputs={
        "reopen_count": fields.Integer(required=True, metadata={"title": "重新启动次数"}),
        "urgency": fields.String(required=True, metadata={"title": "紧急程度"}),
    },
    errors={"REOPEN_NOT_ALLOWED": "不能重新启动"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="refresh",
)
def reopen(context: HandlerContext, incident_no: str, reason: str, by: str) -> Mapping[str, Any]:
    """结案后10个工作日内（或者回访后结案前）重新启动，至少按紧急办理。"""
    return closing.reopen(context, incident_no, reason, by)


HANDLERS: list[Handler] = [verify, survey, close, reopen]
