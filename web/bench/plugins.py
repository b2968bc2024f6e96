"""Departments' plugins: what their processes cost, whether a sick one delays another, whether each job is done once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.outcome import Completed
from engine.plugin_api import fields, handler
from engine.plugins.host import PluginHost
from engine.plugins.process import PluginProcess
from engine.tables.jobs import Job
from engine.tables.people import OrgUnit
from engine.types import SYSTEM, JobState
from web.bench import figures
from web.bench.databases import POSTGRESQL, Place, place
from web.bench.department import SICK, WELL, process_of, put_departments, source_of
from web.bench.system import system
from web.composition import build_engine

COUNTIES = 4
BATCH = 50
PACE = 0.25
"""Seconds from one sample of the delay to the next."""

PATIENCE = 300.0
"""Seconds until jobs that were to be done count as lost."""

JOB = {
    **{"id": "0" * 32, "attempt": 0, "idempotency_key": "0", "inputs": {"thing": "chair"}},
    **{"county": "c0", "org_unit": "c0", "org_path": "/c0/", "business_key": None},
}


def plugins_bench(
    starts: int = 10,
    calls: int = 2000,
    waiting: int = 10_000,
    samples: int = 60,
    jobs: int = 600,
    workers: int = 8,
    database: str = POSTGRESQL,
) -> dict[str, Any]:
    """Measure plugins on a database.

    Args:
        starts: processes started, one after the other.
        calls: jobs handed to one process, one after the other, without a database.
        waiting: failing jobs of one department that wait, and
        samples: jobs of another department whose delay is taken meanwhile, with one worker.
        jobs: to be done once each, by
        workers: so many worker processes.
        database: as `place` takes it.

    Returns:
        `start_ms`; `call` beside its floor, the same function called in the same process; `delay` of another
        department's job from its commit to its end, with the backlog and, as the floor, without; `once`.
    """
    with place(database) as at:
        answered = put_departments(at.folder)
        began, call = _starts(at.folder, starts), _calls(at.folder, calls)
        with _engine(at) as engine:
            return {
                "bench": "plugins",
                **figures.machine(at.name),
                "start_ms": figures.quantiles(began),
                "call": call,
                "delay": _delays(at, engine, waiting, samples),
                "once": _once(at, engine, answered, jobs, workers),
            }


def _starts(folder: Path, number: int) -> list[float]:
    """Return the seconds that processes take from their start until they have described their plugin."""
    spent = []
    for _ in range(number):
        process = PluginProcess(source_of(folder, WELL))
        began = time.perf_counter()
        process.describe()
        spent.append(time.perf_counter() - began)
        process.close()
    return spent


def _calls(folder: Path, number: int) -> dict[str, Any]:
    """Compare a job in the plugin's process with the same function, checks included, in this one."""
    host = PluginHost().load((), [source_of(folder, WELL)], strict=True)

    def there() -> None:
        if not isinstance(outcome := host.run(f"{WELL}.answer", JOB, _nothing), Completed):
            raise RuntimeError(f"the handler failed: {outcome}")

    here = _in_process(folder / "calls")
    try:
        there()
        ours, floor = _timed(there, number), _timed(here, number)
    finally:
        host.close()
    (folder / "calls").write_text("")
    return {
        "what": "one job, inputs and outputs checked, one line written to a file",
        **figures.quantiles(ours),
        "floor": {"what": "the same function called in the same process", **figures.quantiles(floor)},
        "overhead_ms": round(figures.quantiles(ours)["p50_ms"] - figures.quantiles(floor)["p50_ms"], 3),
    }


def _in_process(calls: Path) -> Callable[[], None]:
    declare = handler(
        f"{WELL}.answer", "answer", inputs={"thing": fields.String()}, outputs={"said": fields.String(required=True)}
    )

    def answer(_ctx: Any, thing: str) -> dict[str, str]:
        with calls.open("ab", buffering=0) as file:
            file.write(b"0" * 32 + b"\n")
        return {"said": thing}

    declared = declare(answer)

    def here() -> None:
        declared.dump_outputs(declared.call(None, declared.load_inputs({"thing": "chair"})))

    return here


