from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engine.errors import DeploymentRefused, IdempotencyKeyReused, TaskAlreadyCompleted, TaskClaimed
from engine.tables.people import OrgUnit
from engine.types import SYSTEM, Actor
from tests.fixtures.house import BUNDLE, House

CASE = {"business_key": None, "org_unit": "1-a"}
DIAGRAM = BUNDLE.files["purchase.bpmn"].decode()


def test_an_error_leaves_nothing_of_the_transaction(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        start_and_fail(house)
    with house.engine.begin(house.clerk, write=False) as work:
        assert work.tasks.inbox() == []
        assert work.instances.page() == []


def start_and_fail(house: House) -> None:
    with house.engine.begin(SYSTEM) as work:
        work.instances.start("purchase", {"thing": "桌子", "office": "1-a"}, business_key="B1", org_unit="1-a")
        raise ZeroDivisionError


def test_of_two_people_completing_one_task_one_wins_and_the_other_hears_of_it(house: House) -> None:
    for _ in range(10):
        instance = house.start()
        house.complete(instance, house.clerk)
        outcomes = race(house, house.open_task(instance))
        assert "won" in outcomes
        assert len(outcomes & {"reviewer", "colleague"}) == 1
        assert house.events(instance).count("task.completed") == 2


def test_of_two_people_claiming_one_task_one_has_it(house: House) -> None:
    for _ in range(10):
        instance = house.start()
        house.complete(instance, house.clerk)
        task = house.open_task(instance)
        barrier = threading.Barrier(2)

        def claim(actor: Actor, task: str = task, barrier: threading.Barrier = barrier) -> str:
            barrier.wait()
            try:
                with house.engine.begin(actor) as work:
                    work.tasks.claim(task)
            except TaskClaimed as lost:
                return lost.by
            return actor.id

        with ThreadPoolExecutor(2) as pool:
            told = set(pool.map(claim, (house.reviewer, house.colleague)))
        with house.engine.begin(house.reviewer, write=False) as work:
            assert told == {work.tasks.get(task).assignee}
        assert house.events(instance).count("task.claimed") == 1


def race(house: House, task: str) -> set[str]:
    """Let both reviewers complete the task at once; return `won` and the name the loser was told."""
    barrier = threading.Barrier(2)

    def act(actor: Actor) -> str:
        barrier.wait()
        try:
            with house.engine.begin(actor) as work:
                work.tasks.complete(task, {"note": actor.id})
        except TaskAlreadyCompleted as lost:
            return lost.by
        return "won"

    with ThreadPoolExecutor(2) as pool:
        return set(pool.map(act, (house.reviewer, house.colleague)))


def test_a_repeated_request_gets_the_first_answer_and_has_one_effect(house: House) -> None:
    calls = []

    def once(fingerprint: str) -> dict[str, object]:
        with house.engine.begin(house.clerk) as work:
            return work.once("key-1", fingerprint, lambda: calls.append(1) or {"number": len(calls)})

    assert once("a") == once("a") == {"number": 1}
    with pytest.raises(IdempotencyKeyReused):
        once("b")


def test_what_a_repeated_request_did_again_is_undone(house: House) -> None:
    def once(fingerprint: str) -> object:
        with house.engine.begin(SYSTEM) as work:

            def do() -> dict[str, object]:
                started = work.instances.start("purchase", {"thing": "桌子", "office": "1-a"}, **CASE)
                return {"instance": started.id}

            return work.once("key-2", fingerprint, do)["instance"]

    assert once("a") == once("a")
    with pytest.raises(IdempotencyKeyReused):
        once("b")
    with house.engine.begin(house.clerk, write=False) as work:
        assert len(work.instances.page()) == 1
        assert len(work.tasks.inbox()) == 1


def test_an_unchanged_bundle_is_not_deployed_again(house: House) -> None:
    with house.engine.begin(SYSTEM) as work:
        first = work.definitions.latest("purchase").version
        work.definitions.deploy(BUNDLE, "再来一次")
        assert work.definitions.latest("purchase").version == first == 1


def test_instances_stay_on_their_version(house: House) -> None:
    instance = house.start()
    changed = {**BUNDLE.files, "purchase.bpmn": DIAGRAM.replace('name="申请"', 'name="申请（新）"').encode()}
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(type(BUNDLE)("purchase", changed), "改名")
        assert work.definitions.latest("purchase").version == 2
    house.complete(instance, house.clerk)
    with house.engine.begin(SYSTEM, write=False) as work:
        kept = work.definitions.of(work.instances.get(instance).definition_id)
        assert kept.element("ask").name == "申请"


def test_a_bundle_with_errors_is_refused_with_all_of_them(house: House) -> None:
    broken = DIAGRAM.replace("shop.place_order", "shop.place_oder").replace('value="note"', 'value="nope"', 1)
    with pytest.raises(DeploymentRefused) as caught, house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(type(BUNDLE)("purchase", {**BUNDLE.files, "purchase.bpmn": broken.encode()}), "坏的")
    assert {finding.element_id for finding in caught.value.findings} >= {"order", "ask"}
    assert all(finding.line > 0 for finding in caught.value.findings)


def test_reading_work_is_never_committed(house: House) -> None:
    with house.engine.begin(SYSTEM, write=False) as work:
        work.session.add(OrgUnit(code="x", name="x", kind="x", path="/x/"))
        work.session.flush()
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.session.scalar(sa.select(OrgUnit).where(OrgUnit.code == "x")) is None
