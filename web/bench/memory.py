"""A worker that takes steps, for `bench engine` to watch: its memory after a fifth of them and at the end."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from engine.application import Engine
from engine.db import connect
from engine.jobs.table_queue import TableQueue, drain
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from web import hookspecs, migrate
from web.bench.diagrams import VARIABLES, Measured, review
from web.bench.figures import memory_mib
from web.bench.world import STAFF, UNIT, furnish


def main(steps: int) -> None:
    """Take `steps` steps, one transaction each, on SQLite in a file; print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(Path(folder))
        case, taken, warm = review(), 0, 0.0
        furnish(engine, case)
        while taken < steps:
            taken += _run(engine, case)
            if not warm and taken >= steps / 5:
                warm = memory_mib()
        engine.stop_workers()
        final = memory_mib()
    found = {"what": "RSS of a worker, SQLite file, one transaction a step", "steps": taken}
    found |= {"warm_mib": round(warm, 1), "final_mib": round(final, 1), "growth": round(final / warm, 3)}
    sys.stdout.write(json.dumps(found))


def _engine(folder: Path) -> Engine:
    url = f"sqlite:///{folder / 'bench.db'}"
    migrate.upgrade(url)
    plugins = PluginHost(hookspecs=(hookspecs,))
    plugins.load(departments=())
    return Engine(connect(url), plugins, queue=TableQueue(), home=folder)


def _run(engine: Engine, case: Measured) -> int:
    """Run one instance to its end; return how many steps it took, those of handlers included."""
    with engine.begin(SYSTEM) as work:
        instance = work.instances.start(case.key, VARIABLES, business_key=None, org_unit=UNIT).id
    taken = 1
    for entry in case.entries:
        with engine.begin(STAFF) as work:
            task = next(task.id for task in work.tasks.of_instance(instance) if task.state == "open")
            work.tasks.complete(task, {name: value for name, value in entry.items() if name in {"note", "decision"}})
        taken += 1 + drain(engine)
    return taken


if __name__ == "__main__":
    main(int(sys.argv[1]))
