"""The catalogue changes by decisions alone, all at once, and an item is in force only with all that it needs (I9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Engine
from engine.clock import FixedClock
from engine.errors import NotFound
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.catalogue import listing
from plugins.catalogue.capabilities import CATALOGUE_READ
from plugins.catalogue.model import DocumentType, Guarantees, HandlingMode, Item, LegalBasis, WorkerAction
from plugins.catalogue.register import Enactment, NotReady, enact
from plugins.demo.catalogue import first_catalogue
from tests.plugins.serving import engine_on

GUARANTEES = Guarantees({"name": "何", "phone": "0746-1"}, {"hours": 4}, "手册", {"amount_cny": 100, "source": "预算"})
BASIS = LegalBasis("城市道路管理条例", "第二十三条", DocumentType.ADMINISTRATIVE_REGULATION)
COVER = Item("431103-UMB-008", "井盖缺损上报", "covers", "", WorkerAction.REPORT_ONLY, True, False, [BASIS], GUARANTEES)
POSTERS = replace(COVER, code="431103-UMB-006", name_zh="乱张贴劝导", worker_action=WorkerAction.HANDLE,
                  requires_professional_skill=False)  # fmt: skip
BEGIN = date(2026, 9, 1)


def decision(*items: Item, on: date = BEGIN, **changed: Any) -> Enactment:
    return replace(Enactment("431103", "冷政〔2026〕1号", "区政府", on, on, on, list(items)), **changed)


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock) -> Engine:
    host = PluginHost().load(["plugins.catalogue"], (), strict=True)
    return engine_on(sqlite, host, clock)


def write(engine: Engine, enactment: Enactment) -> int:
    with engine.begin(SYSTEM) as work:
        return enact(work.session, work.clock, work.actor, enactment)


def codes(engine: Engine, day: date) -> list[str]:
    with engine.begin(SYSTEM, write=False) as work:
        return [version.item.code for version in listing.in_force(work.session, "431103", day)]


def test_a_decision_comes_into_force_on_its_day(engine: Engine) -> None:
    assert write(engine, decision(COVER, POSTERS)) == 1
    assert codes(engine, BEGIN - timedelta(days=1)) == []
    assert codes(engine, BEGIN) == ["431103-UMB-006", "431103-UMB-008"]


def test_an_item_that_changes_keeps_what_it_said_before(engine: Engine) -> None:
    write(engine, decision(COVER))
    later = BEGIN + timedelta(days=30)
    assert write(engine, decision(replace(COVER, name_zh="井盖缺损、移位上报"), on=later)) == 2
    with engine.begin(SYSTEM, write=False) as work:
        before = listing.item_in_force(work.session, COVER.code, later - timedelta(days=1))
        after = listing.item_in_force(work.session, COVER.code, later)
    assert (before.item.name_zh, before.decision.number) == ("井盖缺损上报", 1)
    assert (after.item.name_zh, after.decision.number) == ("井盖缺损、移位上报", 2)


def test_of_two_published_decisions_on_an_item_the_later_one_holds_from_its_day_on(engine: Engine) -> None:
    write(engine, decision(COVER, POSTERS))
    far, near = BEGIN + timedelta(days=60), BEGIN + timedelta(days=10)
    write(engine, decision(replace(COVER, name_zh="井盖缺损处理"), on=far))
    write(engine, decision(replace(COVER, name_zh="井盖缺损、移位上报"), on=near))
    for day, name in (
        (near - timedelta(days=1), COVER.name_zh),
        (near, "井盖缺损、移位上报"),
        (far, "井盖缺损、移位上报"),
    ):
        with engine.begin(SYSTEM, write=False) as work:
            held = [each for each in listing.holding(work.session, "431103", day) if each.item.code == COVER.code]
        assert [each.item.name_zh for each in held] == [name]
    assert codes(engine, near) == [POSTERS.code, COVER.code]


def test_an_item_that_goes_is_not_in_force_any_more_and_stays_known(engine: Engine) -> None:
    write(engine, decision(COVER, POSTERS))
    later = BEGIN + timedelta(days=10)
    write(engine, decision(on=later, removed=[POSTERS.code]))
    assert codes(engine, later) == [COVER.code]
    with engine.begin(SYSTEM, write=False) as work:
        assert len(listing.versions(work.session, POSTERS.code)) == 1
        with pytest.raises(NotFound):
            listing.item_in_force(work.session, POSTERS.code, later)


OBSTACLES = {
    "no basis": (replace(COVER, legal_bases=[]), "没有法律法规依据"),
    "a basis of too low a rank": (
        replace(COVER, legal_bases=[replace(BASIS, doc_type=DocumentType.NORMATIVE_DOCUMENT)]),
        "没有法律法规依据",
    ),
    "a basis without an article": (replace(COVER, legal_bases=[replace(BASIS, article="")]), "没有写明名称和条款"),
    "handled by the worker in spite of a flag": (replace(COVER, worker_action=WorkerAction.HANDLE), "只能上报"),
    "nobody to guide": (replace(COVER, guarantees=replace(GUARANTEES, guidance_person={})), "业务指导专人"),
    "no training": (replace(COVER, guarantees=replace(GUARANTEES, training={})), "专题培训"),
    "no means": (replace(COVER, guarantees=replace(GUARANTEES, resources="", funding={})), "资源、经费保障"),
    "another county's": (replace(COVER, code="431102-UMB-001"), "不是本县区的"),
    "no department's": (replace(COVER, code="431103-XXX-001"), "不是本县区的"),
}


@pytest.mark.parametrize(("item", "words"), OBSTACLES.values(), ids=OBSTACLES.keys())
def test_what_may_not_be_in_force_is_refused_with_all_reasons_and_nothing_is_written(
    item: Item, words: str, engine: Engine
) -> None:
    with pytest.raises(NotReady, match=words):
        write(engine, decision(POSTERS, item))
    assert codes(engine, BEGIN) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"published_on": BEGIN + timedelta(days=1)},
        {"approved_on": BEGIN + timedelta(days=1)},
        {"decision_no": " "},
        {"removed": ["431103-UMB-999"]},
        {"removed": [COVER.code]},
        {"items": [COVER, COVER]},
    ],
    ids=[
        "in force before it is published",
        "published before it is approved",
        "no document",
        "unknown",
        "both",
        "twice",
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(changed: dict[str, Any], engine: Engine) -> None:
    with pytest.raises(NotReady):
        write(engine, decision(COVER, **changed) if "items" not in changed else replace(decision(COVER), **changed))


def test_a_suspended_or_temporary_item_is_not_in_force_after_its_day() -> None:
    version = listing.ItemVersion(
        COVER, 1, "", listing.Decision("431103", 1, "", "", BEGIN, BEGIN, None), BEGIN, None, None, ""
    )
    assert version.in_force(BEGIN)
    assert not replace(version, suspended_on=BEGIN + timedelta(days=3)).in_force(BEGIN + timedelta(days=3))
    temporary = replace(version, item=replace(COVER, temporary_until=BEGIN + timedelta(days=5)))
    assert temporary.in_force(BEGIN + timedelta(days=5))
    assert not temporary.in_force(BEGIN + timedelta(days=6))


@given(st.booleans(), st.booleans(), st.sampled_from(WorkerAction))
def test_a_flag_makes_an_item_one_to_be_reported(skill: bool, enforcement: bool, action: WorkerAction) -> None:
    """I10: whatever else the item says."""
    item = replace(
        COVER, requires_professional_skill=skill, requires_enforcement_qualification=enforcement, worker_action=action
    )
    assert (item.handling_mode is HandlingMode.REPORT_AND_REFER) == (skill or enforcement)
    if skill or enforcement:
        assert (action is WorkerAction.HANDLE) == any("只能上报" in obstacle.zh for obstacle in item.obstacles())


def test_the_demos_first_catalogue_may_be_in_force() -> None:
    enactment = first_catalogue()
    assert len(enactment.items) == 27
    assert [obstacle for item in enactment.items for obstacle in item.obstacles()] == []
    referred = [item for item in enactment.items if item.handling_mode is HandlingMode.REPORT_AND_REFER]
    assert len(referred) == 18


def test_a_departments_handler_hears_of_its_own_countys_items_only(engine: Engine) -> None:
    write(engine, decision(COVER))
    ask = CATALOGUE_READ.questions["catalogue.item"]
    with engine.begin(SYSTEM, write=False) as work:
        known = ask(work.session, "/431100/431103/431103001/", COVER.code, "2026-09-01")
        assert known["handling_mode"] == "report_and_refer"
        assert ask(work.session, "/431100/431102/", COVER.code, "2026-09-01") is None
        assert ask(work.session, "/431100/431103/", COVER.code, "2026-08-31") is None
