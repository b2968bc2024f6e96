"""Items suspended and taken up again, and items that have to be looked at again: through their processes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock, today
from engine.errors import Forbidden, NotFound
from engine.mail import tend_messages
from engine.plugins.host import PluginHost
from engine.services.routing import Letter
from engine.testing import drain
from engine.types import SYSTEM, Actor, new_id
from plugins.catalogue import due_reviews, listing
from plugins.catalogue.due_reviews import Origin
from plugins.catalogue.register import enact
from plugins.catalogue.suspensions import Lapse, register_suspension
from plugins.catalogue.tables import CatalogueApplication
from tests.plugins.catalogue.test_register import BASIS, BEGIN, COVER, GUARANTEES, decision
from tests.plugins.serving import engine_on, staff
from tests.processes.test_catalogue_inclusion import FOLDER

UMB = staff("邓", "department_staff", "431103-UMB")
COUNTY = staff("周", "county_reviewer", "431103")
RESTORED: dict[str, Any] = {
    "guidance_person": {"name": "欧阳青", "phone": "0746-2", "unit": "市容科"},
    "training": {"hours": 6, "on": "2026-12-01", "trained_percent": 90},
    "resources": "手册",
    "funding": {"amount_cny": 3000, "source": "预算", "document_no": "冷财〔2026〕9号"},
    "confirmed": True,
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


def suspended(engine: Engine) -> str:
    with engine.begin(COUNTY) as work:
        case = register_suspension(work, COVER.code, Lapse.GUIDANCE_PERSON_LEFT, "专人已经离岗")
    drain(engine)
    return case


def answer(engine: Engine, actor: Actor, case: str, values: dict[str, Any]) -> None:
    with engine.begin(actor) as work:
        (task,) = [each for each in work.tasks.of_instance(case) if each.state == "open"]
        work.tasks.complete(task.id, values)
    drain(engine)


def current(engine: Engine) -> listing.ItemVersion:
    with engine.begin(SYSTEM, write=False) as work:
        return listing.versions(work.session, COVER.code)[0]


def in_force(engine: Engine) -> bool:
    return current(engine).in_force(today(engine.clock))


def test_a_suspended_item_is_taken_up_again_with_the_guarantees_that_were_found_restored(engine: Engine) -> None:
    case = suspended(engine)
    assert (in_force(engine), current(engine).holds(today(engine.clock))) == (False, True)
    assert current(engine).suspended_because == "专人已经离岗"
    answer(engine, UMB, case, RESTORED)
    answer(engine, COUNTY, case, {"decision": "return", "opinion": "专人电话无人接听"})
    assert not in_force(engine)
    answer(engine, UMB, case, RESTORED)
    answer(engine, COUNTY, case, {"decision": "release"})
    version = current(engine)
    assert in_force(engine)
    assert (version.number, version.suspended_on, version.decision.number) == (2, None, 2)
    assert version.item.guarantees.guidance_person["name"] == "欧阳青"
    assert version.decision.decision_no.startswith(f"ZT-{COVER.code}-")


def test_only_the_countys_agency_suspends_and_only_what_is_in_force(engine: Engine) -> None:
    for actor in (UMB, staff("吴", "county_reviewer", "431102")):
        with engine.begin(actor) as work, pytest.raises(Forbidden):
            register_suspension(work, COVER.code, Lapse.FUNDING_GONE, "没有经费")
    suspended(engine)
    with engine.begin(COUNTY) as work, pytest.raises(NotFound):
        register_suspension(work, COVER.code, Lapse.FUNDING_GONE, "没有经费")


def test_what_goes_meanwhile_is_not_taken_up_again(engine: Engine) -> None:
    case = suspended(engine)
    with engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(on=today(work.clock), removed=[COVER.code]))
    answer(engine, UMB, case, RESTORED)
    answer(engine, COUNTY, case, {"decision": "release"})
    assert current(engine).number == 1
    assert not in_force(engine)


def due(engine: Engine, day: date) -> list[tuple[str, str]]:
    with engine.begin(SYSTEM, write=False) as work:
        return [(each["review"]["item"], each["review"]["origin"]) for each in due_reviews.find(work.session, day)]


def test_an_item_is_due_a_year_after_its_last_version(engine: Engine) -> None:
    assert due(engine, BEGIN + timedelta(days=364)) == []
    assert due(engine, BEGIN + timedelta(days=365)) == [(COVER.code, Origin.YEARLY_REVIEW)]


def test_an_item_is_due_when_a_basis_has_ended_and_temporary_ones_never_are(engine: Engine) -> None:
    end = BEGIN + timedelta(days=100)
    repealed = replace(COVER, legal_bases=[replace(BASIS, effective_to=end)])
    brief = replace(repealed, code="431103-UMB-009", temporary_until=end + timedelta(days=5), guarantees=GUARANTEES)
    with engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(repealed, brief, on=BEGIN + timedelta(days=1)))
    assert due(engine, end - timedelta(days=1)) == []
    assert due(engine, end) == [(COVER.code, Origin.BASIS_REPEALED)]


def test_the_watch_begins_one_case_for_the_department_and_the_item_is_under_review(
    engine: Engine, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=400))
    for _ in range(2):
        with engine.begin(SYSTEM) as work:
            work.instances.start("catalogue-watch", {}, business_key=None, org_unit="431100")
        drain(engine)
    with engine.begin(UMB, write=False) as work:
        (task,) = work.tasks.inbox()
        assert (task.form, task.org_unit) == ("apply", "431103-UMB")
        assert due_reviews.open_reviews(work.session, "431103") == {COVER.code: Origin.YEARLY_REVIEW}
    assert in_force(engine), "until it is decided"


def letters(engine: Engine) -> list[dict[str, Any]]:
    """Return what the message of the watch carries for each item that is due now."""
    with engine.begin(SYSTEM, write=False) as work:
        return due_reviews.find(work.session, today(engine.clock))


def publish(engine: Engine, name: str, carried: dict[str, Any], key: str = "") -> None:
    """Send a message of the watch, as another system may: with a key of its own."""
    with engine.begin(SYSTEM) as work:
        work.messages.publish(Letter(new_id(), name, key, carried, "431100"))
    drain(engine)


def reviews(engine: Engine) -> int:
    with engine.begin(SYSTEM, write=False) as work:
        count = sa.select(sa.func.count()).where(CatalogueApplication.origin != "")
        return work.session.scalar(count) or 0


def test_an_item_has_one_review_whatever_key_the_message_comes_with(engine: Engine, clock: FixedClock) -> None:
    clock.advance(timedelta(days=400))
    (letter,) = letters(engine)
    for key in ("a", "b"):
        publish(engine, "catalogue.review_due", letter, key)
    with engine.begin(UMB, write=False) as work:
        assert len(work.tasks.inbox()) == 1
    assert reviews(engine) == 1


def test_a_message_that_waited_begins_no_second_review_when_the_first_is_over(
    engine: Engine, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=400))
    (letter,) = letters(engine)
    for _ in range(2):
        publish(engine, "catalogue.review_due", letter)
    clock.advance(timedelta(days=2))
    with engine.begin(UMB) as work:
        (task,) = work.tasks.inbox()
        work.messages.send(task.instance_id, "withdraw", {"withdrawal": {"reason": "不须调整"}})
    tend_messages(engine)
    drain(engine)
    with engine.begin(UMB, write=False) as work:
        assert work.tasks.inbox() == []
    assert reviews(engine) == 1
