"""Whatever is called in whatever order: I12, I14, I15 and the states hold, and what is refused changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.clock import TIMEZONE, FixedClock
from engine.core_api import GuardRefused
from engine.db import connect
from engine.plugin_api import BusinessError
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.incidents.lifecycle import (
    ENDED_INCIDENT,
    ENDED_REFERRAL,
    INCIDENT,
    REFERRAL,
    IncidentState,
    ReferralState,
    move_incident,
)
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import (
    ClockExtension,
    ClockPause,
    DeadlineClock,
    Referral,
    SupervisionNotice,
    Verification,
)
from tests.plugins.incidents.desk import (
    EMB,
    FIRST,
    HANDLING,
    MSB,
    NO,
    RETURN,
    RULING,
    SUSPENSION,
    TOWNSHIP,
    UMB,
    URGENT,
    WEEK,
    Desk,
    furnish,
)
from tests.plugins.serving import engine_on

START = datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE)
STATED = (Incident, Referral, DeadlineClock, ClockPause, ClockExtension, Verification, SupervisionNotice)
PEOPLE = ("李办理", "张网格")
CALLS: dict[str, list[dict[str, Any]]] = {
    "dispatch": [
        {"lead": UMB, "limits": WEEK},
        {"lead": EMB, "assists": [MSB], "limits": URGENT},
        {"lead": EMB, "limits": WEEK, "designated": True},
    ],
    "redispatch_assist": [{"unit": MSB, "limits": WEEK}, {"unit": EMB, "limits": URGENT, "designated": True}],
    "survey": [{"answer": None}, {"answer": {"solved": "no", "score": 1}}],
    "close": [{"code": "closed_solved"}, {"code": "closed_explained"}, {"code": "cancelled"}],
    "reopen": [{"reason": "又坏了"}],
}
ON_REFERRAL: dict[str, list[dict[str, Any]]] = {
    "sign": [{"automatic": False}],
    "request_return": [{"request": RETURN}],
    "settle_return": [{"decision": each} for each in ("agree_redispatch", "refuse", "to_dispute")],
    "open_dispute": [{"departments": [EMB, UMB]}],
    "rule_dispute": [
        {"ruling": RULING, "arbiter": "county"},
        {"ruling": {**RULING, "lead": UMB}, "arbiter": "city"},
        {"ruling": {**RULING, "lead": UMB, "assists": [MSB]}, "arbiter": "county", "limits": WEEK},
    ],
    "complete_handling": [{"handling": HANDLING}],
    "terminate": [{"reason": "诉讼"}],
    "clock": [{}],
    "remind": [{"measures": [{"measure": "urge", "to": "department_head"}]}],
    "extend": [{"days": days, "reason": "采购", "level": "agency_leader"} for days in (1, 4)],
    "suspend": [{"review_day": days, **SUSPENSION} for days in (1, 30)],
    "resume": [{}],
    "verify": [{"verdict": "pass"}, {"verdict": "fail"}],
}
ELSE: dict[str, list[Any]] = {
    "time": [timedelta(hours=3), timedelta(days=1), timedelta(days=29), timedelta(days=120)],
    "handle": list(PEOPLE),
    "verify by": list(PEOPLE),
}
EVERYTHING = CALLS | ON_REFERRAL | ELSE
LIKELY = {
    None: ["dispatch"],
    "dispatched": ["sign", "request_return", "dispatch", "complete_handling", "suspend"],
    "designated": ["sign", "request_return", "complete_handling"],
    "signed": ["request_return", "extend", "suspend", "complete_handling", "handle"],
    "handling": ["extend", "suspend", "handle", "complete_handling", "remind"],
    "return_requested": ["settle_return", "open_dispute"],
    "in_dispute": ["rule_dispute"],
    "suspended": ["time", "suspend", "resume"],
    "completed": ["handle", "verify by", "verify", "survey", "close"],
    "rework": ["handle", "complete_handling", "clock", "remind"],
    "returned": ["dispatch", "close"],
    "accepted": ["survey", "close", "reopen", "dispatch"],
    "terminated": ["dispatch", "close", "reopen"],
}
"""State of the latest lead referral → what is called most then, so that random sequences get somewhere."""


@contextmanager
def new_desk(template: Path, folder: Path, plugins: PluginHost, clock: FixedClock) -> Iterator[Desk]:
    file = folder / "invariants.sqlite"
    for each in folder.glob("invariants.sqlite*"):
        each.unlink()
    shutil.copyfile(template, file)
    database = connect(f"sqlite:///{file}")
    try:
        yield furnish(engine_on(database, plugins, clock), clock)
    finally:
        database.dispose()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_invariants_hold_whatever_is_called(
    sqlite_template: Path, tmp_path: Path, plugins: PluginHost, data: st.DataObject
) -> None:
    with new_desk(sqlite_template, tmp_path, plugins, FixedClock(START)) as desk:
        designated: set[str] = set()
        before = snapshot(desk)
        for _ in range(data.draw(st.integers(1, 20), label="steps")):
            name = data.draw(st.sampled_from(likely(desk)), label="call")
            given_ = data.draw(st.sampled_from(EVERYTHING[name]), label="with")
            refused = False
            try:
                do(desk, name, given_)
            except (GuardRefused, BusinessError):
                refused = True
            after = snapshot(desk)
            assert not refused or after == before, f"{name} was refused and changed something"
            for row in after["verification"]:
                if row not in before["verification"]:
                    check_verifier(desk, row["verifier_id"])
            check(desk, before, after, designated)
            before = after


def likely(desk: Desk) -> list[str]:
    lead = last(desk)
    return LIKELY[lead.state if lead else None] * 4 + sorted(EVERYTHING)


def do(desk: Desk, name: str, given_: Any) -> None:
    if name == "time":
        desk.clock.advance(given_)
    elif name in ("handle", "verify by"):
        lead = last(desk)
        desk.did(name.partition(" ")[0], given_, lead.unit if lead and name == "handle" else TOWNSHIP)
    elif name in CALLS:
        desk.call(name, **given_)
    else:
        lead = last(desk)
        asked = dict(given_)
        if "review_day" in asked:
            asked["review_date"] = (desk.clock.now() + timedelta(days=asked.pop("review_day"))).date().isoformat()
        desk.on(lead.no if lead else FIRST, name, **asked) if lead else None


def last(desk: Desk) -> Referral | None:
    leads = [each for each in desk.rows(Referral) if each.role == "lead"]
    return max(leads, key=lambda each: each.number, default=None)


Snapshot = dict[str, list[dict[str, Any]]]


def snapshot(desk: Desk) -> Snapshot:
    with desk.engine.begin(SYSTEM, write=False) as work:
        return {
            table.__tablename__: [dict(row._mapping) for row in work.session.execute(sa.select(table.__table__)).all()]
            for table in STATED
        }


def check(desk: Desk, before: Snapshot, after: Snapshot, designated: set[str]) -> None:
    for table, allowed, key in (("incident", INCIDENT, "no"), ("referral", REFERRAL, "no")):
        was = {row[key]: row["state"] for row in before[table]}
        for row in after[table]:
            assert row["state"] in reach(allowed, was.get(row[key], "dispatched" if key == "no" else ""))
    leads = [row for row in after["referral"] if row["role"] == "lead" and row["ended_at"] is None]
    assert len(leads) <= 1, "I12"
    for row in after["referral"]:
        assert (row["ended_at"] is not None) is (row["state"] in ENDED_REFERRAL)
        designated |= {row["no"]} if row["designated"] else set()
        assert not (row["designated"] and row["state"] in ("return_requested", "returned")), "I12"
    assert designated <= {row["no"] for row in after["referral"] if row["designated"]}, "I12: it stays so"
    [incident] = after["incident"]
    if incident["state"] in ENDED_INCIDENT:
        assert all(row["ended_at"] is not None for row in after["referral"])
        assert incident["closed_at"] is not None
    check_clocks(desk, before, after)


def check_verifier(desk: Desk, verifier: str) -> None:
    with desk.engine.begin(SYSTEM, write=False) as work:
        tasks = work.case_tasks(work.instances.get(desk.instance_id))
        units = set(work.session.scalars(sa.select(Referral.unit)))
        assert not any(verifier in tasks.performers(unit) for unit in units), "I14"


def check_clocks(desk: Desk, before: Snapshot, after: Snapshot) -> None:
    now = desk.clock.now()
    for no in {row["no"] for row in after["referral"]}:
        paused = [row for row in after["clock_pause"] if row["referral_no"] == no]
        total = sum(((row["until_at"] or row["from_at"]) - row["from_at"] for row in paused), timedelta())
        assert total <= timedelta(days=90), "I15"
        assert all((row["review_on"] - row["from_at"].date()).days <= 31 for row in paused)
    trail = ("clock_pause", "clock_extension")
    was = {(row["referral_no"], row["round"]): row for row in before["deadline_clock"]}
    for row in after["deadline_clock"]:
        old = was.get((row["referral_no"], row["round"]))
        if old is not None and old["due_at"] != row["due_at"]:
            assert any(before[table] != after[table] for table in trail), "I15: no due date moves without a trail"
            assert row["explanation_zh"].startswith(old["explanation_zh"])
            assert len(row["explanation_zh"]) > len(old["explanation_zh"])
    lead = last(desk)
    if lead is not None:
        read = desk.on(lead.no, "clock")
        row = next(
            each
            for each in after["deadline_clock"]
            if (each["referral_no"], each["round"]) == (lead.no, lead.rework_count)
        )
        until = row["stopped_at"] or now
        assert read["overdue"] is (row["remaining_seconds"] is None and until > row["due_at"]), "I15"


def reach(table: Any, state: str) -> set[str]:
    """Return the states that one handler may take a row to: it may pass through a few."""
    found = {state}
    for _ in range(3):
        found |= {str(following) for each in found for following in table.get(each, ())}
    return found


def test_every_state_is_reached_and_every_end_is_one() -> None:
    assert {str(state) for state in IncidentState} == set(INCIDENT)
    assert {str(state) for state in ReferralState} == set(REFERRAL)
    assert {str(each) for following in INCIDENT.values() for each in following} == set(INCIDENT) - {"reported"}
    starts = {"dispatched"}
    assert {str(each) for following in REFERRAL.values() for each in following} >= set(REFERRAL) - starts


def test_a_transition_that_is_not_drawn_is_refused_and_nothing_is_changed() -> None:
    incident = Incident(no=NO, state="verification")
    with pytest.raises(GuardRefused):
        move_incident(incident, IncidentState.REWORK, IncidentState.SURVEYED)
    assert incident.state == "verification"
