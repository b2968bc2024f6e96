"""The inbox and the history beside millions of rows, and beside the usual page by OFFSET."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.db import connect
from engine.jobs.table_queue import TableQueue
from engine.plugins.host import PluginHost
from engine.tables.definitions import ProcessDefinition
from engine.tables.tasks import UserTask
from engine.types import Actor, Post, TaskState
from engine.work import Work
from web import migrate
from web.bench import figures
from web.bench.databases import SQLITE, place
from web.bench.diagrams import linear
from web.bench.rows import generate
from web.bench.world import STAFF, furnish

PAGE = 51
"""What the page asks for: 50, and one to know whether there are more."""

MANY = Actor(
    "bench", "bench", posts=tuple(Post(group, str(unit), "/1/") for group in ("staff", "lead") for unit in (1, 2, 7))
)

Question = Callable[[Work], object]


def inbox_bench(tasks: int, history: int, rounds: int = 50, database: str = SQLITE) -> dict[str, Any]:
    """Ask for pages, count and history beside `tasks` open tasks and `history` events; progress goes to stderr.

    Returns:
        Milliseconds of each question as the services ask it, rows made into objects: `one post` has a tenth of a
        third of all tasks, `six posts` are three units of two groups. `plans`: how the database finds the pages.
    """
    with place(database) as at:
        engine = _filled(at.url, tasks, history)
        try:
            middle = _middle(engine)
            found = _asked(engine, _questions(engine, middle), rounds)
            plans = _plans(engine, middle)
        finally:
            engine.stop_workers()
            engine.database.dispose()
    return {
        "bench": "inbox",
        **figures.machine(at.name),
        "open_tasks": tasks,
        "history_rows": history,
        **found,
        "ratio_middle_to_offset": figures.ratio(found["page_middle"]["p50_ms"], found["peer_offset"]["p50_ms"]),
        "plans": plans,
    }


def _filled(url: str, tasks: int, history: int) -> Engine:
    migrate.upgrade(url)
    engine = Engine(connect(url), PluginHost(), queue=TableQueue())
    furnish(engine, linear())
    with engine.begin(STAFF, write=False) as work:
        definition_id = work.session.scalars(sa.select(ProcessDefinition.id)).one()
    generate(engine.database, definition_id, tasks, history, _say)
    return engine


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _middle(engine: Engine) -> UserTask:
    """Return the task in the middle of the inbox of one post."""
    ours = sa.select(UserTask).where(UserTask.candidate_group == "staff", UserTask.org_unit == "1")
    with engine.begin(STAFF, write=False) as work:
        count = work.session.scalar(sa.select(sa.func.count()).select_from(ours.subquery())) or 0
        task = work.session.scalars(ours.order_by(UserTask.created_at).offset(count // 2).limit(1)).one()
        work.session.expunge(task)
        return task


def _questions(engine: Engine, middle: UserTask) -> dict[str, tuple[Actor, Question]]:
    with engine.begin(STAFF, write=False) as work:
        before = len(work.session.scalars(_offset(0, 1_000_000_000).with_only_columns(UserTask.id)).all()) // 2
    return {
        "floor_by_key": (STAFF, lambda work: work.session.get(UserTask, middle.id)),
        "page_first": (STAFF, lambda work: work.tasks.inbox(limit=PAGE)),
        "page_middle": (STAFF, lambda work: work.tasks.inbox(middle, PAGE)),
        "page_first_six_posts": (MANY, lambda work: work.tasks.inbox(limit=PAGE)),
        "page_middle_six_posts": (MANY, lambda work: work.tasks.inbox(middle, PAGE)),
        "page_claimed": (MANY, lambda work: work.tasks.inbox(limit=PAGE, mine=True)),
        "count": (STAFF, lambda work: work.tasks.count()),
        "count_six_posts": (MANY, lambda work: work.tasks.count()),
        "history_of_one": (STAFF, lambda work: work.history.of(middle.instance_id)),
        "peer_offset": (STAFF, lambda work: work.session.scalars(_offset(before, PAGE)).all()),
    }


def _offset(skip: int, limit: int) -> sa.Select[UserTask]:
    return (
        sa.select(UserTask)
        .where(UserTask.state == TaskState.OPEN, UserTask.candidate_group == "staff", UserTask.org_unit == "1")
        .order_by(UserTask.created_at, UserTask.id)
        .offset(skip)
        .limit(limit)
    )


def _asked(engine: Engine, questions: dict[str, tuple[Actor, Question]], rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {name: [] for name in questions}
    for number in range(rounds + 1):
        for name, (actor, question) in questions.items():
            with engine.begin(actor, write=False) as work:
                work.session.connection()
                begin = time.perf_counter()
                question(work)
                if number:  # the first round warms the caches
                    seconds[name].append(time.perf_counter() - begin)
    return {name: figures.quantiles(samples) for name, samples in seconds.items()}


def _plans(engine: Engine, middle: UserTask) -> dict[str, list[str]]:
    """Return EXPLAIN of the statements behind the pages and the count, as the services send them."""
    asked: dict[str, Question] = {
        "page_middle_six_posts": lambda work: work.tasks.inbox(middle, PAGE),
        "page_claimed": lambda work: work.tasks.inbox(limit=PAGE, mine=True),
        "count": lambda work: work.tasks.count(),
    }
    found = {}
    for name, question in asked.items():
        with engine.begin(MANY, write=False) as work:
            sent: list[tuple[str, Any]] = []

            def keep(
                _c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any, sent: list[Any] = sent
            ) -> None:
                sent.append((statement, parameters))

            sa.event.listen(engine.database, "before_cursor_execute", keep)
            question(work)
            sa.event.remove(engine.database, "before_cursor_execute", keep)
            explain = "EXPLAIN" if engine.database.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
            statement, parameters = sent[-1]
            rows = work.session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
            found[name] = [str(row[-1]).strip() for row in rows]
    return found
