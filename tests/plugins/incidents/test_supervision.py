"""The ladder of D7: read from the stored clock, so that an extended or suspended one is right; each rung once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.clock import TIMEZONE
from engine.wording import in_chinese
from plugins.incidents.tables_referral import SupervisionNotice
from plugins.notifications.tables import Notice
from tests.plugins.incidents.desk import EMB, EMERGENCY, FIRST, RETURN, RULING, SUSPENSION, UMB, URGENT, Desk
from tests.plugins.incidents.test_clock import at


def look(desk: Desk) -> dict[str, Any]:
    return desk.on(FIRST, "clock")


def climb(desk: Desk) -> list[tuple[str, int, str]]:
    """Go from one look to the next until the ladder ends; return the rungs with the moments they were seen."""
    seen = []
    while True:
        read = look(desk)
        if read["rung"] != "none":
            seen.append((read["rung"], read["step"], f"{desk.clock.now().astimezone(TIMEZONE):%m-%dT%H:%M}"))
        if read["next_at"] is None:
            return seen
        following = datetime.fromisoformat(read["next_at"])
        assert following > desk.clock.now()
        desk.clock.advance(following - desk.clock.now())


def test_a_normal_incident_climbs_from_four_fifths_on(desk: Desk) -> None:
    desk.dispatch()
    assert look(desk)["reached"] == []
    assert climb(desk) == [
        ("80", 0, "12-07T16:18"),
        ("due", 0, "12-08T17:30"),
        ("day1", 0, "12-09T17:30"),
        ("day5", 0, "12-15T17:30"),
    ]


def test_an_urgent_one_has_a_rung_at_half_of_its_time(desk: Desk) -> None:
    desk.put(urgency="urgent")
    desk.dispatch(limits=URGENT)
    assert [rung for rung, _, _ in climb(desk)] == ["50", "80", "due", "day1", "day5"]


def test_an_overdue_emergency_is_called_about_every_quarter_of_an_hour_for_two_hours(desk: Desk) -> None:
    desk.put(urgency="emergency")
    desk.dispatch(limits=EMERGENCY)
    seen = climb(desk)
    assert seen[0] == ("50", 0, "12-01T12:00")
    quarters = [(step, moment) for rung, step, moment in seen if rung == "due"]
    assert quarters[0] == (0, "12-01T15:00")
    assert quarters[-1] == (8, "12-01T17:00")
    assert len(quarters) == 9
    assert [rung for rung, _, _ in seen[-2:]] == ["day1", "day5"]


def test_an_extended_clock_climbs_later(desk: Desk) -> None:
    desk.dispatch()
    before = look(desk)["next_at"]
    desk.on(FIRST, "extend", days=3, reason="采购")
    assert look(desk)["next_at"] > before
    # four fifths of six hours and eight days, no more of five days
    assert climb(desk)[:2] == [("80", 0, "12-10T09:54"), ("due", 0, "12-11T17:30")]


def test_a_suspended_clock_rests_and_climbs_on_after_it_is_resumed(desk: Desk) -> None:
    desk.dispatch()
    desk.later(days=6, hours=7.5)  # Monday 16:30: four fifths are over
    assert look(desk)["rung"] == "80"
    desk.on(FIRST, "suspend", review_date="2026-12-31", **SUSPENSION)
    desk.later(days=20)
    read = look(desk)
    assert (read["paused"], read["overdue"], read["reached"]) == (True, False, ["80"])
    assert datetime.fromisoformat(read["next_at"]) >= desk.clock.now() + timedelta(days=1)
    due = desk.on(FIRST, "resume")["due"]
    assert look(desk)["next_at"] == due


def test_who_is_told_is_told_once_a_rung(desk: Desk) -> None:
    desk.dispatch()
    desk.later(days=7, hours=9)
    measures = [
        {"rung": "due", "measure": "urge", "to": to, "message_zh": "已逾期", "message_en": "Overdue"}
        for to in ("department_head", "township", "county_agency", "county_leader", "city_agency", "handler")
    ]
    assert look(desk)["fresh"] == ["80", "due"]
    assert desk.on(FIRST, "remind", measures=measures)["notices"] == 6
    assert desk.on(FIRST, "remind", measures=measures)["notices"] == 0
    assert look(desk)["fresh"] == ["80"]
    told = [each for each in desk.rows(Notice) if in_chinese(each.subject).startswith("催办")]
    assert {(each.candidate_group, each.org_unit) for each in told} == {
        ("department_leader", UMB),
        ("township_clerk", "431103001"),
        ("agency_clerk", "431103"),
        ("county_leader", "431103"),
        ("city_agency", "431100"),
        ("department_staff", UMB),
    }
    assert all("已逾期" in in_chinese(each.body) and FIRST in in_chinese(each.body) for each in told)
    assert {each.due_at for each in desk.rows(SupervisionNotice)} == {at("2026-12-08T17:30")}


def test_a_measure_without_a_rung_belongs_to_the_present_one_and_its_step(desk: Desk) -> None:
    desk.put(urgency="emergency")
    desk.dispatch(limits=EMERGENCY)
    desk.later(hours=6, minutes=16)
    read = look(desk)
    measure = {"measure": "urge", "to": "county_leader"}
    assert desk.on(FIRST, "remind", measures=[measure], step=read["step"])["notices"] == 1
    desk.later(minutes=15)
    assert desk.on(FIRST, "remind", measures=[measure], step=look(desk)["step"])["notices"] == 1
    assert [(each.rung, each.step) for each in desk.rows(SupervisionNotice)] == [("due", 1), ("due", 2)]


def test_nobody_is_urged_about_what_is_done(desk: Desk) -> None:
    desk.dispatch()
    desk.complete()
    assert desk.on(FIRST, "remind", measures=[{"measure": "urge", "to": "handler"}])["notices"] == 0


def test_disputes_lost_about_an_item_are_counted(desk: Desk) -> None:
    desk.dispatch()
    assert look(desk)["disputes_lost"] == 0
    desk.on(FIRST, "request_return", request=RETURN)
    desk.on(FIRST, "open_dispute", departments=[EMB])
    desk.on(FIRST, "rule_dispute", ruling={**RULING, "lead": UMB}, arbiter="county")
    assert look(desk)["disputes_lost"] == 1
