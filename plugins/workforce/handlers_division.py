"""What the process `grid-division` calls once the grids have changed: workers follow, the township's answer counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import SYSTEM, Actor, HandlerContext, today
from engine.plugin_api import BusinessError, GridRef, Retry, UnitRef, fields, handler
from plugins.workforce import staffing, succession
from plugins.workforce.log import Hand

PROCESS = "grid-division"
AT_ONCE = Retry(attempts=5, backoff=1.0, factor=2.0, max_delay=30.0)
CREATED = fields.List(GridRef(), required=True, metadata={"title": "新设网格"})


@handler(
    "workforce.carry_over",
    title="网格员接续新网格",
    inputs={"township": UnitRef(required=True, metadata={"title": "乡镇（街道）"}), "created": CREATED},
    outputs={"carried": fields.List(GridRef(), required=True, metadata={"title": "已有网格员接续的新网格"})},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESS,
)
def carry_over(context: HandlerContext, township: str, created: list[str]) -> dict[str, Any]:
    """原网格的网格员接续服务新网格，直到乡镇（街道）另行配备；不留服务空档。"""
    hand = Hand(context.session, context.clock, SYSTEM)
    return {"carried": succession.carry_over(hand, township, created)}


@handler(
    "workforce.staff_grids",
    title="登记网格员配备",
    inputs={
        "township": UnitRef(required=True, metadata={"title": "乡镇（街道）"}),
        "created": CREATED,
        "staffing": fields.Dict(keys=fields.String(), required=True, metadata={"title": "网格员配备"}),
    },
    errors={"NOT_STAFFED": "填报后网格或网格员有变动，需要重新确认"},
    retry=AT_ONCE,
    transactional=True,
    only_in=PROCESS,
)
def staff_grids(
    context: HandlerContext, township: str, created: list[str], staffing: Mapping[str, Any]
) -> dict[str, Any]:
    """按乡镇（街道）确认的结果登记每个新网格的网格员，并公布办公电话和监督电话（R10）。"""
    return _settle(context, township, created, dict(staffing))


def _settle(context: HandlerContext, township: str, created: list[str], answer: dict[str, Any]) -> dict[str, Any]:
    """Write an answer in the name of whoever gave it.

    Raises:
        BusinessError: NOT_STAFFED: since it was given a grid has ended or a worker has left.
    """
    if staffing.faults(context.session, township, created, today(context.clock), answer):
        finding = {
            "field": "",
            "severity": "warning",
            "code": "NOT_STAFFED",
            "rule": "",
            "message_zh": "提交后网格或网格员有变动，请重新确认。",
            "message_en": "Since you sent this a grid has ended or a worker has left. Please confirm again.",
        }
        raise BusinessError("NOT_STAFFED", "grids or workers have changed", findings=[finding])
    given = context.completions("staff")[-1]
    staffing.settle(Hand(context.session, context.clock, Actor(given.actor_id, given.actor_name)), township, answer)
    return {}
