"""Paths of those who handle it: workers themselves, departments, their own processes, and what is verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from plugins.demo.incident_stories.draft import Draft
from plugins.demo.incident_stories.intake import by_hotline, in_danger, not_in_force
from plugins.demo.incident_stories.path import Made, nothing
from plugins.demo.incident_stories.texts import (
    Text,
    by_enforcement,
    by_skill,
    is_calm,
    is_referred,
    may_self_handle,
    of_item,
    special,
)
from plugins.demo.incident_stories.usual import handling, quicker_again, rate, recheck, self_handling, verified
from plugins.demo.story import Reply


def explained(draft: Draft) -> None:
    """Let the worker explain why nothing is to be done."""
    draft.always("self_handle", Reply(self_handling(draft, "explained"), draft.hours(2, 20)))
    draft.always("township_handle", Reply(self_handling(draft, "explained"), draft.hours(2, 20)))


def failed(draft: Draft) -> None:
    """Let the worker find that it cannot be solved alone."""
    given = self_handling(draft, "cannot_solve", "多次劝导无效，当事人不予配合，需要部门处理。")
    draft.then("self_handle", Reply(given, draft.hours(3, 25)))


def unqualified(draft: Draft) -> None:
    """Let the worker find that it needs a qualification after all."""
    given = self_handling(draft, "found_needs_qualification", "现场发现涉及执法认定，网格员无权处理。")
    draft.then("self_handle", Reply(given, draft.hours(1, 6)))


def late(draft: Draft) -> None:
    """Let the worker take longer than three working days: the township is reminded."""
    draft.always("self_handle", Reply(self_handling(draft), timedelta(days=6)))
    draft.always("township_handle", Reply(self_handling(draft), timedelta(days=6)))


def persuaded_in_vain(draft: Draft) -> None:
    """Let urban management persuade, order, find it uncorrected and file a case."""
    found = {"kind": "stall", "first": "yes", "party": "沿街经营户", "note": "现场检查，店外经营。"}
    draft.always("inspect", Reply(found, draft.hours(3, 20)))
    draft.always("persuade", Reply({"removed": "no", "note": "当事人拒绝搬离。"}, draft.hours(0.5, 2)))
    draft.always("recheck", Reply(recheck(draft, fits=False), draft.hours(20, 48)))


def leaking(draft: Draft) -> None:
    """Let housing find a leak: the supply is cut before anything else."""
    values = {"leak": "yes", "use": "household", "hazard": "hose", "note": "闻到燃气味，检测浓度超标。"}
    draft.always("accept", Reply(values, draft.hours(0.4, 1.5)))


def fixed_late(draft: Draft) -> None:
    """Let housing order twice."""
    again, done = recheck(draft, fits=False), recheck(draft, fits=True)
    draft.then("recheck", Reply(again, draft.hours(20, 40)), Reply(done, draft.hours(20, 40)))


def reworked(draft: Draft) -> None:
    """Let the verification fail once."""
    quicker_again(draft)
    failing = Reply(verified("fail", "现场查看，问题仍未完全解决。"), draft.hours(1, 6))
    passing = Reply(verified(), draft.hours(1, 6))
    for element in ("verify", "verify_township"):
        draft.then(element, failing, passing)


def reworked_twice(draft: Draft) -> None:
    """Let it fail twice, and take its time then: the county supervises."""
    values, hours = draft.usually("handle").values, draft.hours
    draft.then("handle", Reply(values, hours(10, 60)), Reply(values, hours(2, 6)), Reply(values, timedelta(days=4)))
    failing = [
        Reply(verified("fail", each), draft.hours(1, 5)) for each in ("处理不彻底，边角仍有遗留。", "复查仍不合格。")
    ]
    for element in ("verify", "verify_township"):
        draft.then(element, *failing, Reply(verified(), draft.hours(1, 6)))


def not_checked(draft: Draft) -> None:
    """Let the worker be unable to check: the township does."""
    given = verified("cannot_check", "当事人家中无人，无法核查。")
    draft.then("verify", Reply(given, draft.hours(1, 6)))


def verified_late(draft: Draft) -> None:
    """Let the worker not verify in a working day: the township does."""
    draft.then("verify")


def impossible(draft: Draft) -> None:
    """Let the department explain why it cannot be done."""
    draft.always("handle", Reply(lambda scene: handling(draft, scene, "explained_not_possible"), draft.hours(10, 60)))


def filed(draft: Draft) -> None:
    """Let the department file a case."""
    draft.always("handle", Reply(lambda scene: handling(draft, scene, "filed_case"), draft.hours(20, 70)))


def handed_on(draft: Draft) -> None:
    """Let the department hand it to who decides such matters by law."""
    told = {
        "measures": "现场核实，当事人对产权有争议，不属于行政处理范围，书面告知诉讼、调解途径。",
        "reply": "经核实涉及产权争议，已告知各方可以申请人民调解或者向人民法院起诉。",
    }
    draft.always("handle", Reply(lambda scene: handling(draft, scene, "transferred") | told, draft.hours(10, 60)))


def too_late_for_workers(draft: Draft) -> None:
    """Let the worker get to it when the item has left the catalogue meanwhile: triage refers it."""
    draft.then("self_handle", Reply(self_handling(draft), timedelta(days=2)))
    not_in_force(draft)


def partly(draft: Draft) -> None:
    """Let the reporter rate it as solved in part."""
    by_hotline(draft)
    rate(draft, solved="partly", score=3, comment="解决了一部分，希望继续跟进。")


def _settled(text: Text) -> bool:
    return may_self_handle(text) and text.item != "PSB-004"


def _early(text: Text) -> bool:
    return text.item == "PSB-004"


def _sensitive(text: Text) -> bool:
    return text.sensitive and is_referred(text)


def _hasty(text: Text) -> bool:
    return is_referred(text) and text.urgency == "urgent"


BUILDS: Final[Mapping[str, Made]] = {
    "self_handled": (nothing, _settled),
    "self_handled_early": (nothing, _early),
    "self_removed": (too_late_for_workers, _early),
    "self_explained": (explained, _settled),
    "self_failed": (failed, _settled),
    "self_unqualified": (unqualified, _settled),
    "self_late": (late, _settled),
    "enforcement": (nothing, by_enforcement),
    "skill": (nothing, by_skill),
    "urgent": (nothing, _hasty),
    "enquiry": (nothing, special("enquiry")),
    "sensitive": (nothing, _sensitive),
    "filed": (filed, by_enforcement),
    "impossible": (impossible, is_calm),
    "handed_on": (handed_on, is_calm),
    "own_urban": (nothing, of_item("UMB-005")),
    "own_urban_case": (persuaded_in_vain, of_item("UMB-005")),
    "own_housing": (nothing, of_item("HUD-009")),
    "own_housing_leak": (leaking, of_item("HUD-009")),
    "own_housing_twice": (fixed_late, of_item("HUD-009")),
    "own_police": (nothing, of_item("PSB-003")),
    "own_emergency": (in_danger, of_item("EMB-012")),
    "reworked": (reworked, is_calm),
    "reworked_twice": (reworked_twice, is_calm),
    "not_checked": (not_checked, is_calm),
    "verified_late": (verified_late, is_calm),
    "partly": (partly, is_calm),
}
"""Path → what is its own, and what it may be about."""
