"""Paths of the report: by whom, by which way, where it lies, whether it is accepted at all (SPEC 8(c) c0-c3, D4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from plugins.demo.divisions import COUNTY
from plugins.demo.incident_stories import reporters
from plugins.demo.incident_stories.draft import Draft
from plugins.demo.incident_stories.path import Made, nothing
from plugins.demo.incident_stories.texts import (
    Text,
    is_calm,
    is_outside,
    may_self_handle,
    of_item,
    special,
)
from plugins.demo.incident_stories.usual import hasten, triage
from plugins.demo.story import Reply, Scene, Values
from plugins.incidents.api import AnswerKind, Reporter


def by_resident(draft: Draft) -> None:
    """Report it on the public page: nobody asks for an item there, so that the township finds it."""
    draft.channel, draft.by, draft.item = "resident_portal", "", None
    draft.reporter = reporters.resident(draft.random)
    draft.located = draft.random.choice(("point", "point", "nowhere"))


def anonymously(draft: Draft) -> None:
    """Report it there without a name, and say nothing afterwards."""
    by_resident(draft)
    draft.reporter = Reporter()
    draft.acts.pop(AnswerKind.SATISFACTION, None)


def by_hotline(draft: Draft) -> None:
    """Have the township's clerk enter what 12345 passed on."""
    draft.channel, draft.by = "hotline_12345", reporters.clerk(draft.place.township)
    draft.reporter = reporters.resident(draft.random)
    draft.located = "unit"


def by_open311(draft: Draft) -> None:
    """Report it by a program, with its point."""
    draft.channel, draft.by = "open311", ""
    draft.reporter = reporters.resident(draft.random)


def by_video(draft: Draft) -> None:
    """Have the clerk enter what a camera shows."""
    draft.channel, draft.by = "video", reporters.clerk(draft.place.township)


def ordered(draft: Draft) -> None:
    """Have a superior body, or a department, name the department, for what a worker could have handled."""
    draft.channel = draft.random.choice(("superior", "department"))
    draft.by = reporters.clerk(draft.place.township)
    draft.more = {"ordered_department": draft.unit}


def in_danger(draft: Draft) -> None:
    """Report what endangers life."""
    draft.more = {"danger": True}
    hasten(draft, "emergency")


def statutory(draft: Draft) -> None:
    """Ask for what other procedures are for."""
    by_resident(draft)
    draft.located = "unit"
    draft.more = {"statutory": True}


def unacceptable(draft: Draft) -> None:
    """Ask for what nobody may be told."""
    by_hotline(draft)
    draft.more = {"unacceptable": True}


def placed(draft: Draft) -> None:
    """Give no place that the system knows."""
    by_hotline(draft)
    draft.located = "nowhere"


def placed_by_county(draft: Draft) -> None:
    """Give a township that it does not lie in: its clerk hands it up."""
    placed(draft)
    reason = "所述地点不在本辖区，请县级平台确定。"
    draft.then("place", Reply({"decision": "hand_up", "reason": reason}, draft.hours(0.3, 1)))


def without_township(draft: Draft) -> None:
    """Give neither a township nor a place that the system knows."""
    by_open311(draft)
    draft.located, draft.more = "nowhere", {"township": None}


def cancelled(draft: Draft) -> None:
    """Report something by mistake, as the reporter says when asked for the place."""
    placed(draft)
    reason = "回电核实：反映人称报错了，要求撤销。"
    draft.then("place", Reply({"decision": "cancel", "reason": reason}, draft.hours(0.3, 1)))


def handed_up(draft: Draft) -> None:
    """Leave it to the county to find whose it is."""
    by_resident(draft)
    reason = "涉及几个部门，请县级平台研判。"
    draft.then("triage", Reply({"decision": "hand_up", "reason": reason}, draft.hours(0.3, 1)))


def triaged_late(draft: Draft) -> None:
    """Let triage wait until the township's leader is reminded."""
    by_resident(draft)
    draft.then("triage", Reply(triage(draft), draft.hours(6, 22)))


def rejected(draft: Draft) -> None:
    """Find in triage that there is nothing to be handled."""
    by_resident(draft)
    reason = "到场核实，反映的情况已经不存在，与反映人联系后同意撤销。"
    draft.then("triage", Reply({"decision": "cancelled", "reason": reason}, draft.hours(0.5, 1.5)))


