"""Who reported is not kept longer than needed; looks at it and the receipt stay."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine.types import SYSTEM, Actor, Post
from plugins.incidents import api
from plugins.incidents.retention import KEPT_DAYS, blank_old_reporters
from plugins.incidents.tables import IncidentReporter
from tests.plugins.incidents.stage import Stage
from tests.plugins.workforce.office import COVER, TOWNSHIP

CLERK = Actor("c1", "经办", posts=(Post("township_clerk", TOWNSHIP, f"/431100/431103/{TOWNSHIP}/"),))
WHO = api.Reporter("陈巷暖", "13900001234")


def closed(stage: Stage) -> None:
    stage.report(item=COVER.code, reporter=WHO)
    with stage.engine.begin(CLERK) as work:
        api.reveal_reporter(work, stage.no, "回访核实地点")
    stage.act("sign", action="sign")
    stage.act(
        "handle",
        by="李办理",
        measures="换了",
        legal_action="none",
        result="solved",
        result_date="2026-12-01",
        reply="已更换井盖",
    )
    stage.act("verify", by="p1", verdict="pass", on_site=True)
    stage.answer(api.AnswerKind.SATISFACTION, solved="yes", score=5)
    assert stage.incident.state == "closed"


def tend(stage: Stage, **passed: float) -> IncidentReporter:
    stage.clock.advance(timedelta(**passed))
    stage.engine.tend()
    with stage.engine.begin(SYSTEM, write=False) as work:
        row = work.session.get_one(IncidentReporter, stage.no)
        work.session.expunge_all()
        return row


def test_name_and_number_go_after_the_time_and_the_rest_stays(stage: Stage) -> None:
    closed(stage)
    assert tend(stage, days=KEPT_DAYS - 1).sealed is not None
    row = tend(stage, days=2)
    assert (row.sealed, row.blanked_at) == (None, stage.clock.now())
    assert row.receipt_digest, "the receipt still works"
    with stage.engine.begin(CLERK) as work:
        assert (api.reporter_of(work, stage.no).name, api.reporter_of(work, stage.no).blanked) == ("", True)
        assert [look.reason for look in api.looks(work, stage.no)] == ["回访核实地点"]


def test_what_is_open_or_reopened_keeps_its_reporter(stage: Stage) -> None:
    stage.report(reporter=WHO)
    assert tend(stage, days=2 * KEPT_DAYS).sealed is not None


def test_a_county_may_say_how_long(stage: Stage) -> None:
    closed(stage)
    with stage.engine.begin(SYSTEM) as work:
        work.settings.put("incidents", "reporter_kept_days", "30", "431103")
    assert tend(stage, days=29).sealed is not None
    assert tend(stage, days=2).sealed is None


def test_it_is_done_once(stage: Stage) -> None:
    closed(stage)
    stage.clock.advance(timedelta(days=KEPT_DAYS + 1))
    with stage.engine.begin(SYSTEM) as work:
        assert [blank_old_reporters(work), blank_old_reporters(work)] == [1, 0]
        assert (
            work.session.scalar(sa.select(IncidentReporter.person_id).where(IncidentReporter.incident_no == stage.no))
            is None
        )
