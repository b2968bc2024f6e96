"""What has to be done every so often: starts by timer, months to come, lost tickets, jobs that wait for a plugin."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import workers
from engine.errors import InstanceChanged
from engine.jobs.queue import Standing
from engine.mail import tend_messages
from engine.services.months import provide_months
from engine.starting import start_due
from engine.types import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.application import Engine
    from engine.jobs.queue import Ticket

log = logging.getLogger(__name__)

MAY_CREATE = sa.text("SELECT has_schema_privilege('public', 'CREATE')")

AHEAD = timedelta(minutes=2)
"""Jobs that are due this soon are given their tickets: longer than workers wait from one look to the next."""


def tend(engine: Engine) -> int:
    """Start what is to start by now; give every job that is or soon will be due a ticket, and return how many had none.

    Jobs have none whose day was far when they were made, and those that a queue of another kind made. A ticket that
    broke without its attempt being made counts as a failed attempt: the job is tried again, or a person sees it dead.
    So does the lock of a worker elsewhere that has run out.
    """
    start_due(engine)
    tend_messages(engine)
    queue = engine.runtime.queue
    queue.tidy()
    workers.tend(engine)
    adopted = 0
    for page in _pages(engine):
        for ticket, standing in zip(page, queue.standings(page), strict=True):
            if standing is not Standing.ALIVE:
                with engine.begin(SYSTEM) as work:
                    adopted += work.jobs.adopt(ticket, standing)
    return adopted


def provide(engine: Engine) -> None:
    """See that the coming months have room for their history. Where others write just then, the next round does it."""
    if engine.database.dialect.name != "postgresql":
        return  # before a transaction is begun, for SQLite has one writer
    try:
        with engine.begin(SYSTEM) as work:
            if not work.session.scalar(MAY_CREATE):
                return  # with roles, the owner provides them long before: `onegrid database upgrade`
            provide_months(work.session, engine.clock.now())
    except InstanceChanged:
        log.warning("partitions of the history could not be added yet")


def _pages(engine: Engine) -> Iterator[list[Ticket]]:
    until = engine.clock.now() + AHEAD
    page: list[Ticket] = []
    while True:
        with engine.begin(SYSTEM, write=False) as work:
            page = work.jobs.waiting(until, page[-1] if page else None)
        if not page:
            return
        yield page


def resume(engine: Engine) -> int:
    """Give tickets to jobs whose plugin is at hand again; return how many. Asked for often: it is one small query."""
    with engine.begin(SYSTEM, write=False) as work:
        groups = work.held.groups()
    released = 0
    for group in groups:
        if group.handler in engine.plugins.handlers:
            with engine.begin(SYSTEM) as work:
                released += work.held.release(group.handler, group.county)
    return released
