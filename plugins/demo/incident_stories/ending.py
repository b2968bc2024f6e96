"""Paths of the end: what the reporter thinks of it, and what becomes of it then (SPEC 8(c) c13-c17, D8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from plugins.demo.incident_stories.draft import Draft
from plugins.demo.incident_stories.intake import by_hotline, by_resident
from plugins.demo.incident_stories.path import Made
from plugins.demo.incident_stories.texts import Text, is_calm, may_self_handle
from plugins.demo.incident_stories.usual import quicker_again, rate
from plugins.demo.story import Reply
from plugins.incidents.api import AnswerKind

CHANGED: Final = "431103102200-U012"
"""A unit that moves to another grid seventy days after the beginning."""
UNSOLVED: Final = {"solved": "no", "score": 1, "comment": "问题还在，没有解决。"}
CONTENT: Final = {"solved": "yes", "score": 4, "comment": "这次解决了。"}


def _reviewed(draft: Draft, decision: str, reason: str) -> None:
    draft.then("reopen_review", Reply({"decision": decision, "reason": reason}, draft.hours(2, 6)))


def reopened(draft: Draft) -> None:
    """Rate it as not solved: the platform has it done again."""
    quicker_again(draft)
    by_hotline(draft)
    draft.answers(AnswerKind.SATISFACTION, UNSOLVED, CONTENT, after=timedelta(hours=20))
    _reviewed(draft, "reopen", "回访核实，问题确未解决，重新办理。")


def explained(draft: Draft) -> None:
    """Rate it as not solved: the platform explains."""
    by_hotline(draft)
    rate(draft, **UNSOLVED)
    _reviewed(draft, "explain", "已当面解释：超出部门职权，建议走其他途径。")


def annulled(draft: Draft) -> None:
    """Rate it low for a claim that is not lawful: the rating is annulled."""
    by_hotline(draft)
    rate(draft, solved="partly", score=1, comment="没有按我的要求赔钱。", reason_within_duty=False, claim_lawful=False)
    _reviewed(draft, "annul", "诉求于法无据，评价不予采用。")


def low_score(draft: Draft) -> None:
    """Rate it low for a reason within the department's duty: it is done again."""
    quicker_again(draft)
    by_hotline(draft)
    low = {"solved": "partly", "score": 2, "comment": "拖了很久才来，还留了尾巴。", "reason_within_duty": True}
    draft.answers(AnswerKind.SATISFACTION, low, CONTENT, after=timedelta(hours=20))
    _reviewed(draft, "reopen", "评价属实，原因在部门职责以内，重新办理。")


def asked_again(draft: Draft) -> None:
    """Say after it was closed that it came back: inside ten working days it is taken up again."""
    quicker_again(draft)
    by_hotline(draft)
    draft.acts.pop(AnswerKind.SATISFACTION, None)
    draft.answers(AnswerKind.REOPEN, {"reason": "过了几天又出现同样的问题。"}, after=timedelta(days=4))


def asked_again_self(draft: Draft) -> None:
    """The same of what a worker handled: it goes to the department now."""
    for element, least, most in (("sign", 0.3, 1.0), ("handle", 2.0, 6.0)):
        draft.always(element, Reply(draft.usually(element).values, draft.hours(least, most)))
    by_resident(draft)
    draft.acts.pop(AnswerKind.SATISFACTION, None)
    draft.answers(AnswerKind.REOPEN, {"reason": "第二天又有人乱倒，请部门来管。"}, after=timedelta(days=3))


def while_the_grid_changes(draft: Draft) -> None:
    """Keep it open while its unit moves to another grid: it keeps its own, and says which one follows."""
    draft.always("handle", Reply(draft.usually("handle").values, timedelta(days=6)))
    draft.acts.pop(AnswerKind.SATISFACTION, None)


def _cleaning(text: Text) -> bool:
    return may_self_handle(text) and text.item == "UMB-007"


BUILDS: Final[Mapping[str, Made]] = {
    "unsolved_reopened": (reopened, is_calm),
    "unsolved_explained": (explained, is_calm),
    "low_reopened": (low_score, is_calm),
    "low_annulled": (annulled, is_calm),
    "reopened": (asked_again, is_calm),
    "reopened_self": (asked_again_self, _cleaning),
    "grid_changed": (while_the_grid_changes, is_calm),
}
"""Path → what is its own, and what it may be about."""
