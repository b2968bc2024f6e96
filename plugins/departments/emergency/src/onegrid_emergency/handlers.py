"""What the bureau does when it is asked by a process."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.plugin_api import (
    BusinessError,
    Context,
    GridRef,
    IncidentRef,
    Retry,
    ValidationError,
    fields,
    handler,
    validate,
)
from onegrid_emergency.duty import calendar, take_over


def with_offset(moment: datetime) -> None:
    """Refuse a moment that does not say in which time zone it is meant."""
    if moment.tzinfo is None:
        raise ValidationError("时间须带时区 / a time with its offset is needed")


@handler(
    "emergency.take_urgent_path",
    "应急值班接报",
    inputs={
        "incident": IncidentRef(required=True, metadata={"title": "事件编号"}),
        "grid": GridRef(required=True, metadata={"title": "网格"}),
        "urgency": fields.String(
            required=True,
            validate=validate.OneOf(["emergency", "urgent", "normal"], ["特急", "紧急", "一般"]),
            metadata={"title": "紧急程度"},
        ),
        "reported_at": fields.DateTime(required=True, validate=with_offset, metadata={"title": "上报时间"}),
    },
    outputs={
        "on_duty": fields.String(required=True, metadata={"title": "值班组"}),
        "phone": fields.String(required=True, metadata={"title": "值班电话"}),
        "sign_by": fields.DateTime(required=True, metadata={"title": "签收时限"}),
        "report_up": fields.Boolean(required=True, metadata={"title": "须报告县政府"}),
        "instruction": fields.String(required=True, metadata={"title": "处置提示"}),
    },
    errors={
        "NOT_URGENT": "不是紧急事件，按一般流程办理",
        "NOBODY_ON_DUTY": "此时没有值班安排",
    },
    timeout=10,
    retry=Retry(attempts=5, backoff=2),
    idempotency=["incident"],
    uses={"grid:read"},
    icon="alarm",
)
def take_urgent_path(ctx: Context, incident: str, grid: str, urgency: str, reported_at: datetime) -> dict[str, Any]:
    """查明由值班室何人接报、何时以前接报；同一上报得到同样的答复。"""
    if urgency == "normal":
        raise BusinessError("NOT_URGENT", f"{incident} 不是紧急事件")
    urgent = take_over(urgency, reported_at, calendar())
    if urgent is None:
        raise BusinessError("NOBODY_ON_DUTY", f"{reported_at:%Y-%m-%d %H:%M} 没有值班安排")
    first = "首接负责：接报单位先到场处置。" if urgency == "emergency" else "核实情况后到场处置。"
    return {
        "on_duty": urgent.shift.on_duty,
        "phone": urgent.shift.phone,
        "sign_by": urgent.sign_by,
        "report_up": urgent.report_up,
        "instruction": f"{_place(ctx, grid)}：{first}",
    }


def _place(ctx: Context, grid: str) -> str:
    """Say where it is; a grid that the registry does not know is no reason to keep an emergency waiting."""
    found = ctx.grid.get(grid)
    return f"{grid}（登记册中没有，请核实）" if found is None else f"{grid}（{found['households']}户）"
