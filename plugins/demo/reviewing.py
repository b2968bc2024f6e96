"""What those who review an application to change the catalogue answer, whatever it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from plugins.demo.application_forms import contact
from plugins.demo.divisions import COUNTY
from plugins.demo.story import Act, Reply, Scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAWFUL: Final = {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes"}
LEGAL: Final = Reply(
    {**LAWFUL, "conclusion": "pass", "opinion": "符合法律、法规，同意。"}, after=2 * DAY + timedelta(minutes=35)
)
PROPOSED: Final = Reply(
    {"checks": ["legality", "necessity"], "conclusion": "propose_approve"}, after=2 * DAY + timedelta(minutes=110)
)
AGREED: Final = Reply({"opinion": "agree"}, after=2 * DAY + timedelta(minutes=15))
COMMENTED: Final = Reply(
    {"opinion": "agree_with_changes", "text": "同意；请写明夜间和节假日不要求当日上报。"}, after=DAY + 2 * HOUR
)
UNCONCERNED: Final = Reply({"opinion": "not_concerned"}, after=3 * HOUR)
OBJECTED: Final = Reply(
    {"opinion": "object", "text": "与本部门正在巡查的内容重复，建议明确分工。"}, after=2 * DAY + timedelta(minutes=50)
)

Replies = Mapping[str, Reply | Act | Sequence[Reply | Act]]


def to_the_end(department: str) -> dict[str, Reply]:
    """Return the answers of everybody from the legality review on who find nothing amiss."""
    return {
        "legality": LEGAL,
        "strict_review": PROPOSED,
        "approve": Reply(approved, after=3 * DAY, by="lst.approver"),
        "guarantee": guaranteed(department),
    }


def approved(scene: Scene) -> dict[str, Any]:
    """Fill in an approval that takes effect in some weeks."""
    return approval(scene) | {"effective_from": (scene.today + 20 * DAY).isoformat()}


def approval(scene: Scene) -> dict[str, Any]:
    """Fill in an approval, without its day. Documents of a year count up with its days."""
    number = 10 + scene.today.timetuple().tm_yday
    doc_no = f"冷政〔{scene.today.year}〕{number}号"
    return {"decision": "approve", "approved_by": "冷水滩区人民政府", "doc_no": doc_no}


def guaranteed(department: str, resources: str = "办理指引、宣传材料", funding: int = 4000) -> Reply:
    """Return how a department confirms the guarantees."""

    def values(scene: Scene) -> dict[str, Any]:
        number = scene.today.timetuple().tm_yday
        return {
            "guidance_person": contact(department),
            "training": {
                "hours": 4,
                "on": (scene.today - DAY).isoformat(),
                "materials": "办理指引",
                "trained_percent": 96,
            },
            "resources": resources,
            "funding": {
                "amount_cny": funding,
                "source": "部门预算",
                "document_no": f"冷财〔{scene.today.year}〕{number}号",
            },
            "confirmed": True,
        }

    return Reply(values, after=4 * DAY + timedelta(minutes=75))


def coordinated(conclusion: str) -> Reply:
    """Return how the agency coordinates an objection."""
    return Reply({"conclusion": conclusion, "text": "三方已经协商，分工写入事项说明。"}, after=2 * DAY)


def formal(result: str, *departments: str, **more: Any) -> Reply:
    """Return the agency's formal check; `departments`, without the county, countersign."""
    values: dict[str, Any] = {"result": result, **more}
    if departments:
        values["departments"] = [f"{COUNTY}-{code}" for code in departments]
    if result != "accept":
        values["opinion"] = (
            "请补充事项的培训教材和上报格式。" if result == "correct" else "所列条文没有授权网格员承担这项工作。"
        )
    return Reply(values, after=DAY + timedelta(minutes=20))
