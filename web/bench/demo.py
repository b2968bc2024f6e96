"""The demo's half year, replayed on an empty installation: cases and steps a second, statements and commits a step."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import Any, cast

import click
import sqlalchemy as sa
from sqlalchemy import event

from engine.application import Engine
from web.bench import figures
from web.bench.databases import SQLITE, place
from web.composition import build_engine, deploy_processes
from web.config import ROOT

STEPS = "steps"


@dataclass
class Tally:
    """Statements of transactions that were committed, and of those that only looked; BEGIN is not counted."""

    committed: int = 0
    looked: int = 0
    commits: int = 0

    def watch(self, database: sa.Engine) -> None:
        """Count from now on."""
        event.listen(database, "before_cursor_execute", self._statement)
        event.listen(database, "commit", self._commit)
        event.listen(database, "rollback", self._rollback)

    def _statement(self, connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            connection.info[STEPS] = connection.info.get(STEPS, 0) + 1

    def _commit(self, connection: sa.Connection) -> None:
        self.committed += connection.info.pop(STEPS, 0)
        self.commits += 1

    def _rollback(self, connection: sa.Connection) -> None:
        self.looked += connection.info.pop(STEPS, 0)


def demo_bench(database: str = SQLITE) -> dict[str, Any]:
    """Load the demo, then replay its half year.

    Args:
        database: see `databases.place`; what it knows.

    Returns:
        What was replayed, in how many seconds of time and of the processor's; statements and commits a step: a job, a
        task completed, a case begun. `looking` are the statements by which the replay finds out what comes next.
    """
    tally = Tally()
    with place(database) as at:
        settings = replace(at.settings(), processes=ROOT / "processes")
        engine = build_engine(settings)
        try:
            deploy_processes(engine, settings)
            _load(engine, "--no-history")
            tally.watch(engine.database)
            begins, used = time.monotonic(), _used()
            played = _load(engine)
            seconds, used = time.monotonic() - begins, _used() - used
        finally:
            engine.stop_workers()
            engine.database.dispose()
    return {"bench": "demo", **figures.machine(at.name), **played, **_rates(played, tally, seconds, used)}


def _rates(played: dict[str, Any], tally: Tally, seconds: float, used: float) -> dict[str, Any]:
    steps = max(played[STEPS], 1)
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "cases_per_second": round(played["cases"] / seconds, 2),
        "steps_per_second": round(steps / seconds, 1),
        "statements_per_step": round(tally.committed / steps, 2),
        "commits_per_step": round(tally.commits / steps, 3),
        "looking_per_step": round(tally.looked / steps, 2),
    }


def _used() -> float:
    """Return the seconds of the processor that this process and its children that ended have used."""
    return sum(os.times()[:4])


def _load(engine: Engine, *more: str) -> dict[str, Any]:
    """Run the demo's own command, which a core plugin brings; return what it says of its replay."""
    commands = click.Group()
    engine.plugins.hook.onegrid_cli(group=commands)
    load = cast(click.Group, commands.commands["demo"]).commands["load"]
    answer = load.main(args=["--quiet", *more], standalone_mode=False, obj=lambda: engine)
    return cast(dict[str, Any], answer)
