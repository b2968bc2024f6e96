"""What the process `grid-division` calls: check a plan, apply it, record its filing. Alone in importing changes.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import HandlerContext, today
from engine.plugin_api import BusinessError, GridRef, Retry, fields, handler, validate
from plugins.grid_registry import changes, plans, size, watch
from plugins.grid_registry.check import check, refuses
from plugins.grid_registry.model import Filing
from plugins.grid_registry.outcome import outcome_of
from plugins.grid_registry.plan import read
from plugins.grid_registry.state import load
from plugins.grid_registry.writes import writes_of

# a lock or a connection may fail; a plan does not get better by waiting
AT_ONCE = Retry(attempts=5, backoff=1.0, factor=2.0, max_delay=30.0)


def _records(title: str) -> fields.List[Any]:
    return fields.List(fields.Dict(keys=fields.String()), required=True, metadata={"title": title})


@handler(
    "grid_registry.check_plan",
    title="校验网格划分方案",
    inputs={
        "proposal_no": fields.String(required=True, metadata={"title": "方案编号"}),
        "plan": fields.Dict(keys=fields.String(), required=True, metadata={"title": "划分方案"}),
    },
    outputs={
        "ok": fields.Boolean(required=True, metadata={"title": "没有错误"}),
        "findings": _records("校验意见"),
        "grids": _records("待判定规模的网格"),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=plans.PROCESS,
)
def check_plan(context: HandlerContext, proposal_no: str, plan: Mapping[str, Any]) -> dict[str, Any]:
    """校验方案的结构（I4–I8、I19），留存所校验的版本，并给出规模判定所需的各网格数据。"""
    session = context.session
    proposal = plans.of_instance(session, proposal_no, context.instance_id)
    state = load(session, proposal.township)
    findings = check(plan, state, today(context.clock))
    outcome = outcome_of(read(plan), state)
    # a grid with errors of its own would only bring more messages on the same fault
    grids = [size.facts(grid) for grid in size.resulting(outcome, state) if grid.kind and grid.setting]
    writes = {} if refuses(findings) else writes_of(session, outcome)
    plans.keep(session, proposal_no, plan, findings, grids, writes, context.clock.now())
    return {
        "ok": not refuses(findings),
        "findings": [finding.as_json() for finding in findings],
        "grids": grids,
    }


@handler(
    "grid_registry.apply_plan",
    title="网格划分生效",
    inputs={"proposal_no": fields.String(required=True, metadata={"title": "方案编号"})},
    outputs={
        "revision": fields.Integer(required=True, metadata={"title": "登记册版本"}),
        "created": fields.List(GridRef(), required=True, metadata={"title": "新设网格"}),
        "retired": fields.List(GridRef(), required=True, metadata={"title": "撤销网格"}),
    },
    errors={"APPLY_CONFLICT": "方案起草后网格已有变更，方案与现状不符"},
    retry=AT_ONCE,
    transactional=True,
    reserved=True,
    only_in=plans.PROCESS,
)
def apply_plan(context: HandlerContext, proposal_no: str) -> dict[str, Any]:
    """将经审签、审核的方案一次写入网格登记，或完全不写入。"""
    try:
        applied = changes.apply(context, proposal_no)
    except changes.Conflict as conflict:
        raise BusinessError(
            "APPLY_CONFLICT", str(conflict), findings=[finding.as_json() for finding in conflict.findings]
        ) from conflict
    return {"revision": applied.revision, "created": applied.created, "retired": applied.retired}


@handler(
    "grid_registry.find_hidden_divisions",
    title="查找另行划分线索",
    outputs={"findings": fields.Integer(required=True, metadata={"title": "线索数"})},
    retry=AT_ONCE,
    transactional=True,
    only_in="hidden-divisions",
)
def find_hidden_divisions(context: HandlerContext) -> dict[str, Any]:
    """查看各部门插件的自有数据，留下像是另行划分网格的线索，供审计人员核查（R33）。"""
    databases = context.own_databases
    return {"findings": len(watch.watch(context.session, databases, context.clock.now())) if databases else 0}


@handler(
    "grid_registry.record_filing",
    title="登记备案回执",
    inputs={
        "proposal_no": fields.String(required=True, metadata={"title": "方案编号"}),
        "receipt_no": fields.String(required=True, validate=validate.Length(1, 100), metadata={"title": "备案回执号"}),
        "remark": fields.String(
            required=True, validate=validate.OneOf(["recorded", "query"]), metadata={"title": "备案情况"}
        ),
        "note": fields.String(load_default="", allow_none=True, metadata={"title": "函询内容"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=plans.PROCESS,
)
def record_filing(
    context: HandlerContext, proposal_no: str, receipt_no: str, remark: str, note: str | None
) -> dict[str, Any]:
    """登记市级机构的备案回执（R23）。备案不是审批，有疑问也不撤销已生效的划分。"""
    plans.of_instance(context.session, proposal_no, context.instance_id)
    filed = context.completions("file")[-1]
    plans.file(
        context.session,
        proposal_no,
        Filing(receipt_no, remark, note or "", filed.at, filed.actor_name),
        by=filed.actor_id,
    )
    return {}
