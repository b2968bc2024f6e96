"""Guarantees that lapse are found by the watch, put to the county once, and suspend nothing before it has decided."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock, today
from engine.errors import GuardRefused
from engine.plugins.host import PluginHost
from engine.tables.people import Person, PersonPost
from engine.testing import drain
from engine.types import SYSTEM
from engine.wording import in_chinese
from engine.work import Work
from plugins.catalogue import listing
from plugins.catalogue.lapses import find, require_decided
from plugins.catalogue.register import enact
from plugins.catalogue.tables import GuaranteeLapse
from plugins.notifications.api import waiting
from tests.plugins.catalogue.test_register import BEGIN, POSTERS, decision
from tests.plugins.serving import engine_on, staff
from tests.processes.test_catalogue_inclusion import FOLDER

COUNTY = staff("周", "county_reviewer", "431103")
WORKER = staff("w1", "grid_worker", "431103001")
DEPARTMENT = "431103-UMB"
LEFT = "guidance_person_left"
WORKER_POST = ("grid_worker", "431103001")


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock) -> Engine:
    """An engine with one item, whose guidance person, 何, has held a post in its department since before."""
    needed = ["plugins.grid_registry", "plugins.notifications", "plugins.catalogue", "plugins.workforce"]
    engine = engine_on(sqlite, PluginHost().load(needed, (), strict=True), clock)
    with engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(POSTERS))
        for person, name, group, unit in (("p1", "何", "department_staff", DEPARTMENT), ("w1", "伍", *WORKER_POST)):
            work.session.add(Person(id=person, login=person, name=name, password_hash="-"))
            work.session.flush()
            work.session.add(PersonPost(id=person, person_id=person, group=group, org_unit=unit, valid_from=BEGIN))
    return engine


@pytest.fixture
def running(engine: Engine) -> Engine:
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(FOLDER), reason="test")
    return engine


def leaves(engine: Engine, on: date | None) -> None:
    with engine.begin(SYSTEM) as work:
        work.session.get_one(PersonPost, "p1").valid_to = on


def watch(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.instances.start("catalogue-watch", {}, business_key=None, org_unit="431100")
    drain(engine)


def found(engine: Engine, *untrained: dict[str, Any]) -> list[tuple[str, str]]:
    """Return reason and text of what the watch finds, told of trainings by the workforce."""
    with engine.begin(SYSTEM) as work:
        context: Any = SimpleNamespace(session=work.session, clock=work.clock)
        return [(each["reason"], each["text"]) for each in find(context, untrained)]


def tasks(engine: Engine) -> list[tuple[str, str, str]]:
    """Return id, form and case of the county's tasks."""
    with engine.begin(COUNTY, write=False) as work:
        return [(task.id, task.form, task.instance_id) for task in work.tasks.inbox()]


def lapses(engine: Engine) -> list[tuple[str, bool, bool]]:
    """Return reason, whether it lasts, and whether there is a case, of each lapse."""
    with engine.begin(SYSTEM, write=False) as work:
        rows = work.session.scalars(sa.select(GuaranteeLapse).order_by(GuaranteeLapse.found_on)).all()
        return [(row.reason, row.over_on is None, row.process_instance_id is not None) for row in rows]


def decide(engine: Engine, **values: Any) -> None:
    ((task, _, _),) = tasks(engine)
    with engine.begin(COUNTY) as work:
        work.tasks.complete(task, values)
    drain(engine)


def in_force(engine: Engine) -> bool:
    with engine.begin(SYSTEM, write=False) as work:
        return listing.versions(work.session, POSTERS.code)[0].in_force(today(engine.clock))


def test_a_guidance_person_who_left_is_put_to_the_county_once_and_the_county_decides(
    running: Engine, clock: FixedClock
) -> None:
    watch(running)
    assert tasks(running) == []
    leaves(running, today(clock))
    for _ in range(2):
        watch(running)
        clock.advance(timedelta(days=7))
    ((task, form, case),) = tasks(running)
    assert (form, in_force(running), lapses(running)) == ("lapse", True, [(LEFT, True, True)])
    with running.begin(COUNTY, write=False) as work:
        shown = work.tasks.form_context(work.tasks.get(task)).variables["suspension"]
    assert shown["seen"]["zh"].startswith("何在城管局的岗位已于 ")
    assert "何" not in shown["text"], "what is published names nobody"
    for said in ([], [{"decision": "keep"}]):
        with running.begin(SYSTEM) as work, pytest.raises(GuardRefused):
            require_decided(decided(work, case, *said))
    decide(running, decision="suspend", text=shown["text"])
    assert not in_force(running)
    watch(running)
    assert [form for _, form, _ in tasks(running)] == []
    with running.begin(WORKER, write=False) as work:
        assert [in_chinese(each.subject) for each in waiting(work)] == ["事项暂停：“乱张贴劝导”"]


def decided(work: Work, case: str, *said: dict[str, str]) -> Any:
    """Return what a handler is given in a case in which the county has said so."""
    done = [SimpleNamespace(detail=each) for each in said]
    return SimpleNamespace(session=work.session, instance_id=case, completions=lambda _: done)


def test_what_the_county_does_not_suspend_is_not_asked_again_until_it_lapses_anew(
    running: Engine, clock: FixedClock
) -> None:
    leaves(running, today(clock))
    watch(running)
    decide(running, decision="keep", opinion="接替的人已经到岗，下周调整。")
    watch(running)
    assert (tasks(running), in_force(running)) == ([], True)
    leaves(running, None)
    watch(running)
    assert lapses(running) == [(LEFT, False, True)]
    clock.advance(timedelta(days=1))
    leaves(running, today(clock))
    watch(running)
    assert len(tasks(running)) == 1
    assert lapses(running) == [(LEFT, False, True), (LEFT, True, True)]


def test_an_account_that_is_closed_has_left_and_a_namesake_in_office_has_not(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.session.get_one(Person, "p1").active = False
        work.session.add(Person(id="p2", login="p2", name="何", password_hash="-"))
        work.session.flush()
        work.session.add(
            PersonPost(id="p2", person_id="p2", group="department_leader", org_unit=DEPARTMENT, valid_from=BEGIN)
        )
    assert found(engine) == []
    with engine.begin(SYSTEM) as work:
        work.session.get_one(PersonPost, "p2").org_unit = "431103-EMB"
    assert found(engine) == [(LEFT, "业务指导专人已经离岗")]


def test_of_somebody_without_an_account_nothing_is_said(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.session.get_one(Person, "p1").name = "何满"
        work.session.get_one(Person, "p1").active = False
    assert found(engine) == []


@pytest.mark.parametrize(
    ("few", "text"),
    [
        ({}, "应训网格员14人，已受训9人（64%），低于80%"),
        (
            {"planned_on": "2026-10-01"},
            "计划于 2026-10-01 的专题培训没有记录，应训网格员14人，已受训9人（64%），低于80%",
        ),
        ({"item": "431103-UMB-999"}, None),
    ],
)
def test_too_few_trained_workers_are_put_to_the_county_with_the_figures(
    few: dict[str, Any], text: str | None, engine: Engine
) -> None:
    told = {"item": POSTERS.code, "trained": 9, "workers": 14, "percent": 64, "planned_on": None} | few
    assert found(engine, told) == ([("training_overdue", text)] if text else [])
