"""What a department's process offers to others with the property `serves`: it takes and gives what all such do."""

from __future__ import annotations

from engine.bpmn.diagram import Node, Process
from engine.bpmn.report import Report, Words

CODES = frozenset({"offer.inputs", "offer.result"})
"""Instances of what was deployed before the contract was known must load."""

TAKEN = ("unit", "referral")
"""The variables that it is started with: the unit that is to act, and what was referred to it."""

GIVEN = "handling"
"""The variable that it leaves: `{result, measures, reply}`."""


def check(process: Process, report: Report) -> None:
    """Check a process that has the property `serves`."""
    if not process.properties.get("serves", "").strip():
        return
    inputs = {name.strip() for name in process.properties.get("inputs", "").split(",")}
    if inputs != set(TAKEN):
        words = Words(
            "属性 serves 说明流程承接转办，流程的属性 inputs 须为“unit, referral”",
            "with the property serves it is called for referrals: its property inputs must be 'unit, referral'",
            "请改 inputs，并从 referral 取得编号、地点等。",
            "Change inputs, and take number, place and so on from referral.",
        )
        report.error("offer.inputs", process, words)
    if not any(_gives(node) for node in process.nodes.values()):
        words = Words(
            f"属性 serves 说明流程承接转办，但没有环节给出变量“{GIVEN}”",
            f"with the property serves it is called for referrals, but nothing sets the variable {GIVEN!r}",
            f"请在结束前用脚本任务给出 {GIVEN}（result、measures、reply）。",
            f"Let a script task set {GIVEN} (result, measures, reply) before the end.",
        )
        report.error("offer.result", process, words)


def _gives(node: Node) -> bool:
    operator = node.extension("serviceTaskOperator")
    named = (
        node.properties.get("resultVariable"),
        node.extension_text("variableName"),
        None if operator is None else operator.get("resultVariable"),
    )
    return GIVEN in named or (node.type == "scriptTask" and not node.properties.get("resultVariable"))
