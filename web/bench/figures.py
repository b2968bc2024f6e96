"""Figures from samples, and the machine that they were measured on."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("onegrid", "spiffworkflow", "sqlalchemy")


def ms(seconds: float) -> float:
    """Return milliseconds, rounded to a microsecond."""
    return round(seconds * 1000, 3)


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50 and p95 of samples, in milliseconds; of a single sample, that sample twice."""
    ninety_five = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return {"p50_ms": ms(statistics.median(seconds)), "p95_ms": ms(ninety_five)}


def ratio(ours: float, peer: float) -> float:
    """Return how many times the peer's time ours is: below 1 is faster."""
    return round(ours / peer, 3)


def machine(database: str | None = None) -> dict[str, Any]:
    """Return processor, system, load and versions, and the database of the measurement if it has one."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        **({"database": database} if database else {}),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def memory_mib() -> float:
    """Return the memory that this process has in RAM, in MiB; raise OSError where the system has no /proc."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def processor_seconds(pids: Iterable[int]) -> float:
    """Return the processor time that processes have used so far, those that are gone left out."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / float(os.sysconf("SC_CLK_TCK"))
