"""What processes ask of the workforce: for which items too few workers are trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import HandlerContext, today
from engine.plugin_api import Handler, fields, handler
from plugins.workforce import shares


@handler(
    "workforce.find_lapsed_trainings",
    title="查找培训不足的事项",
    inputs={},
    outputs={
        "items": fields.List(
            fields.Dict(keys=fields.String()), required=True, metadata={"title": "参训比例低于80%的事项"}
        )
    },
    transactional=True,
    only_in="catalogue-watch",
    icon="search",
)
def find_lapsed_trainings(context: HandlerContext) -> Mapping[str, Any]:
    """按各乡镇（街道）的培训记录，找出应训网格员参训比例低于80%的在用事项（R50）。"""
    return {
        "items": [
            {
                "item": each.item,
                "trained": each.trained,
                "workers": each.workers,
                "percent": each.percent,
                "planned_on": each.planned_on.isoformat() if each.planned_on else None,
            }
            for each in shares.lapsed_trainings(context.session, today(context.clock))
        ]
    }


HANDLERS: list[Handler] = [find_lapsed_trainings]
