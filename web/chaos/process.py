"""The processes that are killed: `python -m web.chaos.process worker|desk URL FOLDER`."""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

import sqlalchemy as sa

from engine.application import Engine
from engine.errors import EngineError
from engine.tables.instances import ProcessInstance
from engine.transient import is_away, is_contention
from engine.types import Actor, InstanceState
from web import logs
from web.chaos.world import KEY, PLACES, build, somebody
from web.stopping import stop_signals
from web.worker import run

PEOPLE = 2
"""Threads of a desk."""

CASES = 100
"""Cases that are open at a time; a desk starts another when there are fewer."""

PAUSE = 0.2
"""Seconds before another try when the database is away."""


def main() -> None:
    """Run jobs as a worker does, or do people's tasks as the pages do, until killed or told to stop."""
    kind, url, folder = sys.argv[1:]
    logs.configure(json=True)
    engine = build(url, Path(folder))
    ready_file(Path(folder), os.getpid()).touch()
    if kind == "worker":
        sys.exit(run(engine))
    with stop_signals() as stopping:
        threads = [threading.Thread(target=_work, args=(engine, somebody(f"p{n}"), stopping)) for n in range(PEOPLE)]
        for thread in threads:
            thread.start()
        stopping.wait()
        for thread in threads:
            thread.join()
    engine.stop_workers()


def ready_file(folder: Path, process: int) -> Path:
    """Return the file that says that a process has begun to work."""
    return folder / f"ready-{process}"


def _work(engine: Engine, actor: Actor, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            start_another(engine, actor)
            complete_some(engine, actor)
        except Exception as error:
            if not (is_away(error) or is_contention(error)):
                raise
            stopping.wait(PAUSE)


def start_another(engine: Engine, actor: Actor) -> None:
    """Start a case unless enough are open."""
    active = sa.select(sa.func.count()).where(ProcessInstance.state == InstanceState.ACTIVE)
    with engine.begin(actor, write=False) as work:
        enough = (work.session.scalar(active) or 0) >= CASES
    if not enough:
        place = random.choice(PLACES)  # noqa: S311  any will do
        with engine.begin(actor) as work:
            work.instances.start(KEY, {"place": place}, business_key=None, org_unit=place)


def complete_some(engine: Engine, actor: Actor, limit: int = 5) -> int:
    """Complete tasks of the inbox, which others may be completing too; return how many there were."""
    with engine.begin(actor, write=False) as work:
        tasks = [task.id for task in work.tasks.inbox(limit=4 * limit)]
    chosen = random.sample(tasks, min(limit, len(tasks)))
    for task in chosen:
        try:
            with engine.begin(actor) as work:
                work.tasks.complete(task, {"note": "x"})
        except EngineError:
            pass  # somebody was faster, which is half of what this is for
    return len(chosen)


if __name__ == "__main__":
    main()