def _timed(do: Callable[[], object], number: int) -> list[float]:
    spent = []
    for _ in range(number):
        began = time.perf_counter()
        do()
        spent.append(time.perf_counter() - began)
    return spent


@contextmanager
def _nothing(*_: Any, **__: Any) -> Iterator[Any]:
    """Stand for `Engine.begin`, which a handler that asks nothing does not need."""
    yield


@contextmanager
def _engine(at: Place) -> Iterator[Engine]:
    """Give an engine that deploys and starts, and runs nothing."""
    engine = build_engine(replace(at.settings(), plugin_places=(at.folder / "plugins",)))
    try:
        with engine.begin(SYSTEM) as work:
            work.session.add_all(
                OrgUnit(code=f"c{number}", name="county", kind="bench", path=f"/c{number}/")
                for number in range(COUNTIES)
            )
            for name in (WELL, SICK):
                work.definitions.deploy(process_of(name), "bench")
        yield engine
    finally:
        engine.stop_workers()
        engine.database.dispose()


def _delays(at: Place, engine: Engine, waiting: int, samples: int) -> dict[str, Any]:
    """Take the delay of one department's jobs without and with another's backlog, a worker started for each."""
    with system(at, process_of(WELL), 0, 1):
        floor = _sampled(engine, samples)
    _start(engine, SICK, waiting)
    with system(at, process_of(WELL), 0, 1):
        spent = _sampled(engine, samples)
    with engine.begin(SYSTEM, write=False) as work:
        queue = work.plugin_figures.queues()[SICK]
    return {
        "what": "from a job's commit to its end, one worker",
        "waiting": queue.waiting,
        "held": queue.held,
        "dead": queue.dead,
        **figures.quantiles(spent),
        "max_ms": figures.ms(max(spent)),
        "floor": {"what": "the same without the backlog", **figures.quantiles(floor), "max_ms": figures.ms(max(floor))},
    }


def _sampled(engine: Engine, samples: int) -> list[float]:
    """Start one case after the other, at a pace; return the seconds that each one's job took."""
    _start(engine, WELL, 1)  # the first one waits for the worker's caches
    _finished(engine, 1)
    ids: list[str] = []
    for _ in range(samples):
        ids += _start(engine, WELL, 1)
        time.sleep(PACE)
    return _finished(engine, len(ids), ids)


def _start(engine: Engine, name: str, number: int) -> list[str]:
    """Start so many cases of a department; return their ids."""
    ids: list[str] = []
    while len(ids) < number:
        with engine.begin(SYSTEM) as work:
            for _ in range(min(BATCH, number - len(ids))):
                county = f"c{len(ids) % COUNTIES}"
                ids.append(work.instances.start(name, {}, business_key=None, org_unit=county).id)
    return ids


def _finished(engine: Engine, number: int, ids: Sequence[str] = ()) -> list[float]:
    """Wait until that many jobs of the good department are done; return the seconds that each took.

    Raises:
        RuntimeError: some were not done in PATIENCE.
    """
    select = sa.select(Job.created_at, Job.ended_at).where(Job.handler == f"{WELL}.answer", Job.state == JobState.DONE)
    if ids:
        select = select.where(Job.instance_id.in_(ids))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with engine.begin(SYSTEM, write=False) as work:
            rows = work.session.execute(select).all()
        if len(rows) >= number:
            return [(ended - created).total_seconds() for created, ended in rows if ended]
        time.sleep(0.1)
    raise RuntimeError(f"{number - len(rows)} jobs were not done in {PATIENCE:g} s")


def _once(at: Place, engine: Engine, answered: Path, jobs: int, workers: int) -> dict[str, Any]:
    """Let several workers, all of them ready, do jobs as they come, and count how often each was called."""
    answered.write_text("")
    with system(at, process_of(WELL), 0, workers):
        began = time.perf_counter()
        _finished(engine, jobs, _start(engine, WELL, jobs))
        spent = time.perf_counter() - began
    calls = Counter(answered.read_text().split())
    return {
        "jobs": jobs,
        "workers": workers,
        "called_once": sum(times == 1 for times in calls.values()),
        "called_again": sum(times > 1 for times in calls.values()),
        "never_called": jobs - len(calls),
        "seconds": round(spent, 1),
    }
