"""Taking instances to another version: by id, by a mapping, refused where they would stall, and they go on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.bundle import Bundle
from engine.db import Base
from engine.errors import Forbidden, MigrationRefused, NotFound
from engine.feel.values import unpack
from engine.jobs.table_queue import drain
from engine.rollout import foresee, roll_out
from engine.services.migration import Prospect, Route
from engine.tables.messages import Subscription
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import (
    MESSAGES,
    NAMES,
    boundary,
    carrying,
    catch,
    draw,
    each,
    end,
    exclusive,
    inner,
    on_event,
    parallel,
    start,
    task,
    timer,
    user,
)
from tests.engine.services.test_repair import OPERATOR, finish, open_at
from tests.fixtures.house import BUNDLE, House

DIAGRAM = BUNDLE.files["purchase.bpmn"].decode()
PURCHASE = Route("purchase", 1, 2)
HOUR = timer('"PT1H"')


def deploy_purchase(house: House, **replaced: str) -> None:
    text = DIAGRAM
    for old, new in replaced.items():
        assert f'"{old}"' in text
        text = text.replace(f'"{old}"', f'"{new}"').replace(f">{old}<", f">{new}<")
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("purchase", {**BUNDLE.files, "purchase.bpmn": text.encode()}), "新版")


def two_versions(house: House, old: bytes, new: bytes, **variables: Any) -> str:
    """Deploy the one, start an instance on it, deploy the other; return the instance."""
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("test", {"p.bpmn": old}), "一")
        instance = work.instances.start("p", variables, business_key=None, org_unit="1-a").id
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("test", {"p.bpmn": new}), "二")
    return instance


def prospect(house: House, instance: str, **mapping: str) -> Prospect:
    with house.engine.begin(OPERATOR, write=False) as work:
        return work.migration.prospect(Route("p", 1, 2, mapping), instance)


def migrate(house: House, instance: str, **mapping: str) -> None:
    with house.engine.begin(OPERATOR) as work:
        work.migration.migrate(Route("p", 1, 2, mapping), instance, "改版")


def rows(house: House) -> dict[str, list[str]]:
    with house.engine.begin(SYSTEM, write=False) as work:
        return {
            table.name: sorted(map(repr, work.session.execute(sa.select(table))))
            for table in Base.metadata.sorted_tables
        }


def test_an_instance_goes_on_in_the_new_version_with_claim_and_draft(house: House) -> None:
    instance = house.start()
    task_id = house.open_task(instance)
    with house.engine.begin(house.clerk) as work:
        work.tasks.claim(task_id)
        work.tasks.save_draft(task_id, {"note": "写到一半"})
    deploy_purchase(house, 申请="申请（新）", 审核="审核（新）")
    with house.engine.begin(OPERATOR) as work:
        work.migration.migrate(PURCHASE, instance, "改版")
    with house.engine.begin(house.clerk, write=False) as work:
        (row,) = work.tasks.inbox()
        assert (row.id, row.name, row.assignee, row.draft) == (task_id, "申请（新）", "clerk", {"note": "写到一半"})
        assert row.definition_id == work.instances.get(instance).definition_id == work.definitions.latest("purchase").id
        event = next(row for row in work.history.of(instance) if row.event == "instance.migrated")
        digest = work.definitions.latest("purchase").digest
        noted = {"from": 1, "to": 2, "mapping": {}, "reason": "改版", "digest": digest}
        assert unpack(event.detail) == noted
        assert event.definition_id == work.definitions.latest("purchase").id
    house.complete(instance, house.clerk)
    with house.engine.begin(house.reviewer, write=False) as work:
        assert [row.name for row in work.tasks.inbox()] == ["审核（新）"]
    house.complete(instance, house.reviewer)
    assert drain(house.engine) == 1


def test_jobs_and_timers_follow_their_renamed_elements(house: House) -> None:
    waiting, timed = house.reviewed(), None
    deploy_purchase(house, order="place", wait="pause")
    route = Route("purchase", 1, 2, {"order": "place", "wait": "pause"})
    with house.engine.begin(OPERATOR) as work:
        work.migration.migrate(route, waiting, "改名")
    drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert [(row.element_id, row.state) for row in work.jobs.of_instance(waiting)] == [
            ("place", "done"),
            ("pause", "waiting"),
        ]
        timed = work.jobs.of_instance(waiting)[1].due_at
    assert timed == house.clock.now() + timedelta(days=1)
    house.clock.advance(timedelta(days=1))
    drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(waiting).state == "completed"


def test_a_running_timer_keeps_its_due_time(house: House) -> None:
    instance = house.reviewed()
    drain(house.engine)
    deploy_purchase(house, wait="pause")
    house.clock.advance(timedelta(hours=23))
    with house.engine.begin(OPERATOR) as work:
        work.migration.migrate(Route("purchase", 1, 2, {"wait": "pause"}), instance, "改名")
    house.clock.advance(timedelta(hours=1))
    drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(instance).state == "completed"
        assert work.instances.get(instance).end_event == "end"


def test_the_withdrawal_of_a_task_goes_over_with_it(house: House) -> None:
    instance = house.start()
    house.complete(instance, house.clerk)
    deploy_purchase(house, review="check", stopped="halted")
    with house.engine.begin(OPERATOR) as work:
        route = Route("purchase", 1, 2, {"review": "check", "stopped": "halted"})
        work.migration.migrate(route, instance, "改名")
    with house.engine.begin(house.clerk) as work:
        work.messages.send(instance, "stop", {})
        assert work.instances.get(instance).end_event == "end_stopped"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param(draw(user("a"), flows="s>a a>e"), draw(user("x"), flows="s>x x>e"), "missing", id="removed"),
        pytest.param(draw(user("a"), flows="s>a a>e"), draw(task("a"), flows="s>a a>e"), "type", id="retyped"),
        pytest.param(
            draw(user("a"), flows="s>a a>e"),
            draw(user("a", inside=each("list", "one")), flows="s>a a>e"),
            "type",
            id="repeated",
        ),
        pytest.param(
            draw(user("a"), flows="s>a a>e"),
            draw(user("a"), boundary("late", "a", HOUR), flows="s>a a>e late>e"),
            "events",
            id="boundary added",
        ),
        pytest.param(
            draw(user("a"), boundary("late", "a", HOUR), flows="s>a a>e late>e"),
            draw(user("a"), flows="s>a a>e"),
            "events",
            id="boundary removed",
        ),
        pytest.param(
            draw(user("a"), flows="s>a a>e"),
            draw(inner("sub", start("is"), user("a"), end("ie"), flows="is>a a>ie"), flows="s>sub sub>e"),
            "scope",
            id="put into a subprocess",
        ),
        pytest.param(
            draw(user("a"), flows="s>a a>e"),
            draw(
                *(user("a"), on_event("late", HOUR, user("x"), end("xe"), flows="late_s>x x>xe")),
                flows="s>a a>e",
            ),
            "events",
            id="event subprocess added",
        ),
        pytest.param(
            draw(user("a"), flows="s>a a>e"),
            draw(parallel("f"), parallel("j"), user("a"), user("b"), flows="s>f f>a f>b a>j b>j j>e"),
            "parallel",
            id="fork put around",
        ),
        pytest.param(
            draw(parallel("f"), parallel("j"), user("a"), user("b"), flows="s>f f>a f>b a>j b>j j>e"),
            draw(
                *(parallel("f"), parallel("j"), user("a"), user("b"), user("c")),
                flows="s>f f>a f>b f>c a>j b>j c>j j>e",
            ),
            "join",
            id="branch added",
        ),
        pytest.param(
            draw(parallel("f"), parallel("j"), user("a"), user("b"), flows="s>f f>a f>b a>j b>j j>e"),
            draw(user("a"), user("b"), flows="s>a a>b b>e"),
            "parallel",
            id="fork taken away",
        ),
    ],
)
def test_what_would_stall_or_run_wrongly_is_refused(house: House, old: bytes, new: bytes, code: str) -> None:
    instance = two_versions(house, old, new)
    before = rows(house)
    assert code in {each.code for each in prospect(house, instance).obstacles}
    with pytest.raises(MigrationRefused) as refused:
        migrate(house, instance)
    assert code in {each.code for each in refused.value.obstacles}
    assert rows(house) == before


def test_what_changes_ahead_of_the_tokens_is_no_obstacle(house: House) -> None:
    old = draw(user("a"), user("gone"), flows="s>a a>gone gone>e")
    new = draw(
        *(user("a"), parallel("f"), parallel("j"), user("b"), user("c"), exclusive("m")),
        boundary("late", "b", HOUR),
        flows="s>a a>f f>b f>c b>m late>m m>j c>j j>e",
    )
    instance = two_versions(house, old, new)
    assert prospect(house, instance).outcome == "unchanged"
    migrate(house, instance)
    assert finish(house, instance, "a", "b", "c") == "completed"


def test_a_token_waiting_at_a_renamed_join_is_counted(house: House) -> None:
    old = draw(parallel("f"), parallel("j"), user("a"), user("b"), flows="s>f f>a f>b a>j b>j j>e")
    new = draw(parallel("f"), parallel("k"), user("a2"), user("b"), user("c"), flows="s>f f>a2 f>b a2>k b>k k>c c>e")
    instance = two_versions(house, old, new)
    finish(house, instance, "a")
    assert prospect(house, instance).outcome == "needs-mapping"
    assert prospect(house, instance, j="k").outcome != "mapped"  # it came from `a`, which is called a2 now
    assert prospect(house, instance, j="k", a="a2").outcome == "mapped"
    migrate(house, instance, j="k", a="a2")
    assert finish(house, instance, "b", "c") == "completed"


def test_each_of_many_and_what_is_inside_a_subprocess_go_over(house: House) -> None:
    def version(sub: str, work: str) -> bytes:
        repeated = user(work, "got", each("list", "one", "all", "got"))
        scope = inner(sub, start("is"), repeated, end("ie"), flows=f"is>{work} {work}>ie")
        return draw(scope, user("c"), flows=f"s>{sub} {sub}>c c>e")

    instance = two_versions(house, version("sub", "a"), version("part", "b"), list=[1, 2])
    finish(house, instance, "a")
    migrate(house, instance, sub="part", a="b")
    assert finish(house, instance, "b", "c") == "completed"


def test_a_subscription_follows_its_event_and_the_new_name_of_its_message(house: House) -> None:
    def version(event: str, reference: str) -> bytes:
        return draw(
            catch(event, carrying(reference)), user("a"), flows=f"s>{event} {event}>a a>e", more=NAMES + MESSAGES
        )

    instance = two_versions(house, version("one", "m"), version("two", "n"))
    migrate(house, instance, one="two")
    with house.engine.begin(SYSTEM, write=False) as work:
        rows = work.session.scalars(sa.select(Subscription).where(Subscription.instance_id == instance)).all()
        definition = work.definitions.latest("p").id
        (awaited,) = work.instances.execution(work.instances.get(instance)).awaited_messages()
        assert [(row.element_id, row.name, row.definition_id) for row in rows] == [("two", awaited.name, definition)]


def test_a_lane_of_others_takes_the_task_from_whoever_had_it(house: House) -> None:
    instance = house.start()
    with house.engine.begin(house.clerk) as work:
        work.tasks.claim(house.open_task(instance))
    deploy_purchase(house, clerk="desk")
    with house.engine.begin(OPERATOR) as work:
        work.migration.migrate(PURCHASE, instance, "改岗位")
    with house.engine.begin(SYSTEM, write=False) as work:
        (row,) = work.tasks.of_instance(instance)
        assert (row.candidate_group, row.assignee) == ("desk", None)


def test_a_dry_run_counts_and_writes_nothing(house: House) -> None:
    for _ in range(3):
        house.start()
    mapped = house.start()
    house.complete(mapped, house.clerk)
    house.reviewed()
    deploy_purchase(house, review="check", stopped="halted", order="place")
    before = rows(house)
    plain = foresee(house.engine, OPERATOR, PURCHASE)
    assert plain.counts() == {"unchanged": 3, "mapped": 0, "needs-mapping": 2, "refused": 0, "other-branch": 0}
    route = Route("purchase", 1, 2, {"review": "check", "stopped": "halted"})
    helped = foresee(house.engine, OPERATOR, route)
    assert helped.counts() == {"unchanged": 3, "mapped": 1, "needs-mapping": 1, "refused": 0, "other-branch": 0}
    assert rows(house) == before


@pytest.mark.parametrize(("share", "number"), [("1", 1), ("10%", 1), ("50%", 3), ("all", 5), ("100%", 5), ("9", 5)])
def test_a_canary_takes_the_oldest_first(house: House, share: str, number: int) -> None:
    started = []
    for _ in range(5):
        started.append(house.start())
        house.clock.advance(timedelta(minutes=1))
    deploy_purchase(house, 申请="申请（新）")
    done = roll_out(house.engine, OPERATOR, PURCHASE, foresee(house.engine, OPERATOR, PURCHASE, share=share), "试一试")
    assert done.migrated == started[:number]
    assert len(foresee(house.engine, OPERATOR, PURCHASE).prospects) == 5 - number


def test_it_stops_at_the_first_error_and_keeps_what_is_done(house: House) -> None:
    started = []
    for _ in range(3):
        started.append(house.start())
        house.clock.advance(timedelta(minutes=1))
    deploy_purchase(house, review="check", stopped="halted")
    rollout = foresee(house.engine, OPERATOR, PURCHASE)
    house.complete(started[1], house.clerk)  # it moves on, to where a mapping is needed
    done = roll_out(house.engine, OPERATOR, PURCHASE, rollout, "改版")
    assert done.migrated == started[:1]
    assert done.failed is not None
    assert done.failed[0] == started[1]
    assert "review" in done.failed[1]


def test_only_operators_migrate_and_only_what_is_there(house: House) -> None:
    instance = house.start()
    with pytest.raises(Forbidden):
        foresee(house.engine, house.clerk, Route("purchase", 1, 1))
    with pytest.raises(NotFound):
        foresee(house.engine, OPERATOR, Route("purchase", 1, 7))
    with pytest.raises(MigrationRefused):
        foresee(house.engine, OPERATOR, Route("purchase", 1, 1, {"nothing": "ask"}))
    with pytest.raises(MigrationRefused):
        foresee(house.engine, OPERATOR, Route("purchase", 1, 1), share="200%")
    deploy_purchase(house, 申请="申请（新）")
    with pytest.raises(NotFound):
        foresee(house.engine, OPERATOR, Route("purchase", 2, 1), [instance])


def test_an_exclusive_choice_ahead_is_made_by_the_new_version(house: House) -> None:
    def version(limit: int) -> bytes:
        ways = f"s>a a>g g>b[sum > {limit}] g>c b>e c>e"
        return draw(user("a"), exclusive("g", default="g-c"), user("b"), user("c"), flows=ways)

    instance = two_versions(house, version(10), version(100), sum=50)
    migrate(house, instance)
    finish(house, instance, "a")
    assert open_at(house, instance) == ["c"]


def test_an_instance_that_would_have_gone_another_way_is_told_of_and_left_out(house: House) -> None:
    def version(limit: int) -> bytes:
        ways = f"s>g g>b[sum > {limit}] g>c b>e c>e"
        return draw(exclusive("g", default="g-c"), user("b"), user("c"), flows=ways)

    small = two_versions(house, version(10), version(100), sum=5)
    middle, large = begin_old(house, sum=50), begin_old(house, sum=500)
    with house.engine.begin(OPERATOR, write=False) as work:
        (row,) = [row for row in work.history.of(middle) if row.event == "gateway.decided"]
        assert (row.element_id, unpack(row.detail)) == ("g", {"flows": ["g-b"], "over": {"sum": 50}})
    route = Route("p", 1, 2)
    rollout = foresee(house.engine, OPERATOR, route, [small, middle, large])
    assert [each.outcome for each in rollout.prospects] == ["unchanged", "other-branch", "unchanged"]
    assert rollout.counts()["other-branch"] == 1
    (branch,) = rollout.prospects[1].branches
    assert (branch.element_id, branch.then, branch.now) == ("g", ("g-b",), ("g-c",))
    assert list(rollout.chosen) == [small, large]
    assert middle in foresee(house.engine, OPERATOR, route, [middle], other_branch=True).chosen


def begin_old(house: House, **variables: Any) -> str:
    """Start an instance on the first version beside the newer one, as one that began before it was deployed."""
    with house.engine.begin(SYSTEM) as work:
        first = work.definitions.version("p", 1).id
        return work.instances._begin(first, variables, None, "1-a").id
