"""What processes may ask: tell the departments of a county, and remind the holders of a post.

Who is told is said by the diagram. Where that is wrong nobody of the case can mend it, so it is no error of BPMN: the
task stops at once for an operator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from marshmallow import ValidationError

from engine.core_api import TIMEZONE, HandlerContext, OrgUnit, Wording, worded
from engine.plugin_api import GridRef, UnitRef, fields, handler, validate
from plugins.grid_registry.api import standing
from plugins.notifications.api import SUBJECT_LENGTH, Message, send

DEPARTMENT_STAFF = "department_staff"
DEPARTMENT = "department"
IN_ENGLISH: Final = {
    "subject_en": fields.String(
        load_default="",
        allow_none=True,
        validate=validate.Length(max=SUBJECT_LENGTH),
        metadata={"title": "标题（英文）"},
    ),
    "body_en": fields.String(load_default="", allow_none=True, metadata={"title": "内容（英文）"}),
}
"""Beside the Chinese texts of a diagram: notices are read in either language."""
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
        "subject_en": IN_ENGLISH["subject_en"],
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
def notify_departments(
    ctx: HandlerContext, county: str, subject: str, subject_en: str | None, **facts: Any
) -> Mapping[str, Any]:
    """通报本县区每个部门，须在3个工作日内确认（R22）。"""
    if county != ctx.county:
        raise ValidationError({"county": [f"办件属于 {ctx.county}，不能通报 {county} 的部门"]})
    departments = ctx.session.scalars(
        sa.select(OrgUnit.code).where(OrgUnit.parent_code == county, OrgUnit.kind == DEPARTMENT).order_by(OrgUnit.code)
    ).all()
    due_at = ctx.calendar.working_days_after(ctx.clock.now(), ACKNOWLEDGE_WITHIN)
    said, body = worded(subject, subject_en), _change(ctx, due_at.astimezone(TIMEZONE).date(), **facts)
    messages = [Message(DEPARTMENT_STAFF, department, said, body, due_at) for department in departments]
    return {"departments": list(departments), "notices": send(ctx, messages)}


def _change(
    ctx: HandlerContext, until: date, proposal_no: str, revision: int, created: Sequence[str], retired: Sequence[str]
) -> Wording:
    """Return what changed, a line each, the grids by name with their codes behind."""
    known = standing(ctx.session, [*created, *retired])
    zh = [f"网格划分方案 {proposal_no} 已生效（登记册第 {revision} 版）。"]
    en = [f"Grid division proposal {proposal_no} is in force (revision {revision} of the registry)."]
    for grids, what, what_en in ((created, "新设网格", "New grids"), (retired, "撤销网格", "Grids abolished")):
        if grids:
            names = {code: known[code].name if code in known else "" for code in grids}
            zh.append(f"{what}：{'、'.join(f'{name}（{code}）' if name else code for code, name in names.items())}。")
            en.append(f"{what_en}: {', '.join(f'{name} ({code})' if name else code for code, name in names.items())}.")
    zh.append(f"请于 {until} 前确认收悉，并按新的网格调整工作安排。")
    en.append(f"Please acknowledge by {until} and plan your work by the new grids.")
    return worded("\n".join(zh), "\n".join(en))


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
        **IN_ENGLISH,
    },
    outputs={"notices": fields.Integer(required=True, metadata={"title": "通知份数"})},
    transactional=True,
    icon="bell",
)
def remind(
    ctx: HandlerContext,
    group: str,
    org_unit: str,
    subject: str,
    body: str,
    subject_en: str | None,
    body_en: str | None,
) -> Mapping[str, Any]:
    """通知某单位某岗位的人员；不等待其确认。"""
    if ctx.session.get(OrgUnit, org_unit) is None:
        raise ValidationError({"org_unit": [f"没有单位 {org_unit}"]})
    message = Message(group, org_unit, worded(subject, subject_en), worded(body, body_en))
    return {"notices": send(ctx, [message])}
