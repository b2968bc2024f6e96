"""What the processes call at the beginning of an incident: locate, facts, route, correct, record what a worker did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import HandlerContext
from engine.plugin_api import Handler, UnitRef, fields, handler, validate
from plugins.incidents import location, routing
from plugins.incidents.lifecycle import PROCESSES
from plugins.incidents.schemas import AT_ONCE, INCIDENT


def _fact(title: str) -> fields.Boolean:
    return fields.Boolean(required=True, metadata={"title": title})


def _known(title: str) -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"title": title})


def _asked(title: str) -> fields.String:
    return fields.String(load_default=None, allow_none=True, metadata={"title": title})


@handler(
    "incidents.locate",
    title="定位网格、查重",
    inputs={
        **INCIDENT,
        "grid": _asked("人工选定的网格"),
        "point": fields.Dict(
            keys=fields.String(),
            values=fields.Float(),
            load_default=None,
            allow_none=True,
            metadata={"title": "人工点选的位置"},
        ),
    },
    outputs={
        "located": _fact("已定位"),
        "grid": _known("网格"),
        "grid_name": _known("网格名称"),
        "township": _known("乡镇（街道）"),
        "township_name": _known("乡镇（街道）名称"),
        "committee": _known("村（居）"),
        "departments": fields.List(
            fields.Dict(keys=fields.String()), required=True, metadata={"title": "可以转办的单位"}
        ),
        "duplicates": fields.List(fields.Dict(keys=fields.String()), required=True, metadata={"title": "可能重复"}),
        "grids": fields.List(fields.Dict(keys=fields.String()), required=True, metadata={"title": "可选的网格"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="map-pin",
)
def locate(
    context: HandlerContext, incident_no: str, grid: str | None, point: Mapping[str, float] | None
) -> Mapping[str, Any]:
    """按发生之日的网格定位（I3），不能定位的不编造；同一事项50米、7日内未结的列为可能重复。"""
    return location.locate(context, incident_no, grid, point)


@handler(
    "incidents.facts",
    title="汇集处置事实",
    inputs={
        **INCIDENT,
        "item": _asked("更正后的事项"),
        "duplicate_of": _asked("与哪一事件重复"),
        "self_failed": fields.Boolean(load_default=False, allow_none=True, metadata={"title": "网格员不能解决"}),
    },
    outputs={
        "danger": _fact("危及生命安全"),
        "statutory": _fact("属于法定途径"),
        "unacceptable": _fact("不予受理情形"),
        "duplicate": _fact("同一未结事件"),
        "item_known": _fact("清单有此事项"),
        "item_in_force": _fact("事项已生效"),
        "requires_enforcement_qualification": _fact("须执法资格"),
        "requires_professional_skill": _fact("须专业能力"),
        "self_failed": _fact("网格员不能解决"),
        "ordered": _fact("部门或者上级交办"),
        "untrained": _fact("网格员未经专题培训"),
        "item": _known("事项"),
        "item_name": _known("事项名称"),
        "department": _known("责任部门"),
        "department_name": _known("责任部门名称"),
        "worker": _known("网格员"),
        "worker_name": _known("网格员姓名"),
        "self_handling_days": fields.Integer(required=True, metadata={"title": "自行处置的工作日"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
)
def facts(context: HandlerContext, incident_no: str, **given: Any) -> Mapping[str, Any]:
    """给出决策表 D4 所需的事实，留存所依据的事项版本。"""
    return routing.facts(context, incident_no, **given)


@handler(
    "incidents.route",
    title="确定处置方式",
    inputs={
        **INCIDENT,
        "mode": fields.String(required=True, validate=validate.OneOf(routing.MODES), metadata={"title": "处置方式"}),
        "explanation_zh": fields.String(load_default="", allow_none=True, metadata={"title": "理由"}),
        "explanation_en": fields.String(load_default="", allow_none=True, metadata={"title": "理由（英文）"}),
        "department": UnitRef(load_default=None, allow_none=True, metadata={"title": "主办单位"}),
    },
    outputs={"state": fields.String(required=True, metadata={"title": "事件状态"})},
    errors={"MUST_REFER": "只能转办，不能由网格员处置"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
    icon="route",
)
def route(context: HandlerContext, incident_no: str, **given: Any) -> Mapping[str, Any]:
    """落实处置方式及其理由；须专业能力或者执法资格的（I10）、未生效的（I11）不能由网格员处置。"""
    return routing.route(context, incident_no, **given)


@handler(
    "incidents.correct",
    title="更正",
    inputs={
        **INCIDENT,
        "item": _asked("事项"),
        "urgency": _asked("紧急程度"),
        "reason": fields.String(load_default="", allow_none=True, metadata={"title": "理由"}),
    },
    outputs={"urgency": fields.String(required=True, metadata={"title": "紧急程度"}), "item": _known("事项")},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
)
def correct(context: HandlerContext, incident_no: str, **given: Any) -> Mapping[str, Any]:
    """更正事项、紧急程度并留存理由；须转办与否只由事项决定，更正不能去掉。"""
    return routing.correct(context, incident_no, **given)


@handler(
    "incidents.record_self_handling",
    title="记录自行处置",
    inputs={**INCIDENT, "handling": fields.Dict(keys=fields.String(), required=True, metadata={"title": "处置情况"})},
    errors={"MUST_REFER": "只能转办，不能由网格员处置"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESSES,
)
def record_self_handling(context: HandlerContext, incident_no: str, handling: Mapping[str, Any]) -> Mapping[str, Any]:
    """留存处置情况；已解决的，再核对一次是否须转办（I10）。"""
    return routing.record_self_handling(context, incident_no, handling)


HANDLERS: list[Handler] = [locate, facts, route, correct, record_self_handling]
