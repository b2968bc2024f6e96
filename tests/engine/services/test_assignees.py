"""A task that is meant for one person: claimed for them if they hold the post, else for the whole group."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.bundle import Bundle
from engine.errors import TaskClaimed
from engine.tables.people import Person, PersonPost
from engine.tables.tasks import UserTask
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import draw, props, user
from tests.fixtures.house import House

LANE = props(group="clerk", unit='"1-a"')


@pytest.fixture
def staffed(house: House) -> House:
    node = user("a", assignee="who")
    content = draw(node, flows="s>a a>e", lane=LANE)
    with house.engine.begin(SYSTEM) as work:
        for name, group, until in (
            ("clerk", "clerk", None),
            ("gone", "clerk", date(2026, 12, 1)),
            ("other", "x", None),
        ):
            work.session.add(Person(id=name, login=name, name=name, password_hash="-"))
            work.session.flush()
            post = PersonPost(person_id=name, group=group, org_unit="1-a", valid_from=date(2026, 1, 1), valid_to=until)
            post.id = f"post-{name}"
            work.session.add(post)
        work.definitions.deploy(Bundle("p", {"p.bpmn": content}), "试用")
    return house


def started(house: House, who: Any) -> str:
    with house.engine.begin(SYSTEM) as work:
        instance = work.instances.start("p", {"who": who}, business_key=None, org_unit="1-a").id
    return house.open_task(instance)


def test_the_task_is_the_persons_and_nobody_elses(staffed: House) -> None:
    task = started(staffed, "clerk")
    colleague = type(staffed.clerk)("two", "two", posts=staffed.clerk.posts)
    with pytest.raises(TaskClaimed), staffed.engine.begin(colleague) as work:
        work.tasks.complete(task, {})
    with staffed.engine.begin(staffed.clerk) as work:
        assert [each.id for each in work.tasks.inbox(mine=True)] == [task]
        work.tasks.complete(task, {})


@pytest.mark.parametrize("who", [None, "gone", "other", "nobody"])
def test_without_the_post_it_is_the_groups(staffed: House, who: str | None) -> None:
    task = started(staffed, who)
    with staffed.engine.begin(SYSTEM, write=False) as work:
        assert work.session.get_one(UserTask, task).assignee is None
