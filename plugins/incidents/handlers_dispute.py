"""What the processes call about disputes between departments: open one, and rule on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core_api import HandlerContext
from engine.plugin_api import Handler, Schema, UnitRef, fields, handler, validate
from plugins.incidents import disputes
from plugins.incidents.lifecycle import PROCESSES
from plugins.incidents.schemas import AT_ONCE, REFERRAL, LimitsFields, ReferralFields


class RulingFields(Schema):
    """A ruling: who leads, who assists, why, on what basis."""

    lead = UnitRef(required=True, metadata={"title": "主办单位"})
    assists = fields.List(UnitRef(), load_default=list, allow_none=True, metadata={"title": "协办单位"})
    reasons = fields.String(required=True, metadata={"title": "理由"})
    basis = fields.String(required=True, metadata={"title": "依据"})
    reasons_en = fields.String(load_default="", allow_none=True, metadata={"title": "理由（英文）"})
    basis_en = fields.String(load_default="", allow_none=True, metadata={"title": "依据（英文）"})


@handler(
    "incidents.open_dispute",
    title="立案争议",
    inputs={
        **REFERRAL,
        "departments": fields.List(UnitRef(), load_default=list, allow_none=True, metadata={"title": "争议各方"}),
    },
    outputs={
        "dispute_no": fields.String(required=True, metadata={"title": "争议编号"}),
        "departments": fields.List(UnitRef(), required=True, metadata={"title": "争议各方"}),
        "township_only": fields.Boolean(required=True, metadata={"title": "均属同一乡镇（街道）"}),
        "city_involved": fields.Boolean(required=True, metadata={"title": "涉及市级部门"}),
        "other_county": fields.Boolean(required=True, metadata={"title": "涉及其他县区"}),
        "city_and_county": fields.Boolean(required=True, metadata={"title": "市、县两级部门都有职责"}),
        "county": UnitRef(required=True, metadata={"title": "县区"}),
        "city": UnitRef(required=True, metadata={"title": "市"}),
        "township": UnitRef(required=True, allow_none=True, metadata={"title": "乡镇（街道）"}),
    },
    errors={"DISPUTE_NOT_ALLOWED": "争议各方有误"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
)
def open_dispute(
    context: HandlerContext, incident_no: str, referral_no: str, departments: Sequence[str] | None
) -> Mapping[str, Any]:
    """争议各方最多五个，申请退回的单位总在其中；给出决策表 D6 所需的事实。办理期限照计（首接负责）。"""
    return disputes.open_dispute(context, incident_no, referral_no, departments or ())


@handler(
    "incidents.rule_dispute",
    title="争议裁定",
    inputs={
        **REFERRAL,
        "ruling": fields.Nested(RulingFields, required=True, metadata={"title": "裁定"}),
        "arbiter": fields.String(
            required=True, validate=validate.OneOf(disputes.ARBITERS), metadata={"title": "由哪一级裁定"}
        ),
        "level": fields.Raw(load_default=None, allow_none=True, metadata={"title": "第几级"}),
        "positions": fields.List(fields.Raw(), load_default=list, allow_none=True, metadata={"title": "各方意见"}),
        "limits": fields.Nested(LimitsFields, load_default=None, allow_none=True, metadata={"title": "协办单位的时限"}),
    },
    outputs={
        "lead": UnitRef(required=True, metadata={"title": "主办单位"}),
        "assists": fields.List(UnitRef(), required=True, metadata={"title": "协办单位"}),
        "changed": fields.Boolean(required=True, metadata={"title": "改由其他单位主办"}),
        "added": fields.List(fields.Nested(ReferralFields), metadata={"title": "增派的协办派遣单"}),
    },
    errors={"RULING_NOT_ALLOWED": "裁定的单位有误"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="scale",
)
def rule_dispute(
    context: HandlerContext, incident_no: str, referral_no: str, limits: Mapping[str, Any] | None, **given: Any
) -> Mapping[str, Any]:
    """裁定有约束力：被指定的单位不得再退回（I12）；维持主办、另定协办的，随即增派；裁定留作今后同类事件的先例。"""
    said = disputes.rule(context, incident_no, referral_no, **given)
    added = disputes.add_ruled(context, incident_no, referral_no, limits) if limits else []
    return {**said, "added": added}


HANDLERS: list[Handler] = [open_dispute, rule_dispute]
