"""What the processes call about referrals: dispatch, sign, return, complete, end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import HandlerContext, worded
from engine.plugin_api import Handler, UnitRef, fields, handler, validate
from plugins.incidents import dispatching, referrals, returns
from plugins.incidents.lifecycle import PROCESSES
from plugins.incidents.schemas import (
    AT_ONCE,
    DUE,
    INCIDENT,
    REFERRAL,
    REFERRAL_OUTPUT,
    LimitsFields,
    ReferralFields,
    moment,
)


@handler(
    "incidents.dispatch",
    title="派遣",
    inputs={
        **INCIDENT,
        "lead": UnitRef(required=True, metadata={"title": "主办单位"}),
        "assists": fields.List(UnitRef(), load_default=list, allow_none=True, metadata={"title": "协办单位"}),
        "limits": fields.Nested(LimitsFields, required=True, metadata={"title": "时限"}),
        "designated": fields.Boolean(load_default=False, metadata={"title": "经裁定指定"}),
        "reason": fields.String(load_default="", allow_none=True, metadata={"title": "派遣理由"}),
        "reason_en": fields.String(load_default="", allow_none=True, metadata={"title": "派遣理由（英文）"}),
    },
    outputs={
        "lead": fields.Nested(ReferralFields, required=True, metadata={"title": "主办派遣单"}),
        "assists": fields.List(fields.Nested(ReferralFields), required=True, metadata={"title": "协办派遣单"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="send",
)
def dispatch(
    context: HandlerContext, incident_no: str, reason: str | None, reason_en: str | None, **order: Any
) -> Mapping[str, Any]:
    """派给一个主办、若干协办单位，自此计时；每单给出期限及其由来，以及该单位自己的办理流程。"""
    return dispatching.dispatch(context, incident_no, reason=worded(reason, reason_en), **order)


@handler(
    "incidents.redispatch_assist",
    title="改派协办单位",
    inputs={
        **INCIDENT,
        "unit": UnitRef(required=True, metadata={"title": "协办单位"}),
        "limits": fields.Nested(LimitsFields, required=True, metadata={"title": "时限"}),
        "designated": fields.Boolean(load_default=False, metadata={"title": "经裁定指定"}),
        "reason": fields.String(load_default="", allow_none=True, metadata={"title": "派遣理由"}),
        "reason_en": fields.String(load_default="", allow_none=True, metadata={"title": "派遣理由（英文）"}),
    },
    outputs=dict(REFERRAL_OUTPUT),
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="send",
)
def redispatch_assist(
    context: HandlerContext, incident_no: str, reason: str | None, reason_en: str | None, **order: Any
) -> Mapping[str, Any]:
    """同意协办单位退回、裁定改由他人协办的，派给新的协办单位，重新计时。"""
    return dispatching.redispatch_assist(context, incident_no, reason=worded(reason, reason_en), **order)


@handler(
    "incidents.sign",
    title="签收",
    inputs={**REFERRAL, "automatic": fields.Boolean(load_default=False, metadata={"title": "自动签收"})},
    outputs={"signed_at": moment("签收时间", required=True), **DUE},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="inbox",
)
def sign(context: HandlerContext, incident_no: str, referral_no: str, automatic: bool) -> Mapping[str, Any]:
    """记下签收；逾期未签收的，由系统自动签收并记录在案。"""
    return referrals.sign(context, incident_no, referral_no, automatic=automatic)


@handler(
    "incidents.request_return",
    title="申请退回",
    inputs={
        **REFERRAL,
        "request": fields.Dict(keys=fields.String(), required=True, metadata={"title": "退回申请"}),
    },
    outputs={"requested_at": moment("申请时间", required=True)},
    errors={"RETURN_NOT_ALLOWED": "不得退回"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="undo",
)
def request_return(
    context: HandlerContext, incident_no: str, referral_no: str, request: Mapping[str, Any]
) -> Mapping[str, Any]:
    """在退回期限内申请退回：`{reason_code, legal_reference?, suggested_department?, evidence?, site_visit?}`。

    经裁定指定的不得退回（I12）；“不属本单位职责”的须写明法律依据。
    """
    return returns.request(context, incident_no, referral_no, request)


@handler(
    "incidents.settle_return",
    title="退回审核",
    inputs={
        **REFERRAL,
        "decision": fields.String(
            required=True, validate=validate.OneOf(returns.DECISIONS), metadata={"title": "决定"}
        ),
        "unit": UnitRef(load_default=None, allow_none=True, metadata={"title": "改派单位"}),
        "reason": fields.String(load_default="", allow_none=True, metadata={"title": "理由"}),
    },
    outputs={"state": fields.String(required=True, metadata={"title": "派遣单状态"})},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
)
def settle_return(context: HandlerContext, incident_no: str, referral_no: str, **given: Any) -> Mapping[str, Any]:
    """同意退回（待改派，不计责任）、不同意（视为已签收），转入争议裁定，或者先向反映人了解情况。"""
    return returns.settle(context, incident_no, referral_no, **given)


@handler(
    "incidents.complete_handling",
    title="办理完毕",
    inputs={**REFERRAL, "handling": fields.Dict(keys=fields.String(), required=True, metadata={"title": "办理结果"})},
    outputs={
        "completed_at": moment("办结时间", required=True),
        "late": fields.Boolean(required=True, metadata={"title": "超过期限"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="check",
)
def complete_handling(
    context: HandlerContext, incident_no: str, referral_no: str, handling: Mapping[str, Any]
) -> Mapping[str, Any]:
    """留存办理结果，停止计时。主办单位办结以前，协办单位须已办结。"""
    return referrals.complete(context, incident_no, referral_no, handling)


@handler(
    "incidents.terminate",
    title="终止办理",
    inputs={**REFERRAL, "reason": fields.String(required=True, metadata={"title": "理由"})},
    outputs={"terminated_at": moment("终止时间", required=True)},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
)
def terminate(context: HandlerContext, incident_no: str, referral_no: str, reason: str) -> Mapping[str, Any]:
    """终止派遣单，停止计时：属于其他法定途径，或者反映人拒不配合。"""
    return referrals.terminate(context, incident_no, referral_no, reason)


HANDLERS: list[Handler] = [
    dispatch,
    redispatch_assist,
    sign,
    request_return,
    settle_return,
    complete_handling,
    terminate,
]
