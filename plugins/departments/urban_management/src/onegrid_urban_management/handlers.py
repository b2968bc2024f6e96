"""What the bureau does when it is asked by a process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.plugin_api import Context, GridRef, Retry, RetryLater, Schema, fields, handler, validate
from onegrid_urban_management.patrols import plan_route, summarise


class RouteSchema(Schema):
    """One patrol of the answer."""

    grid = GridRef(required=True, metadata={"title": "网格"})
    patrol = fields.String(required=True, metadata={"title": "巡查线路"})
    rounds = fields.Integer(required=True, validate=validate.Range(min=1), metadata={"title": "每日轮次"})
    minutes = fields.Integer(required=True, validate=validate.Range(min=1), metadata={"title": "每日用时（分钟）"})
    stops = fields.List(fields.String(), required=True, metadata={"title": "途经"})


@handler(
    "urban_management.replan_patrols",
    "城管调整巡查安排",
    inputs={
        "proposal_no": fields.String(required=True, metadata={"title": "方案编号"}),
        "created": fields.List(GridRef(), required=True, metadata={"title": "新设网格"}),
        "retired": fields.List(GridRef(), required=True, metadata={"title": "撤销网格"}),
    },
    outputs={
        "routes": fields.List(fields.Nested(RouteSchema), required=True, metadata={"title": "巡查安排"}),
        "ended": fields.List(GridRef(), required=True, metadata={"title": "停止巡查的网格"}),
        "summary": fields.String(required=True, metadata={"title": "摘要"}),
    },
    timeout=20,
    retry=Retry(attempts=5, backoff=5),
    idempotency=["proposal_no"],
    uses={"grid:read"},
    icon="route",
)
def replan_patrols(ctx: Context, proposal_no: str, created: Sequence[str], retired: Sequence[str]) -> dict[str, Any]:
    """经审核的划分生效后，安排新设网格的巡查，停止已撤销网格的巡查。

    Asks the registry for each new grid. The same division gives the same answer, so a repeated attempt does no harm.
    """
    routes = []
    for code in created:
        grid = ctx.grid.get(code)
        if grid is None:
            # its division has just taken effect: nobody in the case can mend this, so it is tried again, then left
            raise RetryLater(f"方案 {proposal_no} 的网格 {code} 不在登记册中")
        routes.append(plan_route(grid))
    return {
        "routes": [asdict(route) for route in routes],
        "ended": list(retired),
        "summary": summarise(routes, len(retired)),
    }