def not_in_force(draft: Draft) -> None:
    """Report what the catalogue had until it was removed: triage refers it to its department, never to a worker."""
    given = {"decision": "refer", "lead": draft.unit, "reason": "该事项已退出清单，转公安机关按职责办理。"}
    draft.then("triage", Reply(given, draft.hours(0.3, 1)))


def by_statutory_limit(draft: Draft) -> None:
    """Give it the time that a law names for it."""
    by_resident(draft)
    given = dict(triage(draft)) | {"urgency": "statutory", "statutory_days": 20}
    draft.then("triage", Reply(given, draft.hours(0.3, 1)))
    draft.always("handle", Reply(draft.usually("handle").values, draft.hours(70, 200)))


def enquiry_referred(draft: Draft) -> None:
    """Refer a question to its department: it answers within three working days, and nobody verifies that."""
    by_resident(draft)
    given = {"decision": "refer", "lead": draft.unit, "urgency": "enquiry", "reason": "政策咨询，由主管部门答复。"}
    draft.then("triage", Reply(given, draft.hours(0.3, 1)))
    told = {"measures": "电话答复，讲明办理条件、材料和地点。"}
    usual = draft.usually("handle").values
    draft.always("handle", Reply(lambda scene: _values(usual, scene) | told, draft.hours(4, 14)))


def _values(values: Values, scene: Scene) -> dict[str, Any]:
    return dict(values(scene) if callable(values) else values)


def complex_matter(draft: Draft) -> None:
    """Find in triage that it is a difficult matter: fifteen working days."""
    by_resident(draft)
    draft.then("triage", Reply(dict(triage(draft)) | {"urgency": "complex"}, draft.hours(0.3, 1)))
    draft.always("handle", Reply(draft.usually("handle").values, draft.hours(100, 330)))


def helper_of(draft: Draft) -> str:
    """Return the department that assists."""
    return f"{COUNTY}-{'UMB' if draft.unit.endswith('PSB') else 'PSB'}"


def assisted(draft: Draft) -> None:
    """Refer it to two departments: one leads, one assists."""
    by_resident(draft)
    helper = helper_of(draft)
    given = {"decision": "refer", "lead": draft.unit, "assists": [helper], "reason": "清单以外，由两个部门联合办理。"}
    draft.then("triage", Reply(given, draft.hours(0.3, 1.2)))


def assisted_late(draft: Draft) -> None:
    """Let the assisting department take longer than it has: the leading one waits for it."""
    assisted(draft)
    helper = helper_of(draft)
    slow = Reply(draft.usually("handle").values, timedelta(days=11))
    draft.always(f"handle@{helper}", slow)


def _removed(text: Text) -> bool:
    return text.item == "PSB-004"


def _settled(text: Text) -> bool:
    """Whether it is in the catalogue all the time."""
    return may_self_handle(text) and not _removed(text)


def _anything(text: Text) -> bool:
    return _settled(text) or is_calm(text)


BUILDS: Final[Mapping[str, Made]] = {
    "resident": (by_resident, _anything),
    "anonymous": (anonymously, _anything),
    "hotline": (by_hotline, _anything),
    "open311": (by_open311, _anything),
    "video": (by_video, of_item("UMB-007", "FRB-026")),
    "ordered": (ordered, _settled),
    "emergency": (in_danger, of_item("EMB-013", "AMR-016")),
    "statutory_channel": (statutory, special("statutory")),
    "not_accepted": (unacceptable, special("unacceptable")),
    "outside": (by_resident, is_outside),
    "not_in_force": (not_in_force, _removed),
    "untrained": (nothing, _settled),
    "placed": (placed, _anything),
    "placed_by_county": (placed_by_county, _anything),
    "without_township": (without_township, _anything),
    "cancelled": (cancelled, _anything),
    "rejected": (rejected, _anything),
    "handed_up": (handed_up, _anything),
    "triaged_late": (triaged_late, _anything),
    "statutory_limit": (by_statutory_limit, is_calm),
    "enquiry_referred": (enquiry_referred, special("enquiry")),
    "complex": (complex_matter, is_calm),
    "assisted": (assisted, is_outside),
    "assisted_late": (assisted_late, is_outside),
}
"""Path → what is its own, and what it may be about."""
