"""Applications: who may begin one, what is kept of it, and that nothing is enacted that was not reviewed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.errors import Forbidden, NotFound
from engine.plugins.host import PluginHost
from engine.testing import drain
from engine.types import SYSTEM
from plugins.catalogue import draft, listing
from plugins.catalogue.applications import applications, register_application
from plugins.catalogue.draft import Kind
from plugins.catalogue.model import Guarantees
from plugins.catalogue.register import enact, next_code
from tests.plugins.catalogue.test_register import COVER, decision
from tests.plugins.serving import engine_on, staff
from tests.processes.test_catalogue_inclusion import FOLDER

DAY = date(2026, 11, 23)
UMB = staff("邓", "department_staff", "431103-UMB")
EMB = staff("伍", "department_staff", "431103-EMB")
COUNTY = staff("周", "county_reviewer", "431103")
BASIS = {
    "title": "城市道路管理条例",
    "article": "第二十三条",
    "doc_type": "administrative_regulation",
    "excerpt": "条文",
}
CONTENT: dict[str, Any] = {
    "name": "井盖缺损上报",
    "description": "发现后上报",
    "worker_action": "report_only",
    "requires_professional_skill": True,
    "est_minutes_per_case": 10,
    "est_cases_per_grid_year": 3,
    "legal_bases": [BASIS],
    "resources": "手册",
}


@pytest.fixture(scope="module")
def plugins() -> PluginHost:
    needed = ["plugins.grid_registry", "plugins.notifications", "plugins.catalogue", "plugins.workforce"]
    return PluginHost().load(needed, (), strict=True)


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, plugins: PluginHost) -> Engine:
    engine = engine_on(sqlite, plugins, clock)
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(FOLDER), reason="test")
        enact(work.session, work.clock, work.actor, decision(COVER))
    return engine


def test_a_department_applies_for_itself_alone_and_the_county_sees_it(engine: Engine) -> None:
    with engine.begin(UMB) as work:
        first = register_application(work, "431103-UMB", Kind.INCLUDE)
        assert first == "SX-431103-UMB-2026-001"
        assert register_application(work, "431103-UMB", Kind.INCLUDE) == "SX-431103-UMB-2026-002"
    for other in (EMB, COUNTY):
        with engine.begin(other) as work, pytest.raises(Forbidden):
            register_application(work, "431103-UMB", Kind.INCLUDE)
    with engine.begin(COUNTY, write=False) as work:
        assert [each.no for each in applications(work)] == ["SX-431103-UMB-2026-002", first]
    with engine.begin(EMB, write=False) as work:
        assert applications(work) == []


def test_only_an_item_of_ones_own_that_is_in_force_is_amended_or_removed(engine: Engine) -> None:
    for kind in (Kind.AMEND, Kind.REMOVE):
        for actor, department, item in (
            (EMB, "431103-EMB", COVER.code),
            (UMB, "431103-UMB", "431103-UMB-099"),
            (UMB, "431103-UMB", None),
        ):
            with engine.begin(actor) as work, pytest.raises(NotFound):
                register_application(work, department, kind, item)
    with engine.begin(UMB) as work:
        register_application(work, "431103-UMB", Kind.AMEND, COVER.code)
    with engine.begin(UMB, write=False) as work:
        assert [each.name for each in applications(work)] == [COVER.name_zh]  # nothing is filled in yet


def test_nothing_is_enacted_that_was_not_reviewed(engine: Engine) -> None:
    """An operator who moves the token to the enactment by hand gets a job that fails, and no new version."""
    with engine.begin(UMB) as work:
        register_application(work, "431103-UMB", Kind.INCLUDE)
        (found,) = applications(work)
    with engine.begin(SYSTEM) as work:
        work.repair.move(found.instance_id, "apply", "publish").apply("test")
    drain(engine)
    with engine.begin(SYSTEM, write=False) as work:
        assert len(listing.decisions(work.session, "431103")) == 1
        events = work.history.of(found.instance_id)
        failed = [str(event.detail) for event in events if event.event in {"job.failed", "job.dead"}]
    assert failed
    assert "未经审查、批准" in failed[0]


def test_the_next_code_counts_through_the_county(engine: Engine) -> None:
    with engine.begin(SYSTEM, write=False) as work:
        assert next_code(work.session, "431103-EMB") == "431103-EMB-009"
        assert next_code(work.session, "431102-UMB") == "431102-UMB-001"


def facts(kind: Kind = Kind.INCLUDE, others: Any = (), **changed: Any) -> dict[str, Any]:
    return draft.facts(kind, {**CONTENT, **changed}, draft.Beside(others), DAY)


def test_the_facts_say_what_the_rules_ask_for(engine: Engine) -> None:
    assert facts()["rank"] == "sufficient"
    assert facts()["minutes"] == 30
    assert facts(legal_bases=[{**BASIS, "doc_type": "department_rule"}])["rank"] == "low"
    assert not facts(legal_bases=[{**BASIS, "excerpt": ""}])["quoted"]
    assert not facts(legal_bases=[{**BASIS, "effective_to": "2026-11-23"}])["bases_in_force"]
    assert facts(legal_bases=[{**BASIS, "effective_to": "2026-11-24"}])["bases_in_force"]
    assert not facts(legal_bases=[{**BASIS, "effective_from": "2026-11-24"}])["bases_in_force"]
    assert facts(temporary_until="2026-12-23")["term_days"] == 30
    assert not facts(resources="", funding={"amount_cny": 0, "source": "无"})["provided"]
    with engine.begin(SYSTEM, write=False) as work:
        others = listing.of_department(work.session, "431103-UMB", DAY)
    assert facts(others=others)["is_duplicate"]
    assert facts(others=others, name="另一件事", legal_bases=[])["duplicate"] == ""
    assert COVER.code in facts(others=others, name="另一件事")["duplicate"], "the same article"


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_a_basis_holds_from_its_first_day_to_the_day_before_its_end(begin: int, length: int, day: int) -> None:
    on = date.fromordinal(DAY.toordinal() + day)
    basis = {
        "effective_from": date.fromordinal(DAY.toordinal() + begin).isoformat(),
        "effective_to": date.fromordinal(DAY.toordinal() + begin + length).isoformat(),
    }
    assert draft.holds(basis, on) is (begin <= day < begin + length)


def test_an_amendment_starts_with_what_the_item_says() -> None:
    again = draft.read_item(COVER.code, draft.plain(draft.draft_of(COVER)), COVER.guarantees)
    assert again == COVER
    assert draft.read_guarantees(draft.plain(draft.draft_of(COVER))) == COVER.guarantees
    assert draft.read_guarantees({}) == Guarantees()
