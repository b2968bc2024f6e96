"""Posts that see only the cases in which their holder takes part, and posts that see all of their unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.errors import NotFound
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, Actor, Post
from tests.fixtures.house import House

HAND = Actor("hand", "帮手", posts=(Post("clerk", "1-a", "/1/1-a/", sees_all=False),))
OTHER = replace(HAND, id="other", name="另一帮手")


def claim(house: House, instance: str, actor: Actor) -> None:
    task = house.open_task(instance)
    with house.engine.begin(actor) as work:
        work.tasks.claim(task)


def complete(house: House, instance: str, actor: Actor) -> None:
    house.complete(instance, actor)


def seen(house: House, actor: Actor) -> list[str]:
    """Return the cases in the actor's list; that each of them opens, and no other does, is looked at as well."""
    with house.engine.begin(actor, write=False) as work:
        listed = [instance.id for instance in work.instances.page()]
        assert [instance.id for instance in (work.instances.get(each) for each in listed)] == listed
        return listed


def refused(house: House, actor: Actor, instance: str) -> bool:
    with house.engine.begin(actor, write=False) as work, pytest.raises(NotFound):
        work.instances.get(instance)
    return True


def test_what_is_free_for_all_of_the_post_is_seen_by_each(house: House) -> None:
    instance = house.start()
    assert seen(house, HAND) == seen(house, OTHER) == [instance]


@pytest.mark.parametrize("act", [claim, complete])
def test_what_one_took_up_the_others_see_no_more(house: House, act: Callable[[House, str, Actor], None]) -> None:
    instance = house.start()
    act(house, instance, HAND)
    assert (seen(house, HAND), seen(house, OTHER)) == ([instance], [])
    assert refused(house, OTHER, instance)


def test_who_holds_a_post_that_sees_all_as_well_sees_all(house: House) -> None:
    instance = house.start()
    claim(house, instance, HAND)
    both = replace(OTHER, posts=(*OTHER.posts, Post("reviewer", "1", "/1/")))
    assert seen(house, both) == seen(house, house.clerk) == [instance]


def test_who_began_a_case_sees_it(house: House) -> None:
    with house.engine.begin(OTHER) as work:
        instance = work.instances.start(
            "purchase", {"thing": "椅子", "office": "1-a"}, business_key=None, org_unit="1-a"
        ).id
    claim(house, instance, HAND)
    assert seen(house, OTHER) == [instance]


def test_a_case_elsewhere_is_not_seen_though_it_has_a_task_of_the_post(house: House) -> None:
    with house.engine.begin(house.stranger) as work:
        instance = work.instances.start(
            "purchase", {"thing": "椅子", "office": "1-b"}, business_key=None, org_unit="1-b"
        ).id
    with house.engine.begin(SYSTEM) as work:
        task = work.session.get_one(UserTask, house.open_task(instance))
        task.candidate_group, task.org_unit = "clerk", "1-a"
    assert seen(house, HAND) == []
    assert refused(house, HAND, instance)
