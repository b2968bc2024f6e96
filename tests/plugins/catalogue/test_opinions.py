"""Opinions of the public: kept once, answered once, by the county's agency alone."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import FixedClock
from engine.errors import Forbidden, NotFound
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.catalogue import opinions
from plugins.catalogue.register import enact
from plugins.catalogue.tables import Opinion
from tests.plugins.catalogue.test_register import COVER, decision
from tests.plugins.serving import engine_on, staff

AGENCY = staff("周", "county_reviewer", "431103")
OTHER = staff("李", "county_reviewer", "431102")


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock) -> Engine:
    engine = engine_on(sqlite, PluginHost().load(["plugins.catalogue"], (), strict=True), clock)
    with engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(COVER, on=date(2026, 1, 1)))
    return engine


def give(engine: Engine) -> str:
    with engine.begin(SYSTEM) as work:
        return opinions.give(work, "431103", COVER.code, "井盖松动", "139")


def test_receipts_cannot_be_guessed_from_one_another(engine: Engine) -> None:
    first, second = give(engine), give(engine)
    assert first[:-8] == second[:-8]
    assert first[-8:] != second[-8:]


@pytest.mark.parametrize(
    ("county", "item"), [("431100", None), ("999999", None), ("431102", COVER.code), ("431103", "x")]
)
def test_an_opinion_is_about_something_that_is_there(county: str, item: str | None, engine: Engine) -> None:
    with pytest.raises(NotFound), engine.begin(SYSTEM) as work:
        opinions.give(work, county, item, "意见", "")


def test_the_first_answer_stays(engine: Engine) -> None:
    receipt = give(engine)
    with engine.begin(AGENCY) as work:
        opinions.answer(work, receipt, "已修复")
    with pytest.raises(Forbidden), engine.begin(AGENCY) as work:
        opinions.answer(work, receipt, "另行答复")
    with engine.begin(SYSTEM, write=False) as work:
        assert opinions.by_receipt(work, receipt.lower()).reply == "已修复"


def test_another_countys_agency_neither_sees_nor_answers_it(engine: Engine) -> None:
    receipt = give(engine)
    with engine.begin(OTHER, write=False) as work:
        assert opinions.of_agency(work) == []
    with pytest.raises(NotFound), engine.begin(OTHER) as work:
        opinions.answer(work, receipt, "与我无关")


def test_it_is_due_within_five_working_days(engine: Engine, clock: FixedClock) -> None:
    receipt = give(engine)
    with engine.begin(AGENCY, write=False) as work:
        (seen,) = opinions.of_agency(work)
        assert not seen.overdue(clock.now())
        assert seen.overdue(seen.due_at.replace(year=seen.due_at.year + 1))
        assert work.session.get_one(Opinion, receipt).contact == "139"
