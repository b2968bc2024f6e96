"""Versions, drafts and deployments by designers, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date

import pytest

from engine.bpmn.blank import blank
from engine.bpmn.definition import Definition
from engine.designing import Proposal, changes_to, deploy, permit, propose
from engine.errors import EngineError, Forbidden, VersionSuperseded
from engine.tables.people import Person, PersonPost
from engine.types import SYSTEM, Actor, Post
from tests.fixtures.house import House

DESIGNER = Actor("d", "画图人", posts=(Post("process_designer", "1", "/1/"),))
OTHER = Actor("o", "另一人", posts=(Post("process_designer", "1", "/1/"),))


@pytest.fixture
def drawing(house: House) -> House:
    """The house, with two designers and a process of theirs."""
    with house.engine.begin(SYSTEM) as work:
        for actor in (DESIGNER, OTHER):
            work.session.add(Person(id=actor.id, login=actor.id, name=actor.name, password_hash="-"))
            work.session.flush()
            work.session.add(
                PersonPost(
                    id=actor.id,
                    person_id=actor.id,
                    group="process_designer",
                    org_unit="1",
                    valid_from=date(2020, 1, 1),
                )
            )
    deployed(house, DESIGNER, {"leave.bpmn": blank("leave", "请假")}, 0)
    return house


def judged(house: House, actor: Actor, changes: dict[str, str | None], base: int) -> tuple[Proposal, list[Definition]]:
    with house.engine.begin(actor, write=False) as work:
        proposal = propose(work, "leave", changes, base)
        permit(work, proposal)
        definitions, findings = work.definitions.read(proposal.bundle)
    assert findings == []
    return proposal, definitions


def deployed(house: House, actor: Actor, changes: dict[str, str | None], base: int) -> int:
    proposal, definitions = judged(house, actor, changes, base)
    return carry_out(house, actor, proposal, definitions)


def carry_out(house: House, actor: Actor, proposal: Proposal, definitions: Sequence[Definition]) -> int:
    with house.engine.begin(actor) as work:
        deployment = deploy(work, proposal, definitions, "换一个更好的名称")
        (row,) = work.definitions.in_deployment(deployment.id)
        return row.version


def test_versions_tell_by_whom_and_when(drawing: House) -> None:
    assert deployed(drawing, OTHER, {"leave.bpmn": blank("leave", "请假审批")}, 1) == 2
    with drawing.engine.begin(SYSTEM) as work:
        work.instances.start("leave", {}, business_key=None, org_unit="1-a")
    with drawing.engine.begin(DESIGNER, write=False) as work:
        found = [(each.definition.version, each.by, each.active, each.total) for each in work.versions.of("leave")]
        assert found == [(2, "另一人", 0, 1), (1, "画图人", 0, 0)]
        assert "leave" in {each.definition.key for each in work.versions.latest()}
        assert [each.origin for each in work.definitions.deployments("leave")] == ["studio", "studio"]
        newest, first = (work.versions.files(each.deployment.id) for each in work.versions.of("leave"))
        assert changes_to(first, newest) == {"leave.bpmn": blank("leave", "请假")}


def test_of_two_who_deploy_at_once_one_is_told_of_the_other(drawing: House) -> None:
    proposals = {
        actor: judged(drawing, actor, {"leave.bpmn": blank("leave", actor.name)}, 1) for actor in (DESIGNER, OTHER)
    }
    outcomes: list[int | EngineError] = []
    together = threading.Barrier(2)

    def act(actor: Actor) -> None:
        together.wait()
        try:
            outcomes.append(carry_out(drawing, actor, *proposals[actor]))
        except EngineError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=act, args=(actor,)) for actor in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 2 in outcomes
    (late,) = (each for each in outcomes if isinstance(each, VersionSuperseded))
    assert late.version == 2
    assert late.by in {"画图人", "另一人"}


def test_drafts_are_ones_own(drawing: House) -> None:
    for text in ("一", "二"):
        with drawing.engine.begin(DESIGNER) as work:
            work.drafts.keep("leave", {"leave.bpmn": text, "old.dmn": None}, 1)
    with drawing.engine.begin(DESIGNER, write=False) as work:
        draft = work.drafts.of("leave")
        assert draft is not None
        assert (draft.files, draft.base_version) == ({"leave.bpmn": "二", "old.dmn": None}, 1)
        assert [each.key for each in work.drafts.all()] == ["leave"]
    with drawing.engine.begin(OTHER, write=False) as work:
        assert work.drafts.of("leave") is None
    with drawing.engine.begin(DESIGNER) as work:
        work.drafts.discard("leave")
    with drawing.engine.begin(DESIGNER, write=False) as work:
        assert work.drafts.all() == []


def test_who_is_no_designer_deploys_nothing(drawing: House) -> None:
    clerk = Actor("c", "经办", posts=(Post("clerk", "1", "/1/"),))
    with pytest.raises(Forbidden):
        judged(drawing, clerk, {"leave.bpmn": blank("leave", "请假")}, 1)


def test_called_versions_are_found_by_key_and_content(drawing: House) -> None:
    with drawing.engine.begin(SYSTEM, write=False) as work:
        newest = work.definitions.current("leave")
        found = work.definitions.ids([(newest.key, newest.digest), ("absent", newest.digest)])
        assert found == {(newest.key, newest.digest): work.definitions.latest("leave").id}
        assert work.definitions.pinned(newest.key, newest.digest) is newest
