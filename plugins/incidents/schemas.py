"""What the handlers of incidents share in their declarations: how often they are tried, and fields that come again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.plugin_api import BusinessError, IncidentRef, Retry, Schema, UnitRef, fields, validate

AT_ONCE: Final = Retry(attempts=5, backoff=1.0, factor=2.0, max_delay=30.0)
"""A lock or a connection may fail; a case does not get better by waiting."""

INCIDENT: Final = {"incident_no": IncidentRef(required=True, metadata={"title": "事件编号"})}
REFERRAL: Final = {
    **INCIDENT,
    "referral_no": fields.String(required=True, metadata={"title": "派遣单编号"}),
}
UNITS: Final = (
    "natural_minutes",
    "natural_hours",
    "working_hours",
    "natural_days",
    "working_days",
    "calendar_months",
)


class LimitFields(Schema):
    """A time limit, as D5 gives it."""

    amount = fields.Integer(required=True, validate=validate.Range(min=1, max=1000), metadata={"title": "数量"})
    unit = fields.String(required=True, validate=validate.OneOf(UNITS), metadata={"title": "单位"})


class LimitsFields(Schema):
    """The time limits of a referral: to sign for it, to handle it, to verify what was done, and for the survey."""

    sign = fields.Nested(LimitFields, required=True, metadata={"title": "签收"})
    handle = fields.Nested(LimitFields, required=True, metadata={"title": "办理"})
    verify = fields.Nested(LimitFields, load_default=None, allow_none=True, metadata={"title": "核查"})
    survey = fields.Nested(LimitFields, load_default=None, allow_none=True, metadata={"title": "回访"})


def moment(title: str, **own: Any) -> fields.String:
    """Return the field of a moment in a handler's outputs: ISO 8601 with the zone, as FEEL's `date and time` reads."""
    return fields.String(metadata={"title": title}, **own)


DUE: Final[Mapping[str, fields.Field[Any]]] = {
    "due": moment("办理期限", required=True),
    "due_explanation_zh": fields.String(required=True, metadata={"title": "期限的由来"}),
    "due_explanation_en": fields.String(required=True, metadata={"title": "期限的由来（英文）"}),
    "provisional": fields.Boolean(required=True, metadata={"title": "暂定期限"}),
}

REFERRAL_OUTPUT: Final[Mapping[str, fields.Field[Any]]] = {
    "referral_no": fields.String(required=True),
    "incident_no": IncidentRef(required=True),
    "unit": UnitRef(required=True),
    "unit_name": fields.String(required=True),
    "role": fields.String(required=True, validate=validate.OneOf(["lead", "assist"])),
    "designated": fields.Boolean(required=True),
    "sign_by": moment("签收期限", required=True),
    **DUE,
    "first_rung_at": moment("第一次催办", required=True),
    "rework": fields.Boolean(required=True),
    "process": fields.String(required=True, allow_none=True),
    "no": fields.String(required=True),
    "item": fields.String(required=True, allow_none=True),
    "title": fields.String(required=True),
    "description": fields.String(required=True),
    "place": fields.String(required=True),
    "grid": fields.String(required=True, allow_none=True),
    "urgency": fields.String(required=True),
    "reported_at": moment("上报时间", required=True),
    "departments": fields.List(fields.Dict(keys=fields.String()), required=True, metadata={"title": "可选的部门"}),
    "parties": fields.List(
        fields.Dict(keys=fields.String()), required=True, metadata={"title": "可以成为争议一方的单位"}
    ),
}
"""A referral as processes know it: the contract of departments' own processes. No word of the reporter."""


class ReferralFields(Schema.from_dict(dict(REFERRAL_OUTPUT), name="ReferralOutput")):  # type: ignore[misc]
    """A referral as processes know it."""


def refusal(code: str, zh: str, en: str, field: str = "", rule: str = "") -> BusinessError:
    """Return the error that an error boundary event catches, with one finding for the form it goes back to."""
    finding = {
        "field": field,
        "severity": "error",
        "code": code,
        "rule": rule or code,
        "message_zh": zh,
        "message_en": en,
    }
    return BusinessError(code, zh, findings=[finding])
