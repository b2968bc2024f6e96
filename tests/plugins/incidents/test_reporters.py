"""Who reported is nowhere in clear: not in a table, a variable, the history, a notice or a log (I20)."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import zstandard

from engine.core_api import Actor, Forbidden, FormInvalid, NotFound, OrgUnit, Post
from engine.errors import SettingUnreadable
from engine.types import SYSTEM
from plugins.catalogue.register import enact
from plugins.incidents import api
from plugins.incidents.api import Report, Reporter
from plugins.incidents.items import take_item
from plugins.incidents.tables import Incident, IncidentReporter, IncidentReporterLook
from plugins.incidents.tables_referral import Referral
from tests.plugins.catalogue.test_register import COVER, decision
from tests.plugins.incidents.desk import FIRST, TOWNSHIP, UMB, WEEK, Desk
from tests.plugins.incidents.test_course import CLERK, URBAN

RESIDENT = Actor("anonymous", "")
ZSTD = b"\x28\xb5\x2f\xfd"
NAME, PHONE, MAIL = "刘反映", "13900001234", "liu.fanying@example.org"
ESCAPED = json.dumps(NAME)[1:-1]
REPORT = Report(
    title="井盖破损",
    description="路口井盖缺损",
    place="梅湾路",
    county="431103",
    channel="resident_portal",
    township=TOWNSHIP,
    item=COVER.code,
    reporter=Reporter(NAME, PHONE, MAIL),
)


def listed(desk: Desk) -> Desk:
    with desk.engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(COVER, on=date(2026, 1, 1)))
    return desk


def report(desk: Desk, **own: Any) -> api.Reported:
    with desk.engine.begin(RESIDENT) as work:
        return api.report(work, replace(REPORT, **own))


def everything(desk: Desk) -> str:
    """Return all that the database holds, of every table and column, as one text."""
    with desk.engine.begin(SYSTEM, write=False) as work:
        connection = work.session.connection()
        tables = sa.inspect(connection).get_table_names()
        rows = [row for table in tables for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))]  # noqa: S608
    return "\n".join(_plain(value) for row in rows for value in row)


def _plain(value: Any) -> str:
    """Return a value to be searched: what is packed unpacked, what is escaped in clear."""
    if not isinstance(value, bytes | memoryview):
        return str(value)
    packed = bytes(value)
    if packed.startswith(ZSTD):
        packed = zstandard.decompress(packed)
    return packed.decode("utf-8", "replace")


def test_nothing_of_the_reporter_is_kept_in_clear(both: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reported = report(listed(both))
    both.instance_id = reported.instance_id
    for name, inputs in (
        ("locate", {}),
        ("facts", {}),
        ("route", {"mode": "REFER", "department": UMB}),
        ("dispatch", {"lead": UMB, "limits": WEEK}),
        ("close", {"code": "closed_explained"}),
    ):
        both.call(name, incident_no=reported.no, **inputs)
    with both.engine.begin(CLERK) as work:
        assert api.reveal_reporter(work, reported.no, "电话核实地点") == REPORT.reporter
        state = work.instances.execution(work.instances.get(reported.instance_id)).variables
        told = [everything(both), str(state), caplog.text, repr(REPORT), str(api.incident_of(work, reported.no))]
    for text in told:
        assert not [word for word in (NAME, ESCAPED, PHONE, MAIL, reported.receipt) if word in text]
    assert told[0].count(REPORT.description) >= 2, "the search would find it: in the row, and in the packed state"


def test_it_is_masked_and_each_look_at_it_is_kept(both: Desk) -> None:
    no = report(listed(both)).no
    with both.engine.begin(CLERK) as work:
        assert api.reporter_of(work, no) == Reporter("刘**", "139****34", "****@example.org")
        with pytest.raises(FormInvalid):
            api.reveal_reporter(work, no, " ? ")
        assert api.looks(work, no) == []
        assert api.reveal_reporter(work, no, "电话核实地点").phone == PHONE
    with both.engine.begin(CLERK, write=False) as work:
        [look] = api.looks(work, no)
        assert (look.by, look.reason, look.at) == (CLERK.id, "电话核实地点", both.clock.now())
    for statement in (sa.update(IncidentReporterLook).values(reason="无"), sa.delete(IncidentReporterLook)):
        with pytest.raises(sa.exc.DBAPIError), both.engine.begin(SYSTEM) as work:
            work.session.execute(statement)


def test_others_are_not_told(desk: Desk) -> None:
    no = report(listed(desk)).no
    with desk.engine.begin(URBAN, write=False) as work:
        for ask in (api.reporter_of, lambda work, no: api.reveal_reporter(work, no, "想知道是谁")):
            with pytest.raises((Forbidden, NotFound)):
                ask(work, no)
        assert not api.may_look(work)


def test_a_post_of_the_platform_elsewhere_gives_no_right_here(desk: Desk) -> None:
    no = report(listed(desk)).no
    desk.dispatch()
    elsewhere = Post("agency_clerk", "431102", "/431100/431102/")
    with desk.engine.begin(SYSTEM) as work:
        row = work.session.get_one(Referral, FIRST)
        row.incident_no = no
    both_posts = Actor("两岗", "两岗", posts=(*URBAN.posts, elsewhere))
    with desk.engine.begin(both_posts, write=False) as work:
        assert api.incident_of(work, no).no == no, "seen as of the department"
        for ask in (api.reporter_of, lambda work, no: api.reveal_reporter(work, no, "想知道是谁")):
            with pytest.raises(Forbidden):
                ask(work, no)


def test_what_the_item_says_of_drugs_and_violence_at_home_makes_an_incident_sensitive(desk: Desk) -> None:
    hidden = replace(COVER, code="431103-PSB-003", name_zh="疑似家庭暴力发现报告")
    with desk.engine.begin(SYSTEM) as work:
        place = "/431100/431103/431103-PSB/"
        work.session.add(OrgUnit(code="431103-PSB", parent_code="431103", name="公安", kind="department", path=place))
        work.session.flush()
        enact(work.session, work.clock, work.actor, decision(COVER, hidden, on=date(2026, 1, 1)))
    plain, told = report(desk).no, report(desk, item=hidden.code)
    with desk.engine.begin(SYSTEM) as work:
        assert [work.session.get_one(Incident, no).sensitive for no in (plain, told.no)] == [False, True]
        state = work.instances.execution(work.instances.get(told.instance_id)).variables
        assert state["incident"]["sensitive"] is True
        take_item(work.session, work.session.get_one(Incident, plain), hidden.code, date(2026, 12, 1))
        assert work.session.get_one(Incident, plain).sensitive, "found out by whoever decides on it"


def test_what_was_sealed_for_one_incident_does_not_open_in_another(desk: Desk) -> None:
    one, other = report(listed(desk)).no, report(desk, reporter=Reporter()).no
    with desk.engine.begin(CLERK) as work:
        assert api.reporter_of(work, other) == Reporter()
        assert work.session.get_one(IncidentReporter, other).sealed is None
        work.session.get_one(IncidentReporter, other).sealed = work.session.get_one(IncidentReporter, one).sealed
        with pytest.raises(SettingUnreadable):
            api.reporter_of(work, other)


@pytest.mark.parametrize("phone", ["", "12", "1390000"])
def test_a_mask_shows_neither_a_short_number_nor_that_there_is_none(phone: str) -> None:
    shown = Reporter(phone=phone).masked().phone
    assert (shown == "") is (phone == "")
    assert not phone or phone not in shown
