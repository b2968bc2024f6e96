"""I10 and I11 against whoever goes past the handlers: the database refuses, by ORM and by SQL, on both databases."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
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
from plugins.catalogue.model import WorkerAction
from plugins.catalogue.register import enact
from plugins.incidents.tables import Incident
from plugins.incidents.triggers import trigger_ddl
from tests.plugins.catalogue.test_register import COVER, decision
from tests.plugins.incidents.desk import NO, UMB, WEEK, Desk, furnish
from tests.plugins.serving import engine_on

FREE = replace(
    COVER,
    code="431103-UMB-007",
    name_zh="噪声劝导",
    worker_action=WorkerAction.HANDLE,
    requires_professional_skill=False,
)
ENFORCED = replace(COVER, code="431103-UMB-009", name_zh="违建", requires_enforcement_qualification=True)
GONE = replace(FREE, code="431103-UMB-010", name_zh="已退出")
ITEMS = {each.code: each for each in (FREE, COVER, ENFORCED, GONE)}
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=TIMEZONE)


def listed(desk: Desk) -> Desk:
    with desk.engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(*ITEMS.values(), on=date(2026, 1, 1)))
        enact(work.session, work.clock, work.actor, decision(on=date(2026, 2, 1), removed=[GONE.code]))
    desk.put(state="reported", item=FREE.code)
    return desk


@pytest.fixture
def flagged(both: Desk) -> Desk:
    """An incident whose item needs professional skill, on one database after the other."""
    listed(both).call("facts", item=COVER.code)
    assert both.incident().must_refer
    return both


ATTACKS: dict[str, dict[str, Any]] = {
    "give it to a worker": {"state": "self_handling"},
    "say that a worker did it": {"self_handled_at": NOW},
    "clear the flag": {"must_refer": False},
    "clear it and go on": {"must_refer": False, "state": "self_handling"},
    "clear it without a version": {"must_refer": False, "item_version": None},
    "an earlier version": {"must_refer": False, "item_version": 0},
    "no item at all": {"item": None, "item_version": None, "must_refer": False, "state": "self_handling"},
    "another item that needs it too": {"item": ENFORCED.code, "must_refer": False},
    "an item that there is not": {"item": "431103-UMB-099", "must_refer": False, "state": "self_handling"},
    "close it as solved": {"closing_code": "closed_solved", "state": "closed", "closed_at": NOW},
}


@pytest.mark.parametrize("columns", ATTACKS.values(), ids=[name.replace(" ", "-") for name in ATTACKS])
def test_the_database_refuses(flagged: Desk, columns: dict[str, Any]) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        flagged.put(**columns)
    with pytest.raises(sa.exc.IntegrityError):
        set_columns(flagged, columns)
    assert flagged.incident().must_refer


def set_columns(desk: Desk, columns: dict[str, Any]) -> None:
    with desk.engine.begin(SYSTEM) as work:
        row = work.session.get_one(Incident, NO)
        for name, value in columns.items():
            setattr(row, name, value)


def test_a_row_written_anew_is_looked_at_as_well(flagged: Desk) -> None:
    table = Incident.__table__
    with flagged.engine.begin(SYSTEM) as work:
        row = dict(work.session.execute(sa.select(table)).mappings().one())
    for change in ({"must_refer": False}, {"state": "self_handling", "must_refer": False, "item_version": None}):
        with pytest.raises(sa.exc.IntegrityError), flagged.engine.begin(SYSTEM) as work:
            work.session.execute(sa.insert(table).values(**{**row, "no": f"{NO}9", **change}))


def test_another_item_a_later_version_or_a_referral_lets_it_go_on(flagged: Desk) -> None:
    flagged.call("correct", item=FREE.code, reason="现场核实")
    flagged.call("facts")
    assert not flagged.incident().must_refer
    assert flagged.call("route", mode="SELF_HANDLE")["state"] == "self_handling"
    flagged.call("facts", item=COVER.code)
    assert flagged.incident().state == "triage", "what turns out to need a department leaves the worker"
    flagged.call("route", mode="REFER", department=UMB)
    flagged.dispatch(limits=WEEK)
    flagged.put(closing_code="closed_solved")


def test_an_item_of_another_county_is_no_task_for_a_worker(both: Desk) -> None:
    listed(both).call("facts")
    with pytest.raises(sa.exc.IntegrityError):
        both.put(county="431102", state="self_handling")


def test_an_unknown_database_gets_no_triggers() -> None:
    with pytest.raises(ValueError, match="mysql"):
        trigger_ddl("mysql")


STEPS = st.one_of(
    st.tuples(st.just("facts"), st.fixed_dictionaries({"item": st.sampled_from([*ITEMS, None, "431103-UMB-099"])})),
    st.tuples(
        st.just("correct"), st.fixed_dictionaries({"item": st.sampled_from(list(ITEMS)), "reason": st.just("核实")})
    ),
    st.tuples(
        st.just("route"),
        st.fixed_dictionaries(
            {
                "mode": st.sampled_from(["SELF_HANDLE", "REFER", "MANUAL_TRIAGE", "EMERGENCY"]),
                "department": st.sampled_from([None, UMB]),
            }
        ),
    ),
    st.tuples(
        st.just("record_self_handling"),
        st.fixed_dictionaries({"handling": st.sampled_from([{"result": "solved"}, {"result": "cannot_solve"}])}),
    ),
    st.tuples(st.just("close"), st.fixed_dictionaries({"code": st.sampled_from(["closed_solved", "cancelled"])})),
    st.tuples(st.just("reopen"), st.just({"reason": "又来"})),
)


@pytest.fixture(scope="module")
def catalogue(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, plugins: PluginHost
) -> tuple[Path, Desk, FixedClock]:
    """A database with items and an incident, to be copied."""
    folder = tmp_path_factory.mktemp("must_refer")
    file, clock = folder / "begin.sqlite", FixedClock(NOW)
    shutil.copyfile(sqlite_template, file)
    database = connect(f"sqlite:///{file}")
    desk = listed(furnish(engine_on(database, plugins, clock, folder), clock))
    database.dispose()
    return file, desk, clock


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_whatever_a_diagram_routes_nothing_qualified_is_with_a_worker_or_done_by_one(
    catalogue: tuple[Path, Desk, FixedClock], tmp_path: Path, plugins: PluginHost, steps: list[Any]
) -> None:
    file, begun, clock = catalogue
    for each in tmp_path.glob("try.sqlite*"):
        each.unlink()
    shutil.copyfile(file, tmp_path / "try.sqlite")
    database = connect(f"sqlite:///{tmp_path / 'try.sqlite'}")
    desk = replace(begun, engine=type(begun.engine)(database, plugins, clock=clock, home=tmp_path))
    try:
        for name, inputs in steps:
            with suppress(BusinessError, GuardRefused):  # no IntegrityError: the handlers see it before the database
                desk.call(name, **inputs)
            row = desk.incident()
            item = ITEMS.get(row.item or "")
            asked = row.state == "self_handling" and name in ("facts", "route")
            if row.must_refer or asked:
                assert not (row.must_refer and row.state == "self_handling"), "I10"
                assert not asked or (item is FREE and row.item_version is not None), "I11"
            if row.self_handled_at is not None or row.closing_code == "closed_solved":
                assert not row.must_refer, "I10"
    finally:
        database.dispose()
