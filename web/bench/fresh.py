"""A process that does one thing and ends, for `bench engine` to time: import, deploy, start, complete a task."""

from __future__ import annotations

import sys


def ours() -> None:
    """Take a first step with the engine on a database in memory."""
    from engine import Engine  # noqa: PLC0415  imports are what is timed
    from web.bench.diagrams import linear  # noqa: PLC0415
    from web.bench.world import STAFF, furnish, in_memory  # noqa: PLC0415

    engine: Engine = in_memory()
    furnish(engine, linear())
    with engine.begin(STAFF) as work:
        instance = work.instances.start("bench-linear", {}, business_key=None, org_unit="1")
        work.tasks.complete(work.tasks.of_instance(instance.id)[0].id, {"note": "done"})


def stock() -> None:
    """Take the steps of a process with the library alone."""
    from web.bench.diagrams import linear  # noqa: PLC0415
    from web.bench.stock import Stock  # noqa: PLC0415

    Stock(linear(1)).run()


if __name__ == "__main__":
    {"ours": ours, "stock": stock}[sys.argv[1]]()
