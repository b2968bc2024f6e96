"""What the watch calls: find what is due and what has lapsed, and register the application with which a case begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core_api import HandlerContext, today
from engine.plugin_api import BusinessError, fields, handler, validate
from plugins.catalogue import applications, due_reviews, lapses
from plugins.catalogue.handlers import AT_ONCE

WATCH = "catalogue-watch"
_UNITS = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)


@handler(
    "catalogue.find_due_reviews",
    title="查找须复核的事项",
    inputs={},
    outputs={
        "due": fields.List(
            fields.Dict(keys=fields.String()), required=True, metadata={"title": "须复核的事项和现行内容"}
        )
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=WATCH,
    icon="search",
)
def find_due_reviews(context: HandlerContext) -> Mapping[str, Any]:
    """找出依据已经失效、或者一年没有复核的在用事项；已经在复核的不再发起。"""
    return {"due": due_reviews.find(context.session, today(context.clock))}


@handler(
    "catalogue.find_lapses",
    title="查找保障失效的事项",
    inputs={
        "untrained": fields.List(
            fields.Dict(keys=fields.String()), required=True, metadata={"title": "参训比例不足的事项"}
        )
    },
    outputs={
        "lapses": fields.List(
            fields.Dict(keys=fields.String()), required=True, metadata={"title": "须县级核实的保障失效"}
        )
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=WATCH,
    icon="search",
)
def find_lapses(context: HandlerContext, untrained: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """找出业务指导专人已经离岗、参训比例不足的在用事项（R49、R50）；同一失效只提请核实一次。"""
    return {"lapses": lapses.find(context, untrained)}


@handler(
    "catalogue.register_review",
    title="登记复核",
    inputs={
        "item": fields.String(required=True, metadata={"title": "事项编码"}),
        "origin": fields.String(
            required=True, validate=validate.OneOf(list(due_reviews.Origin)), metadata={"title": "为何复核"}
        ),
    },
    outputs={
        "no": fields.String(required=True, metadata={"title": "申请编号"}),
        "kind": fields.String(required=True, metadata={"title": "申请种类"}),
        "item": fields.String(required=True, metadata={"title": "事项编码"}),
        "item_name": fields.String(required=True, metadata={"title": "事项名称"}),
        "department": fields.String(required=True, metadata={"title": "主管部门"}),
        "department_name": fields.String(required=True, metadata={"title": "主管部门名称"}),
        "county": fields.String(required=True, metadata={"title": "县区"}),
        "county_name": fields.String(required=True, metadata={"title": "县区名称"}),
        "legality": fields.String(required=True, metadata={"title": "合法性审查部门"}),
        "departments": _UNITS,
        "townships": _UNITS,
        "sample": fields.List(fields.String(), required=True, metadata={"title": "抽选的乡镇（街道）"}),
    },
    errors={"NOT_DUE": "不须复核"},
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
)
def register_review(context: HandlerContext, item: str, origin: str) -> Mapping[str, Any]:
    """为复核登记一件调整申请，由主管部门办理；已经在复核、刚复核过或者事项不在清单中的，不须复核。"""
    registered = due_reviews.register_review(context, item, due_reviews.Origin(origin))
    if registered is None:
        raise BusinessError("NOT_DUE", f"事项 {item} 不须复核")
    return registered


HANDLERS = [find_due_reviews, find_lapses, register_review]
