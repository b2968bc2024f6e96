"""Paths that are not at their end: each account of the demo finds something to do, and some of it is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final

from engine.core_api import TIMEZONE
from plugins.demo.incident_stories.draft import Draft, working_days_before
from plugins.demo.incident_stories.ending import UNSOLVED
from plugins.demo.incident_stories.intake import assisted, by_hotline, by_resident, placed
from plugins.demo.incident_stories.path import Made
from plugins.demo.incident_stories.returning import disputed, request
from plugins.demo.incident_stories.texts import Text, Wanted, is_calm, is_outside, may_self_handle, of_item
from plugins.demo.incident_stories.timing import extended, suspended, terminated
from plugins.demo.incident_stories.usual import rate
from plugins.demo.story import Act, Reply

AFTERNOON: Final = time(14, 30)
SOON: Final = timedelta(minutes=30)


def waits_for(draft: Draft, *elements: str) -> None:
    """Let nobody answer these."""
    for element in elements:
        draft.then(element)


def _signs_soon(draft: Draft) -> None:
    draft.always("sign", Reply({"action": "sign"}, SOON))


def waiting_place(draft: Draft) -> None:
    """Wait for its grid to be found."""
    placed(draft)
    waits_for(draft, "place")


def waiting_triage(draft: Draft) -> None:
    """Wait for the township's triage."""
    by_resident(draft)
    draft.located = "point"
    waits_for(draft, "triage")


def waiting_self(draft: Draft) -> None:
    """Wait for the worker."""
    waits_for(draft, "self_handle", "township_handle")


def waiting_sign(draft: Draft) -> None:
    """Wait for the department to sign."""
    waits_for(draft, "sign")


def waiting_handle(draft: Draft) -> None:
    """Wait for the department to handle it; those who are overdue wait for the county to supervise, too."""
    _signs_soon(draft)
    waits_for(draft, "handle", "supervise")


def waiting_own(draft: Draft) -> None:
    """Wait in urban management's own process, or in housing's."""
    _signs_soon(draft)
    waits_for(draft, "inspect", "recheck", "supervise")


def waiting_return(draft: Draft) -> None:
    """Wait for the county to decide on a return."""
    draft.then("sign", Reply(request(draft), SOON))
    waits_for(draft, "decide_return")


def _disputed_soon(draft: Draft) -> None:
    disputed(draft)
    for element in (f"sign@{draft.unit}", "decide_return"):
        replies = draft.replies[element]
        if isinstance(replies, list):
            draft.then(element, *(Reply(each.values, SOON) for each in replies if isinstance(each, Reply)))


def waiting_position(draft: Draft) -> None:
    """Wait for two departments to state their positions."""
    _disputed_soon(draft)
    waits_for(draft, "position")


def waiting_ruling(draft: Draft) -> None:
    """Wait for the county's leader to rule."""
    _disputed_soon(draft)
    draft.always("position", Reply(draft.usually("position").values, SOON))
    waits_for(draft, "rule_county")


def waiting_city(draft: Draft) -> None:
    """Wait for the city to rule."""
    waiting_ruling(draft)
    up = {"decision": "refer_up", "reasons": "双方均提出新的法律依据，提请市级裁定。"}
    draft.then("rule_county", Reply(up, SOON))
    waits_for(draft, "rule_city")


def _just_now(draft: Draft, message: str) -> None:
    """Let what is asked for be asked two hours ago, whatever the hour."""
    acts = draft.acts[message]
    first = acts[0] if isinstance(acts, list) else acts
    after = draft.until - timedelta(hours=2) - draft.begins
    draft.acts[message] = [Act(first.do, after, first.by, anytime=True)]


def waiting_extension(draft: Draft) -> None:
    """Wait for an extension."""
    extended(draft)
    waiting_handle(draft)
    _just_now(draft, "extension")
    waits_for(draft, "decide_extension")


def waiting_suspension(draft: Draft) -> None:
    """Wait for a suspension."""
    suspended(draft, "third_party")
    waiting_handle(draft)
    _just_now(draft, "suspension")
    waits_for(draft, "decide_suspension")


def waiting_termination(draft: Draft) -> None:
    """Wait for a termination."""
    terminated(draft)
    waiting_handle(draft)
    _just_now(draft, "termination")
    waits_for(draft, "decide_termination")


def standing_still(draft: Draft) -> None:
    """Be suspended, until the day of review."""
    suspended(draft, "seasonal")
    waiting_handle(draft)
    del draft.acts["resume"]


def waiting_verify(draft: Draft) -> None:
    """Be handled yesterday, and wait for the worker to verify it."""
    _signs_soon(draft)
    yesterday = working_days_before(draft.until, 1)
    after = datetime.combine(yesterday, AFTERNOON, TIMEZONE) - draft.begins - SOON
    draft.always("handle", Reply(draft.usually("handle").values, after))
    waits_for(draft, "verify", "verify_township")


def waiting_feedback(draft: Draft) -> None:
    """Be handled by both departments; the leading one has not told the reporter."""
    assisted(draft)
    waits_for(draft, "feedback")


def waiting_review(draft: Draft) -> None:
    """Wait for the county to say what a bad rating leads to."""
    by_hotline(draft)
    _signs_soon(draft)
    rate(draft, **UNSOLVED)
    waits_for(draft, "reopen_review")


HANDLED_BY: Final[dict[str, Wanted]] = {
    "PSB": of_item("PSB-002"),
    "EMB": of_item("EMB-011"),
    "AMR": of_item("AMR-014"),
    "NHC": of_item("NHC-018"),
    "MCA": of_item("MCA-020"),
    "JB": of_item("JB-023"),
    "EEB": of_item("EEB-024"),
    "FRB": of_item("FRB-026"),
}
"""Departments that have something to handle."""


def _settled(text: Text) -> bool:
    return may_self_handle(text) and text.item != "PSB-004"


BUILDS: Final[Mapping[str, Made]] = {
    "open_place": (waiting_place, is_calm),
    "open_triage": (waiting_triage, is_outside),
    "open_self": (waiting_self, _settled),
    "open_self_late": (waiting_self, _settled),
    "open_sign": (waiting_sign, is_calm),
    **{f"open_handle_{code.lower()}": (waiting_handle, about) for code, about in HANDLED_BY.items()},
    "open_overdue": (waiting_handle, of_item("UMB-008", "HUD-010")),
    "open_own_urban": (waiting_own, of_item("UMB-005")),
    "open_own_housing": (waiting_own, of_item("HUD-009")),
    "open_return": (waiting_return, is_calm),
    "open_position": (waiting_position, of_item("UMB-008")),
    "open_ruling": (waiting_ruling, of_item("FRB-026")),
    "open_city": (waiting_city, of_item("AMR-014")),
    "open_extension": (waiting_extension, is_calm),
    "open_suspension": (waiting_suspension, is_calm),
    "open_termination": (waiting_termination, is_calm),
    "open_suspended": (standing_still, is_calm),
    "open_verify": (waiting_verify, is_calm),
    "open_feedback": (waiting_feedback, is_outside),
    "open_review": (waiting_review, is_calm),
}
"""Path → what is its own, and what it may be about."""
