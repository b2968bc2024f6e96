"""Handing a task to another person of its group: who may, to whom, with a reason that is kept."""

from __future__ import annotations

from datetime import date

import pytest

from engine.bundle import Bundle
from engine.errors import FormInvalid, NotFound, TaskAlreadyCompleted, TaskClaimed
from engine.tables.people import Person, PersonPost
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, Actor, Post
from tests.engine.bpmn.drawing import draw, props, user
from tests.fixtures.house import House

LANE = props(group="clerk", unit='"1-a"')
FOREMAN = Actor("foreman", "领班", posts=(Post("foreman", "1-a", "/1/1-a/"),))
ABOVE = Actor("above", "上级", posts=(Post("foreman", "1", "/1/"),))
WHY = "原办理人请假"


@pytest.fixture
def staffed(house: House) -> House:
    content = draw(user("a", assignee="who", reassigners="foreman, boss"), flows="s>a a>e", lane=LANE)
    with house.engine.begin(SYSTEM) as work:
        for name, group, until in (
            ("clerk", "clerk", None),
            ("two", "clerk", None),
            ("gone", "clerk", date(2026, 12, 1)),
            ("other", "x", None),
        ):
            work.session.add(Person(id=name, login=name, name=f"{name}先生", password_hash="-"))
            work.session.flush()
            post = PersonPost(person_id=name, group=group, org_unit="1-a", valid_from=date(2026, 1, 1), valid_to=until)
            post.id = f"post-{name}"
            work.session.add(post)
        work.definitions.deploy(Bundle("p", {"p.bpmn": content}), "试用")
    return house


@pytest.fixture
def task(staffed: House) -> str:
    with staffed.engine.begin(SYSTEM) as work:
        instance = work.instances.start("p", {"who": "clerk"}, business_key=None, org_unit="1-a").id
    return staffed.open_task(instance)


def hand_over(house: House, actor: Actor, task: str, person: str = "two", reason: str = WHY) -> None:
    with house.engine.begin(actor) as work:
        work.reassigning.hand_over(task, person, reason)


def test_the_other_has_it_with_what_was_typed_and_the_history_says_why(staffed: House, task: str) -> None:
    with staffed.engine.begin(staffed.clerk) as work:
        work.tasks.save_draft(task, {"note": "已看过现场"})
    hand_over(staffed, FOREMAN, task)
    with staffed.engine.begin(SYSTEM, write=False) as work:
        moved = work.session.get_one(UserTask, task)
        assert (moved.assignee, moved.draft) == ("two", {"note": "已看过现场"})
        [event] = [each for each in work.history.of(moved.instance_id) if each.event == "task.reassigned"]
        assert (event.actor_id, event.detail) == ("foreman", {"reason": WHY})
        assert event.changes == {"assignee": {"before": "clerk", "after": "two"}}
    with pytest.raises(TaskClaimed), staffed.engine.begin(staffed.clerk) as work:
        work.tasks.complete(task, {})


def test_people_of_the_post_are_offered_but_not_who_has_it(staffed: House, task: str) -> None:
    with staffed.engine.begin(FOREMAN, write=False) as work:
        found = work.tasks.get(task)
        assert work.reassigning.may(found)
        assert [person.id for person in work.reassigning.people(found)] == ["two"]


@pytest.mark.parametrize("actor", [ABOVE, Actor("x", "x", posts=(Post("y", "1-a", "/1/1-a/"),))])
def test_only_those_whom_the_diagram_names_in_the_unit_of_the_task(staffed: House, task: str, actor: Actor) -> None:
    with pytest.raises(NotFound):
        hand_over(staffed, actor, task)
    with pytest.raises(NotFound):
        hand_over(staffed, staffed.clerk, task)


@pytest.mark.parametrize("person", ["gone", "other", "nobody", "clerk", ""])
def test_nobody_gets_it_without_the_post_nor_who_has_it(staffed: House, task: str, person: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        hand_over(staffed, FOREMAN, task, person, " ")
    assert set(refused.value.errors) == {"person", "reason"}


def test_what_is_done_is_not_handed_over(staffed: House, task: str) -> None:
    with staffed.engine.begin(staffed.clerk) as work:
        work.tasks.complete(task, {})
    with pytest.raises(TaskAlreadyCompleted):
        hand_over(staffed, FOREMAN, task)


def test_without_the_property_nobody_hands_anything_over(house: House) -> None:
    instance = house.start()
    with house.engine.begin(house.clerk, write=False) as work:
        assert not work.reassigning.may(work.tasks.get(house.open_task(instance)))
