"""The demo's grid workers, all invented: engaged, trained and given the grids of the first division."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Final

import orjson

from engine.core_api import SYSTEM, TIMEZONE, Engine, FixedClock, Work, today
from plugins.catalogue.api import HandlingMode, in_force
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.divisions import COUNTY, DATA
from plugins.demo.people import account, actor
from plugins.grid_registry.api import standing_in
from plugins.workforce import api as workforce

TITLE: Final = "自行处置事项专题培训"
HOURS: Final = 4
SCORE: Final = 88


def place_workers(engine: Engine, township: str) -> int:
    """Engage the workers of a township whose grids are in force; return how many it has. A second call changes nothing.

    They begin with the grids. All but the last attend the training for the items that workers handle alone.
    """
    rows = [row for row in orjson.loads((DATA / "workers.json").read_bytes())["workers"] if row["township"] == township]
    logins = {each.login: each for each in ACCOUNTS}
    with engine.begin(SYSTEM, write=False) as work:
        grids = sorted(standing_in(work.session, township, today(work.clock)).values(), key=lambda grid: grid.code)
        clerk = actor(work.session, account("township_clerk", township))
        if any(
            workforce.worker_of_person(work.session, logins[row["login"]].person_id) for row in rows if "login" in row
        ):
            return len(rows)
    begins = min(grid.valid_from for grid in grids)
    with engine.at(FixedClock(datetime.combine(begins, time(17), TIMEZONE))).begin(clerk) as work:
        workers = [_engage(work, row, begins) for row in rows]
        _train(work, township, workers, begins)
        for number, grid in enumerate(grids):
            period = max(begins, grid.valid_from), None
            workforce.assign(work, township, workers[number % len(workers)], grid.code, period, primary=True)
    return len(rows)


def _engage(work: Work, row: dict[str, Any], begins: date) -> str:
    login = next((each for each in ACCOUNTS if each.login == row.get("login")), None)
    terms = workforce.Terms(
        workforce.Employment(row["employment"]), workforce.WorkerRole.GRID_WORKER, workforce.Employer(row["employer"])
    )
    name = login.name if login else row["name"]
    new = workforce.NewWorker(row["staff_no"], name, row["phone"], terms, begins)
    worker = workforce.engage(work, row["township"], new)
    if login:
        workforce.give_login(work, worker, login.person_id)
    return worker


def _train(work: Work, township: str, workers: list[str], day: date) -> None:
    versions = in_force(work.session, COUNTY, day)
    items = [each.item.code for each in versions if each.item.handling_mode is HandlingMode.SELF_HANDLE]
    training = workforce.hold(work, township, workforce.NewTraining(TITLE, day, HOURS, items))
    marks = {worker: (worker != workers[-1], SCORE if worker != workers[-1] else None) for worker in workers}
    workforce.record(work, township, training, marks)
