"""What processes may ask: tell the departments of a county, and remind the holders of a post.

Who is told is said by the diagram. Where that is wrong nobody of the case can mend it, so it is no error of BPMN: the
task stops at once for an operator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from marshmallow import ValidationError

from engine.core_api import TIMEZONE, HandlerContext, OrgUnit
from engine.plugin_api import GridRef, UnitRef, fields, handler, validate
from plugins.notifications.api import SUBJECT_LENGTH, Message, send

DEPARTMENT_STAFF = "department_staff"
DEPARTMENT = "department"
ACKNOWLEDGE_WITHIN = 3
"""Working days in which a department acknowledges (SPEC 3, `division.notify`: 3 after the approval)."""


@handler(
    "notifications.notify_departments",
    "通报相关部门",
    inputs={
        "proposal_no": fields.String(required=True, metadata={"title": "方案编号"}),
        "county": UnitRef(required=True, metadata={"title": "县区"}),
        "revision": fields.Integer(required=True, metadata={"title": "登记册版本"}),
        "subject": fields.String(required=True, metadata={"title": "标题"}),
        "created": fields.List(GridRef(), required=True, metadata={"title": "新设网格"}),
        "retired": fields.List(GridRef(), required=True, metadata={"title": "撤销网格"}),
    },
    outputs={
        "departments": fields.List(UnitRef(), required=True, metadata={"title": "已通报部门"}),
        "notices": fields.Integer(required=True, metadata={"title": "通报份数"}),
    },
    transactional=True,
    icon="megaphone",
)
def notify_departments(ctx: HandlerContext, county: str, subject: str, **facts: Any) -> Mapping[str, Any]:
    """通报本县区每个部门，须在3个工作日内确认（R22）。"""
    if county != ctx.county:
        raise ValidationError({"county": [f"办件属于 {ctx.county}，不能通报 {county} 的部门"]})
    departments = ctx.session.scalars(
        sa.select(OrgUnit.code).where(OrgUnit.parent_code == county, OrgUnit.kind == DEPARTMENT).order_by(OrgUnit.code)
    ).all()
    due_at = ctx.calendar.working_days_after(ctx.clock.now(), ACKNOWLEDGE_WITHIN)
    body = f"{_change(**facts)}请于 {due_at.astimezone(TIMEZONE):%Y-%m-%d} 前确认收悉，并按新的网格调整工作安排。"
    messages = [Message(DEPARTMENT_STAFF, department, subject, body, due_at) for department in departments]
    return {"departments": list(departments), "notices": send(ctx, messages)}


def _change(proposal_no: str, revision: int, created: Sequence[str], retired: Sequence[str]) -> str:
    lines = [f"网格划分方案 {proposal_no} 已生效（登记册第 {revision} 版）。"]
    for what, grids in (("新设网格", created), ("撤销网格", retired)):
        if grids:
            lines.append(f"{what}：{'、'.join(grids)}。")
    return "\n".join([*lines, ""])


@handler(
    "notifications.remind",
    "提醒",
    inputs={
        "group": fields.String(required=True, metadata={"title": "岗位"}),
        "org_unit": UnitRef(required=True, metadata={"title": "单位"}),
        "subject": fields.String(
            required=True, validate=validate.Length(max=SUBJECT_LENGTH), metadata={"title": "标题"}
        ),
        "body": fields.String(required=True, metadata={"title": "内容"}),
    },
    outputs={"notices": fields.Integer(required=True, metadata={"title": "通知份数"})},
    transactional=True,
    icon="bell",
)
def remind(ctx: HandlerContext, group: str, org_unit: str, subject: str, body: str) -> Mapping[str, Any]:
    """通知某单位某岗位的人员；不等待其确认。"""
    if ctx.session.get(OrgUnit, org_unit) is None:
        raise ValidationError({"org_unit": [f"没有单位 {org_unit}"]})
    return {"notices": send(ctx, [Message(group, org_unit, subject, body)])}
