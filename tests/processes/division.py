"""A grid division to test with: the plan, the acts of its people, and the answers of the plugins."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.clock import TIMEZONE
from tests.processes.case import Case

if TYPE_CHECKING:
    from engine.clock import FixedClock

NO = "HF-431103001-2026-0001"
PROPOSAL = {
    "no": NO,
    "township": "431103001",
    "township_name": "梅湾街道",
    "county": "431103",
    "city": "431100",
}
PLAN = {
    "reason_type": "community_resized",
    "reason_text": "小区二期交付，新增住户较多，原网格规模过大。",
    "effective_date": date(2026, 12, 31),
    "base_revision": 3,
    "changes": [{"op": "split", "grid": "431103001001-C001"}],
}
OPINION = "边界与相邻社区重叠，请核对后再报。"
APPLIED = {"revision": 4, "created": ["431103001001-C002", "431103001001-C003"], "retired": ["431103001001-C001"]}
EMPTY_NOTICE = {"departments": ["431103-UMB"], "notices": 1}
STAFFING: dict[str, Any] = {
    "office_phone": "0746-8000001",
    "supervision_phone": "0746-8000002",
    "grids": [{"grid": code, "primary": "MW-01", "others": []} for code in ("431103001001-C002", "431103001001-C003")],
}
PATROLS: dict[str, Any] = {"routes": [], "ended": [], "summary": "已调整巡查安排"}
ORDER = ["propose", "check_plan", "assess_size", "summarise", "plan_passes"]


def grid(field: str = "changes.0.parts.0", **changed: Any) -> dict[str, Any]:
    """A resulting grid as `grid_registry.check_plan` gives it: within the standard unless changed."""
    return {
        "field": field,
        "name": "梅湾一网格",
        "kind": "comprehensive",
        "setting": "urban",
        "households": 300,
        "population": 1000,
        "institution": "none",
        "reasons": False,
        "justification": "",
        **changed,
    }


DEVIATING = grid(households=391, population=1300)
HUGE = grid(households=900, population=3000, reasons=True, justification="封闭小区，不宜分割。")
FAULT = {
    "field": "changes.0.parts.1.unit_ids",
    "severity": "error",
    "code": "UNIT_ORPHANED",
    "rule": "I5",
    "message_zh": "有单元未归入网格",
    "message_en": "A unit is left over",
}


def propose(case: Case, *grids: dict[str, Any], findings: tuple[dict[str, str], ...] = (), **plan: Any) -> None:
    case.fill("propose", **(PLAN | plan))
    assert case.inputs("check_plan")["proposal_no"] == NO
    ok = not any(finding["severity"] == "error" for finding in findings)
    case.answer("check_plan", ok=ok, findings=list(findings), grids=list(grids or (grid(),)))


def sign(case: Case) -> None:
    case.fill("sign", decision="submit", statement=True)


def approve(case: Case) -> None:
    case.fill("review", checks=["boundary_clear"], conclusion="approve")


def take_effect(case: Case, clock: FixedClock) -> None:
    clock.set(datetime(2026, 12, 31, 0, 0, tzinfo=TIMEZONE))
    case.fire("wait_effective")
    case.answer("apply_plan", **APPLIED)
    follow(case)


def follow(case: Case) -> None:
    """The workers of the old grid serve the new ones."""
    assert case.inputs("carry_over") == {"township": PROPOSAL["township"], "created": APPLIED["created"]}
    case.answer("carry_over", carried=APPLIED["created"])


def staff(case: Case) -> None:
    case.fill("staff", staffing=STAFFING)
    assert case.inputs("staff_grids")["staffing"] == STAFFING
    case.answer("staff_grids")
