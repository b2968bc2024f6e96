"""The engine without a database: the cost of a step, of a long loop, of a fresh process, and the memory of a worker."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.bpmn.environment import Environment
from engine.clock import SystemClock
from engine.feel.runtime import Feel
from engine.plugins.host import PluginHost
from web.bench import figures
from web.bench.diagrams import Measured, linear, loop, review
from web.bench.ours import Ours
from web.bench.stock import Stock

REVISIONS = (1, 50, 200)
AROUND = 5
"""Steps before and after a revision whose median stands for it."""


def engine_bench(rounds: int = 30, revisions: int = 200, starts: int = 5, steps: int = 5_000) -> dict[str, Any]:
    """Measure everything of the engine that needs no server; the peer is SpiffWorkflow's documented path.

    Args:
        rounds: cases of each kind, ours and the peer's in turn.
        revisions: length of the loop; its figures are taken at 1, 50 and 200.
        starts: fresh processes.
        steps: steps of the worker whose memory is watched.
    """
    with environment() as world:
        return {
            "bench": "engine",
            **figures.machine(),
            "step": {
                "what": "load, complete one task with the handlers after it, store; CPU ms, median of the cases' means",
                "linear10": step(linear(), world, rounds),
                "review": step(review(), world, rounds),
            },
            "loop": long_loop(revisions, world),
            "fresh_process": fresh(starts),
            "memory": memory(steps),
        }


@contextmanager
def environment() -> Iterator[Environment]:
    """Give the engine's surroundings without departments: real handlers' declarations, the system's clock."""
    plugins = PluginHost()
    try:
        plugins.load(departments=())
        with Feel() as feel:
            yield Environment(feel, SystemClock(), plugins.handlers)
    finally:
        plugins.close()


def step(case: Measured, environment: Environment, rounds: int) -> dict[str, Any]:
    """Return the mean CPU time of a step of a case, ours and the peer's in turn: medians over the rounds."""
    ours, stock = Ours(case, environment), Stock(case)
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        means = statistics.mean(ours.run()[0]), statistics.mean(stock.run()[0])
        if number:  # the first warms the caches
            for kept, mean in zip(spent, means, strict=True):
                kept.append(mean)
    mine, theirs = (statistics.median(kept) for kept in spent)
    return {"ours_ms": figures.ms(mine), "stock_ms": figures.ms(theirs), "ratio": figures.ratio(mine, theirs)}


def long_loop(revisions: int, environment: Environment) -> dict[str, Any]:
    """Return the CPU time of a step and the bytes of the state at some revisions of a loop, ours and the peer's."""
    case = loop(revisions)
    # ours several times, being short; the peer's once, being quadratic
    runs = [Ours(case, environment).run() for _ in range(AROUND)]
    mine = [statistics.median(at) for at in zip(*(seconds for seconds, _ in runs), strict=True)], runs[-1][1]
    found = {"ours": _at(mine, revisions), "stock": _at(Stock(case).run(), revisions)}
    return {"what": "one step in a loop, CPU ms; growth: last revision against the first", **found}


def _at(run: tuple[list[float], list[int]], revisions: int) -> dict[str, Any]:
    seconds, sizes = run
    found: dict[str, Any] = {}
    medians = []
    for revision in [number for number in REVISIONS if number <= revisions]:
        entry = revision * 2  # a review and a revision each
        medians.append(statistics.median(seconds[max(1, entry - AROUND) : entry + AROUND]))
        found[f"revision_{revision}"] = {
            "ms": figures.ms(medians[-1]),
            "state_bytes": sizes[min(entry, len(sizes) - 1)],
        }
    return {**found, "growth": figures.ratio(medians[-1], medians[0])}


def fresh(starts: int) -> dict[str, Any]:
    """Return the wall time of a process that imports, deploys, and takes a first step; the peer's in turn."""
    spent: dict[str, list[float]] = {"ours": [], "stock": []}
    for _ in range(starts):
        for what, kept in spent.items():
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-m", "web.bench.fresh", what], check=True)
            kept.append(time.perf_counter() - begin)
    medians = {f"{what}_s": round(statistics.median(kept), 3) for what, kept in spent.items()}
    return {"what": "fresh process: import, deploy, start, complete a task; wall; ours with its database", **medians}


def memory(steps: int) -> dict[str, Any]:
    """Return the memory of a fresh process that takes so many steps, after a fifth of them and at the end, in MiB."""
    program = [sys.executable, "-m", "web.bench.memory", str(steps)]
    found: dict[str, Any] = json.loads(subprocess.run(program, check=True, capture_output=True, text=True).stdout)
    return found
