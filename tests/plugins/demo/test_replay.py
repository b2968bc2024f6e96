"""The demo's half year: each path is played to its end by the real processes, and a replay that is killed goes on."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.plugins.host import PluginHost
from engine.services.audit import verify
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.tasks import UserTask
from engine.types import JobState, TaskState
from plugins.demo import load as loading
from plugins.demo.load import play_history
from plugins.demo.stories import PATHS, stories
from plugins.demo.stories_applications import APPLICATION_PATHS
from plugins.demo.stories_divisions import DIVISION_PATHS
from plugins.demo.stories_incidents import INCIDENT_ENDS
from plugins.demo.stories_opinions import OPINION_PATHS
from plugins.demo.stories_reviews import REVIEW_PATHS, WATCH_PATHS
from plugins.demo.stories_suspensions import SUSPENSION_PATHS, TRAINING_PATHS
from plugins.demo.tables import DemoReplay, DemoStory
from plugins.grid_registry.api import standing_in
from plugins.incidents.tables import Incident
from plugins.notifications.tables import Notice
from tests.plugins.demo.conftest import Played
from tests.plugins.demo.replaying import NOW, few, installation

SINCE = NOW.replace(month=6, day=1, hour=9)
REPLAYING = [sys.executable, "-m", "tests.plugins.demo.replaying"]
ENDS = {
    "division.applied": "已办结",
    "division.returned": "已撤回",
    "division.rejected": "不予同意",
    "division.refused": "不予同意",
    "division.conflict": "已撤回",
    "division.withdrawn_at_signing": "已撤回",
    "division.withdrawn_at_review": "已撤回",
    "division.open": "县级审核中",
    "application.included": "已生效",
    "application.removed": "已生效",
    "application.amended": "已生效",
    "application.superseded": "未生效",
    "application.temporary": "临时期满",
    "application.renewed": "临时事项在用",
    "application.corrected": "已生效",
    "application.deemed_withdrawn": "视为撤回",
    "application.not_accepted": "不予受理",
    "application.refused_by_review": "不予纳入",
    "application.refused_by_approver": "不予批准",
    "application.open": "会签中",
    "review.confirmed": "已生效",
    "review.renewed": "已生效",
    "review.repealed": "已生效",
    **{path: "已撤回" for path in REVIEW_PATHS if path.startswith("review.kept_when_")},
    "suspension.restored": "已恢复",
    "suspension.proposed": "已恢复",
    "suspension.kept": "不暂停",
}


def test_the_plan_has_what_was_promised_and_every_path() -> None:
    plan = stories(SINCE, NOW)
    kinds = Counter(story.key.partition("-")[0] for story in plan)
    assert {kind: kinds[kind] for kind in ("incident", "application", "division")} == {
        "incident": 400,
        "application": 12,
        "division": 8,  # beside the two first divisions
    }
    assert {story.path for story in plan} == set(PATHS)
    assert len({story.key for story in plan}) == len(plan)
    assert all(SINCE < story.begins < NOW for story in plan)


def test_the_readme_names_the_paths_of_all_but_incidents() -> None:
    readme = (Path(loading.__file__).parent / "README.md").read_text(encoding="utf-8")
    for constant, paths in (
        ("APPLICATION_PATHS", APPLICATION_PATHS),
        ("DIVISION_PATHS", DIVISION_PATHS),
        ("REVIEW_PATHS", REVIEW_PATHS),
        ("WATCH_PATHS", WATCH_PATHS),
        ("SUSPENSION_PATHS", SUSPENSION_PATHS),
        ("TRAINING_PATHS", TRAINING_PATHS),
        ("OPINION_PATHS", OPINION_PATHS),
    ):
        (row,) = (line for line in readme.splitlines() if f"`{constant}`" in line)
        assert {path.partition(".")[2] for path in paths} <= set(row.split("`"))


def test_nothing_is_refused_and_no_job_is_dead(played: Played) -> None:
    engine, replay, _ = played
    assert replay.refused == []
    with Session(engine.database) as session:
        dead = session.execute(sa.select(Job.element_id, Job.last_error).where(Job.state == JobState.DEAD)).all()
        assert dead == []
        assert session.scalars(sa.select(Job.held).where(Job.state == JobState.WAITING).distinct()).all() == [None]


def test_each_path_ends_as_it_says(played: Played) -> None:
    ended: dict[str, str] = {}
    with Session(played[0].database) as session:
        for path, instance in session.execute(
            sa.select(DemoStory.path, ProcessInstance)
            .join(ProcessInstance, ProcessInstance.id == DemoStory.instance_id)
            .order_by(DemoStory.started_at.desc())  # of a path that is there more than once, the first counts
        ):
            ended[path] = _end(session, path, instance)
    watched = {path: ended.pop(path) for path in WATCH_PATHS}
    assert set(watched.values()) == {""}
    assert {path: end for path, end in ended.items() if not path.startswith("incident.")} == ENDS
    assert {path: end for path, end in ended.items() if path.startswith("incident.")} == INCIDENT_ENDS


def _end(session: Session, path: str, instance: ProcessInstance) -> str:
    """Milestone of a division or application; closing code of an incident, or the element that waits."""
    if not path.startswith("incident."):
        return instance.milestone
    waiting = session.scalars(
        sa.select(UserTask.element_id).where(UserTask.instance_id == instance.id, UserTask.state == TaskState.OPEN)
    ).all()
    expected = INCIDENT_ENDS[path]
    if expected in waiting:
        return expected
    code = session.scalar(sa.select(Incident.closing_code).where(Incident.process_instance_id == instance.id))
    return code or "、".join(sorted(waiting))


def test_the_history_is_one_chain_and_lies_in_the_past(played: Played) -> None:
    with Session(played[0].database) as session:
        assert verify(session, {}).faults == []
        assert all(at < NOW for at in session.scalars(sa.select(ProcessInstance.started_at)))


def test_people_of_the_past_read_no_notice_of_today(played: Played) -> None:
    with Session(played[0].database) as session:
        assert session.get_one(Notice, "now").acknowledged_at is None
        assert session.scalar(sa.select(sa.func.count(Notice.acknowledged_at)))


def test_what_the_tour_divides_is_left_alone(played: Played) -> None:
    engine = played[0]
    with Session(engine.database) as session:
        grids = standing_in(session, "431103001", NOW.date())
    assert {"望江网格", "东桥网格", "西桥网格"} <= {grid.name for grid in grids.values()}


def test_what_is_over_is_not_played_on(played: Played) -> None:
    engine = played[0]
    with Session(engine.database) as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(UserTask).where(UserTask.state == "open"))
    assert play_history(engine) is None
    with Session(engine.database) as session:
        after = session.scalar(sa.select(sa.func.count()).select_from(UserTask).where(UserTask.state == "open"))
        assert session.scalars(sa.select(DemoReplay)).one().finished_at is not None
    assert before == after


def test_a_replay_that_is_killed_goes_on_where_it_stands(
    tmp_path: Path, sqlite_template: Path, plugins: PluginHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = installation(tmp_path, plugins, sqlite_template)
    engine.database.dispose()
    for steps in (7, 16):
        with subprocess.Popen([*REPLAYING, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(steps):
                assert child.stdout.readline()
            child.kill()
    monkeypatch.setattr(loading, "stories", few)
    engine.clock.advance(timedelta(days=3))  # type: ignore[attr-defined]  # it is taken up days later
    replay = play_history(engine)
    assert replay is not None
    assert replay.refused == []
    with Session(engine.database) as session:
        instances = session.execute(
            sa.select(DemoStory.path, ProcessInstance.milestone).join(
                ProcessInstance, ProcessInstance.id == DemoStory.instance_id
            )
        ).all()
        started = session.scalar(sa.select(sa.func.count()).select_from(ProcessInstance))
        assert verify(session, {}).faults == []
    assert {(path, milestone) for path, milestone in instances} == {
        ("incident.self_handled", "已办结"),
        ("incident.enforcement", "已办结"),
        ("division.conflict", "已生效"),  # the plan that it clashes with is not among the few
        ("application.deemed_withdrawn", "视为撤回"),
    }
    assert started == len(instances) + 2  # the first divisions
    engine.database.dispose()
