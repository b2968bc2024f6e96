"""The demo's grid workers, all invented: engaged and trained, and given the new grids in the first division's form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from engine.core_api import SYSTEM, TIMEZONE, Engine, FixedClock, Work
from plugins.catalogue.api import HandlingMode, in_force
from plugins.demo.accounts import ACCOUNTS, RURAL_TOWNSHIP, URBAN_TOWNSHIP
from plugins.demo.divisions import COUNTY, DATA
from plugins.demo.people import account, actor
from plugins.grid_registry.api import standing_in
from plugins.workforce import api as workforce

TITLE: Final = "自行处置事项专题培训"
HOURS: Final = 4
SCORE: Final = 88
PHONES: Final = {
    URBAN_TOWNSHIP: {"office_phone": "0746-0001000", "supervision_phone": "0746-0001999"},
    RURAL_TOWNSHIP: {"office_phone": "0746-0002000", "supervision_phone": "0746-0001999"},
}
"""Township → the numbers that it publishes beside its grids: invented, as nobody has them."""


def engage_workers(engine: Engine, township: str, start: datetime) -> int:
    """Engage and train the workers of a township from a day on; return how many. A second call changes nothing.

    All but the last attend the training for the items that workers handle alone. Which grids they serve is written
    in the first division's form: `staffing`.
    """
    rows = [row for row in orjson.loads((DATA / "workers.json").read_bytes())["workers"] if row["township"] == township]
    logins = {each.login: each for each in ACCOUNTS}
    with engine.begin(SYSTEM, write=False) as work:
        clerk = actor(work.session, account("township_clerk", township))
        if any(
            workforce.worker_of_person(work.session, logins[row["login"]].person_id) for row in rows if "login" in row
        ):
            return len(rows)
    begins = start.astimezone(TIMEZONE).date()
    with engine.at(FixedClock(start)).begin(clerk) as work:
        workers = [_engage(work, row, begins) for row in rows]
        _train(work, township, workers, begins)
    return len(rows)


def staffing(session: Session, township: str, day: date) -> dict[str, Any]:
    """Return what the clerk fills in for the first division's grids: the workers in turn, and invented numbers."""
    grids = sorted(standing_in(session, township, day))
    proposed = workforce.proposed_staffing(session, township, grids, day)
    numbers = [each.staff_no for each in workforce.acting_on(session, township, day)]
    rows = [row | {"primary": numbers[at % len(numbers)]} for at, row in enumerate(proposed["grids"])]
    return {"staffing": proposed | {**PHONES[township], "grids": rows}}


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
