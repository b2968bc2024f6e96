"""The half year plays every branch that the three processes draw, and every path that their scenarios name.

What is drawn is read from the diagrams: a branch that somebody adds is missing here until a story takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from lxml import etree
from sqlalchemy.orm import Session

from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance
from engine.tables.tasks import UserTask
from plugins.demo.stories import PATHS as PLAYED
from tests.plugins.demo.conftest import Played
from tests.processes.test_catalogue_scenarios import PATHS as CATALOGUE_PATHS

PROCESSES = Path(__file__).parents[3] / "processes"
DIAGRAMS = sorted(
    path
    for bundle in ("grid_division", "catalogue_inclusion", "incident_referral")
    for path in (PROCESSES / bundle).glob("*.bpmn")
)
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TOLD = ("userTask", "serviceTask", "scriptTask", "businessRuleTask", "boundaryEvent", "intermediateCatchEvent")
"""Of what the history tells when a token has been there, in called processes too."""

CALLED = ("catalogue-consultation", "catalogue-countersign", "incident-department", "incident-dispute")
"""Of these the history tells no gateways and ends: every branch of theirs leads to what is in TOLD, or past it."""

NOT_PLAYED: Mapping[str, str] = {
    "is_gone": "a race: two decide at the same moment, or the item ends between a decision and its job",
    "nothing": "as is_gone",
    "is_settled": "a race: what had lapsed is restored between the weekly look and its letter",
    "settled_end": "as is_settled",
    "not_due": "a race: the item is reviewed already when the weekly look's letter comes",
    "review_not_needed": "as not_due",
    "not_staffed": "a race: a worker leaves between the form and its job",
    "own_failed": "the processes of the demo's departments end in no error",
    "must_refer": "decision table and guard agree unless somebody changes one of them",
    "reopen_refused": "a race: asked for in the minute in which the time for it ends",
    "flow_closing_rework": "D8 row 1 says so too, but what fails the verification comes back before it is rated",
}
"""Element or flow → why nobody in the half year can come there."""


def drawn(path: Path) -> Iterator[str]:
    """Give what is to be passed of a diagram: tasks, events and, where the history tells them, choices and ends."""
    process = etree.parse(path).getroot().find(f"{BPMN}process")
    told = process.get("id") not in CALLED
    leaving: dict[str, list[str]] = {}
    for flow in process.iter(f"{BPMN}sequenceFlow"):
        leaving.setdefault(flow.get("sourceRef"), []).append(flow.get("id"))
    for element in process.iter(tag=etree.Element):
        kind, name = str(element.tag).removeprefix(BPMN), element.get("id")
        if kind in TOLD or (kind == "endEvent" and told and _ends_the_case(element)):
            yield name
        elif kind in ("exclusiveGateway", "inclusiveGateway") and told and len(leaving.get(name, ())) > 1:
            yield from leaving[name]


def _ends_the_case(end: etree._Element) -> bool:
    """Whether a case can end there, and does not only end something that ran beside it."""
    return end.getparent().tag == f"{BPMN}process" and end.get("name") not in ("已提醒", "已告知")


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_branch_of_the_diagram_is_taken(played: Played, path: Path) -> None:
    with Session(played[0].database) as session:
        passed = _passed(session)
    assert set(drawn(path)) - passed - set(NOT_PLAYED) == set()


def test_what_is_said_not_to_be_played_is_drawn_and_is_not_played(played: Played) -> None:
    with Session(played[0].database) as session:
        passed = _passed(session)
    assert set(NOT_PLAYED) <= {name for path in DIAGRAMS for name in drawn(path)}
    assert set(NOT_PLAYED) & passed == set()


def _passed(session: Session) -> Collection[str]:
    """Return the elements that some case has come to, and the flows that it has chosen."""
    passed = {name for name in session.scalars(sa.select(HistoryEvent.element_id).distinct()) if name}
    passed |= set(session.scalars(sa.select(UserTask.element_id).distinct()))
    passed |= {name for name in session.scalars(sa.select(ProcessInstance.end_event).distinct()) if name}
    chosen = session.scalars(sa.select(HistoryEvent.detail).where(HistoryEvent.event == "gateway.decided"))
    return passed | {flow for detail in chosen for flow in detail["flows"]}


CATALOGUE: Mapping[str, str] = {
    "include": "application.included",
    "amend": "review.renewed",
    "amend, simplified": "application.amended",
    "remove": "application.removed",
    "temporary": "application.temporary",
    "temporary, expiry and renewal": "application.renewed",
    "correction": "application.corrected",
    "correction, late": "application.deemed_withdrawn",
    "correction, failed": "application.not_accepted",
    "not accepted": "application.not_accepted",
    "silence and objection": "application.refused_by_approver",
    "revised after an objection": "application.refused_by_review",
    "townships, agreement": "application.included",
    "legality refused": "application.refused_by_approver",
    "consultation": "application.included",
    "consultation, silence": "application.corrected",
    "refused by the review": "application.refused_by_review",
    "refused by the approver": "application.refused_by_approver",
    "I14": "application.corrected",
    "returned": "application.refused_by_approver",
    "withdrawn": "review.kept_when_applying",
    "withdrawn while the public is asked": "review.kept_when_consulted",
    "guarantees late": "application.corrected",
    "superseded": "application.superseded",
    "suspended and taken up again, D4 6": "suspension.restored",
    "suspended, late": "suspension.restored",
    "too few trained, not suspended": "suspension.kept",
    "basis repealed": "review.repealed",
    "yearly review": "review.confirmed",
}
"""Path of the catalogue that has a scenario → the path of the replay that plays it."""

RULES = {
    "amend, simplified, I14": "nobody of the demo has a post in a department and reviews for the county",
    "correction, once": "the form refuses a second notice of corrections",
    "not withdrawn after the approval": "nothing awaits the letter then",
    "I9 at the effective day": "departments of the demo do not apply on bases that end before the day",
    "suspended, by whom": "the page refuses it",
    "guidance person left, found by the watch": "nobody leaves as whom one may log in; see `suspension.proposed`",
    "lapse settled meanwhile": "a race, see NOT_PLAYED",
    "one review at a time": "a race, see NOT_PLAYED",
    "which grid, by a point": "a page to read",
}
"""Path of the catalogue that is no case: a refusal or a page → why."""


def test_every_path_of_the_catalogue_that_has_a_scenario_is_played() -> None:
    assert set(CATALOGUE) | set(RULES) == set(CATALOGUE_PATHS)
    assert set(CATALOGUE.values()) <= set(PLAYED)
