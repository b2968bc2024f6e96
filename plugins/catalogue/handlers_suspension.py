"""What the process `catalogue-suspension` calls: register a lapse, take an item out of use, and take it up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import HandlerContext, NotFound
from engine.plugin_api import BusinessError, fields, handler, validate
from plugins.catalogue import lapses, suspensions
from plugins.catalogue.handlers import AT_ONCE, not_ready
from plugins.catalogue.register import NotReady

ITEM = {"item": fields.String(required=True, metadata={"title": "事项编码"})}


@handler(
    "catalogue.register_lapse",
    title="登记保障失效",
    inputs={
        **ITEM,
        "reason": fields.String(
            required=True, validate=validate.OneOf(list(suspensions.Lapse)), metadata={"title": "哪项保障失效"}
        ),
    },
    errors={"NOT_DUE": "不须处理"},
    retry=AT_ONCE,
    transactional=True,
    only_in=suspensions.PROCESS,
)
def register_lapse(context: HandlerContext, item: str, reason: str) -> Mapping[str, Any]:
    """登记由本件核实的保障失效；已经在核实、已经恢复或者事项不在用的，不须处理。"""
    if not lapses.register(context, item, suspensions.Lapse(reason)):
        raise BusinessError("NOT_DUE", f"事项 {item} 不须处理")
    return {}


@handler(
    "catalogue.suspend",
    title="暂停事项",
    inputs={
        **ITEM,
        "reason": fields.String(required=True, metadata={"title": "哪项保障失效"}),
        "text": fields.String(required=True, metadata={"title": "说明"}),
    },
    outputs={"notices": fields.Integer(required=True, metadata={"title": "通知份数"})},
    errors={"NOT_IN_FORCE": "事项不在用"},
    retry=AT_ONCE,
    transactional=True,
    only_in=suspensions.PROCESS,
    icon="pause-circle",
)
def suspend(context: HandlerContext, item: str, reason: str, text: str) -> Mapping[str, Any]:
    """事项自当日起暂停，告知各部门、乡镇（街道）和网格员；已经不在用的，不须暂停。"""
    lapses.require_decided(context)
    try:
        return {"notices": suspensions.suspend(context, item, text)}
    except NotFound as gone:
        raise BusinessError("NOT_IN_FORCE", f"事项 {item} 已经不在用") from gone


@handler(
    "catalogue.release",
    title="恢复事项",
    inputs={
        **ITEM,
        "guarantees": fields.Dict(keys=fields.String(), required=True, metadata={"title": "恢复后的保障"}),
        "case_no": fields.String(required=True, metadata={"title": "办件编号"}),
    },
    outputs={"number": fields.Integer(required=True, metadata={"title": "清单版本，没有形成的为0"})},
    errors={"NOT_READY": "事项尚不具备生效条件"},
    retry=AT_ONCE,
    transactional=True,
    only_in=suspensions.PROCESS,
    icon="play-circle",
)
def release(context: HandlerContext, item: str, guarantees: Mapping[str, Any], case_no: str) -> Mapping[str, Any]:
    """以恢复后的保障形成新一版清单，事项自当日起恢复使用；不具备生效条件的（I9），不恢复。"""
    try:
        return {"number": suspensions.release(context, item, guarantees, case_no)}
    except NotReady as refused:
        raise BusinessError("NOT_READY", str(refused), findings=not_ready(refused.facts["faults"])) from refused


HANDLERS = [register_lapse, suspend, release]
