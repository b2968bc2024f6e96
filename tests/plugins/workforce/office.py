"""The office of a township: grids C001 and C002, three items of the county's catalogue, clerks, and an engine."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.types import SYSTEM, Actor, Post
from plugins.catalogue.model import WorkerAction
from plugins.workforce import api
from plugins.workforce.model import Employer, Employment, NewWorker, Terms, WorkerRole
from tests.plugins.catalogue.test_register import COVER, POSTERS, decision
from tests.plugins.grid_registry.town import OTHER, SECOND, TOWNSHIP, URBAN, Town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.application import Engine
    from engine.clock import FixedClock
    from engine.work import Work

C1, C2, ELSEWHERE = f"{URBAN}-C001", f"{URBAN}-C002", f"{SECOND}-C001"
NOISE = replace(POSTERS, code="431103-UMB-007", name_zh="噪声劝导", worker_action=WorkerAction.HANDLE)
ITEMS = decision(COVER, POSTERS, NOISE, on=date(2026, 1, 1))
DAY = date(2026, 12, 1)
"""The day on which the clock stands, from which the grids are in force."""

TERMS = Terms(Employment.FULL_TIME, WorkerRole.GRID_WORKER, Employer.TOWNSHIP)
PHONE = "13900001234"


def person(name: str, group: str, unit: str = TOWNSHIP) -> Actor:
    path = "/431100/431103/" if unit == "431103" else f"/431100/431103/{unit}/"
    return Actor(name, name, posts=(Post(group, unit, path),))


CLERK, OTHER_CLERK = person("王经办", "township_clerk"), person("陈经办", "township_clerk", OTHER)


def new(staff_no: str = "A-01", name: str = "何小满", since: date = DAY, **own: Any) -> NewWorker:
    return NewWorker(staff_no, name, PHONE, own.pop("terms", TERMS), since, **own)


@dataclass
class Office:
    engine: Engine
    clock: FixedClock
    town: Town

    @contextmanager
    def at_work(self, actor: Actor = CLERK) -> Iterator[Work]:
        with self.engine.begin(actor) as work:
            yield work

    @contextmanager
    def reading(self) -> Iterator[Work]:
        with self.engine.begin(SYSTEM, write=False) as work:
            yield work

    def engage(self, *arguments: Any, **own: Any) -> str:
        with self.at_work() as work:
            return api.engage(work, TOWNSHIP, new(*arguments, **own))

    def assign(self, worker: str, grid: str, since: date = DAY, until: date | None = None, primary: bool = True) -> str:
        with self.at_work() as work:
            return api.assign(work, TOWNSHIP, worker, grid, (since, until), primary=primary)

    def workers(self, grid: str, day: date = DAY) -> list[str]:
        with self.reading() as work:
            return [each.worker_id for each in api.workers_of(work.session, grid, day)]

    def grids(self, worker: str, day: date = DAY) -> list[str]:
        with self.reading() as work:
            return api.grids_of(work.session, worker, day)
