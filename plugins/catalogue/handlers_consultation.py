"""What the process `catalogue-consultation` calls: publish what is planned, close, publish what became of opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core_api import HandlerContext
from engine.plugin_api import fields, handler, validate
from plugins.catalogue import applications, consultations
from plugins.catalogue.handlers import APPLICATION, AT_ONCE

ONLY_IN = (applications.PROCESS, "catalogue-consultation")
COUNT = {"opinions": fields.Integer(required=True, metadata={"title": "意见条数"})}


@handler(
    "catalogue.open_consultation",
    title="公布拟定事项",
    inputs={
        **APPLICATION,
        "draft": fields.Dict(keys=fields.String(), required=True, metadata={"title": "申请内容"}),
        "days": fields.Integer(required=True, validate=validate.Range(min=7, max=60), metadata={"title": "天数"}),
    },
    outputs={"closes_on": fields.String(required=True, metadata={"title": "截止日期"})},
    retry=AT_ONCE,
    transactional=True,
    only_in=ONLY_IN,
    icon="megaphone",
)
def open_consultation(context: HandlerContext, application_no: str, draft: Mapping[str, Any], days: int) -> Any:
    """在清单的公开页面公布拟定的事项，征求社会意见至少7日（R47）。"""
    opened = consultations.open_one(context, application_no, draft, days)
    return {"closes_on": opened.closes_on.isoformat()}


@handler(
    "catalogue.close_consultation",
    title="征求意见截止",
    inputs=APPLICATION,
    outputs=COUNT,
    retry=AT_ONCE,
    transactional=True,
    only_in=ONLY_IN,
)
def close_consultation(context: HandlerContext, application_no: str) -> Mapping[str, Any]:
    """清点截止以前收到的意见。"""
    applications.of_instance(context.session, application_no, context.instance_id)
    return {"opinions": len(consultations.said(context.session, application_no))}


@handler(
    "catalogue.answer_consultation",
    title="公布意见处理情况",
    inputs={
        **APPLICATION,
        "opinions": fields.List(
            fields.Dict(keys=fields.String(), values=fields.String()), required=True, metadata={"title": "处理情况"}
        ),
    },
    outputs=COUNT,
    retry=AT_ONCE,
    transactional=True,
    only_in=ONLY_IN,
    icon="megaphone",
)
def answer_consultation(
    context: HandlerContext, application_no: str, opinions: Sequence[Mapping[str, str]]
) -> Mapping[str, Any]:
    """逐条公布意见的摘要、处理和理由；意见人凭回执号看到答复。"""
    return {"opinions": consultations.answer(context, application_no, opinions)}


HANDLERS = [open_consultation, close_consultation, answer_consultation]
