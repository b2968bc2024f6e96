"""When the processes start that a timer starts: rows, written when a version is deployed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from engine.bpmn import timers
from engine.bpmn.definition import Definition, StartTrigger
from engine.bpmn.timers import Schedule
from engine.context import Context
from engine.errors import NotFound
from engine.feel.values import pack, unpack
from engine.tables.definitions import ProcessDefinition
from engine.tables.start_timers import StartTimer
from engine.types import new_id


def write_start_timers(
    context: Context, rows: Iterable[ProcessDefinition], definitions: Mapping[str, Definition]
) -> None:
    """Let the timers of new versions take the place of those of the versions before.

    An event whose id and timer are the same goes on as it was, with what it has missed. Another begins now: a time
    that has passed already is not made up for.
    """
    session, now = context.session, context.clock.now()
    for row in rows:
        select = sa.select(StartTimer).where(StartTimer.definition_key == row.key)
        before = {timer.element_id: timer for timer in session.scalars(select)}
        for start in definitions[row.key].starts:
            if start.kind != "timer":
                continue
            timer = before.pop(start.element_id, None)
            if timer is None:
                timer = StartTimer(id=new_id(), definition_key=row.key, element_id=start.element_id, created_at=now)
                session.add(timer)
            timer.definition_id = row.id
            timer.retry_at = None
            if timer.expression != start.expression:
                timer.expression = start.expression
                put(timer, _first(context, start))
        for timer in before.values():
            session.delete(timer)


def _first(context: Context, start: StartTrigger) -> Schedule | None:
    now, text = context.clock.now(), start.expression
    value = text if timers.is_literal(text) else context.runtime.feel.evaluate(text, {}, now)
    return timers.schedule(value, now).since(now)


def schedule_of(timer: StartTimer) -> Schedule:
    """Return when a timer fires next and after that; raise NotFound for one that is over."""
    if timer.due_at is None:
        raise NotFound(timer_id=timer.id)
    return Schedule(timer.due_at, timer.cycle["again"], unpack(timer.cycle["every"]))


def put(timer: StartTimer, schedule: Schedule | None) -> None:
    """Let a timer fire by a schedule from now on; None: never again."""
    timer.due_at = None if schedule is None else schedule.due_at
    timer.cycle = {} if schedule is None else {"again": schedule.again, "every": pack(schedule.every)}
