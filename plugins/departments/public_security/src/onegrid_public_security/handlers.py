"""What the bureau does when it is asked by a process: its patrols answer here, its records in a system of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.plugin_api import BusinessError, Context, GridRef, IncidentRef, Retry, external, fields, handler, validate
from onegrid_public_security.patrols import nearest_patrol

KINDS = {"domestic_violence": "疑似家庭暴力", "drugs": "涉毒线索", "fraud": "电信网络诈骗", "other": "其他"}


@handler(
    "public_security.dispatch_patrol",
    "公安派巡逻警力",
    inputs={
        "report_no": IncidentRef(required=True, metadata={"title": "上报编号"}),
        "grid": GridRef(required=True, metadata={"title": "网格"}),
        "at": fields.DateTime(required=True, metadata={"title": "派警时间"}),
        "urgency": fields.String(
            load_default="normal",
            validate=validate.OneOf(["normal", "high"], ["一般", "紧急"]),
            metadata={"title": "紧急程度"},
        ),
    },
    outputs={
        "unit": fields.String(required=True, metadata={"title": "巡逻单元"}),
        "minutes": fields.Integer(
            required=True, validate=validate.Range(min=1), metadata={"title": "到场时限（分钟）"}
        ),
    },
    errors={"NO_UNIT": "此时没有巡逻警力值守这个网格", "GRID_UNKNOWN": "登记册中没有这个网格"},
    timeout=20,
    retry=Retry(attempts=4, backoff=5),
    idempotency=["report_no", "grid"],
    uses={"grid:read"},
    icon="siren",
)
def dispatch_patrol(ctx: Context, report_no: str, grid: str, at: datetime, urgency: str) -> dict[str, Any]:
    """指派此时在该网格执勤的巡逻警力，并给出到场时限。

    The patrols serve the grids of the registry; the bureau keeps no beats of its own. The same question gets the same
    answer, so a repeated attempt does no harm.
    """
    found = ctx.grid.get(grid)
    if found is None:
        raise BusinessError("GRID_UNKNOWN", f"{report_no} 的网格 {grid} 不在登记册中", grid=grid)
    patrol = nearest_patrol(found, at, urgency)
    if patrol is None:
        raise BusinessError("NO_UNIT", f"{report_no}：此时没有巡逻警力值守网格 {grid}", grid=grid)
    return {"unit": patrol.unit, "minutes": patrol.minutes}


record_case = external(
    "public_security.record_case",
    "公安登记警情",
    inputs={
        "report_no": IncidentRef(required=True, metadata={"title": "上报编号"}),
        "kind": fields.String(
            required=True, validate=validate.OneOf(list(KINDS), list(KINDS.values())), metadata={"title": "警情类别"}
        ),
        "grid": GridRef(required=True, metadata={"title": "网格"}),
        "place": fields.String(required=True, validate=validate.Length(max=200), metadata={"title": "地点"}),
        "summary": fields.String(required=True, validate=validate.Length(max=2000), metadata={"title": "情况"}),
    },
    outputs={
        "case_number": fields.String(
            required=True, validate=validate.Length(min=1, max=40), metadata={"title": "警情编号"}
        ),
        "recorded_at": fields.DateTime(required=True, metadata={"title": "登记时间"}),
    },
    errors={"DUPLICATE": "同一地点的同类警情已登记，且尚未办结"},
    timeout=120,
    retry=Retry(attempts=5, backoff=30),
    idempotency=["report_no"],
    icon="file-lock",
    doc="在公安机关自己的系统（不是 Python 写的）中登记警情，带回警情编号。",
)
