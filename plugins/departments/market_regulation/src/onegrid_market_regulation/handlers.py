"""What the bureau does when it is asked by a process."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.plugin_api import BusinessError, Context, GridRef, Retry, fields, handler, validate
from onegrid_market_regulation.inspections import ITEMS, number, rectify_by, result_of
from onegrid_market_regulation.tables import inspection


@handler(
    "market_regulation.record_inspection",
    "市监登记检查",
    inputs={
        "grid": GridRef(required=True, metadata={"title": "网格"}),
        "item": fields.String(
            required=True, validate=validate.OneOf(list(ITEMS), list(ITEMS.values())), metadata={"title": "事项"}
        ),
        "premises": fields.String(required=True, validate=validate.Length(1, 100), metadata={"title": "经营场所"}),
        "licence": fields.String(
            load_default=None, allow_none=True, validate=validate.Length(max=40), metadata={"title": "证照编号"}
        ),
        "hazard": fields.Boolean(required=True, metadata={"title": "发现隐患"}),
        "inspected_on": fields.Date(required=True, metadata={"title": "检查日期"}),
    },
    outputs={
        "no": fields.String(required=True, metadata={"title": "检查编号"}),
        "result": fields.String(
            required=True,
            validate=validate.OneOf(["pass", "rectify", "refer"], ["合格", "限期整改", "移送执法"]),
            metadata={"title": "结果"},
        ),
        "rectify_by": fields.Date(required=True, allow_none=True, metadata={"title": "整改期限"}),
    },
    errors={"GRID_UNKNOWN": "登记册中没有这个网格"},
    timeout=20,
    retry=Retry(attempts=5, backoff=5),
    uses={"grid:read"},
    icon="clipboard-check",
)
def record_inspection(
    ctx: Context, grid: str, item: str, premises: str, licence: str | None, hazard: bool, inspected_on: date
) -> dict[str, Any]:
    """在本局的表中登记一次检查，并给出检查之后的办法。

    Asks the registry for the grid. A repeated attempt finds the row of the first one and answers the same.
    """
    found = ctx.session.execute(
        sa.select(inspection).where(inspection.c.idempotency_key == ctx.idempotency_key)
    ).one_or_none()
    if found is not None:
        return {"no": found.no, "result": found.result, "rectify_by": found.rectify_by}
    if ctx.grid.get(grid) is None:
        raise BusinessError("GRID_UNKNOWN", f"网格 {grid} 不在登记册中", grid=grid)
    result = result_of(item, licence, hazard=hazard)
    row = {
        "no": number(inspected_on, _of_year(ctx, inspected_on.year)),
        "idempotency_key": ctx.idempotency_key,
        "grid_code": grid,
        "item": item,
        "premises": premises,
        "licence": licence,
        "result": result,
        "inspected_on": inspected_on,
        "rectify_by": rectify_by(item, result, inspected_on),
    }
    ctx.session.execute(sa.insert(inspection).values(row))
    return {name: row[name] for name in ("no", "result", "rectify_by")}


def _of_year(ctx: Context, year: int) -> int:
    prefix = f"AMR-{year}-"
    last = ctx.session.scalar(sa.select(sa.func.max(inspection.c.no)).where(inspection.c.no.startswith(prefix)))
    return int(last.removeprefix(prefix)) if last else 0


@handler(
    "market_regulation.check_premises",
    "市监查询经营场所",
    inputs={
        "grid": GridRef(required=True, metadata={"title": "网格"}),
        "premises": fields.String(required=True, validate=validate.Length(1, 100), metadata={"title": "经营场所"}),
        "on": fields.Date(required=True, metadata={"title": "日期"}),
    },
    outputs={
        "inspections": fields.Integer(required=True, metadata={"title": "检查次数"}),
        "last_result": fields.String(required=True, allow_none=True, metadata={"title": "最近结果"}),
        "overdue": fields.Boolean(required=True, metadata={"title": "整改逾期"}),
    },
    timeout=10,
    icon="search",
)
def check_premises(ctx: Context, grid: str, premises: str, on: date) -> dict[str, Any]:
    """查询网格内某经营场所检查过几次、最近结果如何、整改是否逾期。"""
    rows = ctx.session.execute(
        sa.select(inspection.c.result, inspection.c.rectify_by)
        .where(inspection.c.grid_code == grid, inspection.c.premises == premises)
        .order_by(inspection.c.inspected_on, inspection.c.no)
    ).all()
    last = rows[-1] if rows else None
    return {
        "inspections": len(rows),
        "last_result": last.result if last else None,
        "overdue": bool(last and last.rectify_by and last.rectify_by < on),
    }
