"""What a replayed case is: when it begins, how, and what its people do at each task and each message that is awaited.

A story says what people do. What the case does between is for the process. Nothing of a story is remembered beside the
case itself: which answer comes next is counted from what the case shows was answered, so that a load that was killed
goes on where the cases stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

from engine.core_api import TIMEZONE, Work, work_calendar

SYSTEM_LOGIN = "system"
"""Stands for the system, which has no account."""

OPENS, CLOSES = time(9), time(17)
"""When the demo's people are at work."""

LATEST: Final = 50
"""Minutes within which people begin with what has come since yesterday."""

GETS_UP, GOES_TO_BED = time(7, 10), time(22, 30)
"""Between which residents answer."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What somebody who acts has before them.

    Attributes:
        now: the moment on the replay's clock.
        instance_id: of the case.
        key: the case's business key (the incident's number, the application's, the proposal's); for an `Act` what the
            message is correlated with (the referral's number, where a department asks).
        work: the transaction, to look things up in.
        data: what the task's form shows, or the inputs of a job; empty for an `Act`.
        turn: how often this was answered before, from 0.
    """

    now: datetime
    instance_id: str
    key: str
    work: Work
    data: Mapping[str, Any] = field(default_factory=dict)
    turn: int = 0

    @property
    def today(self) -> date:
        """The calendar date of the place."""
        return self.now.astimezone(TIMEZONE).date()


@runtime_checkable
class Kept(Protocol):
    """A value of a form that is stored before the form is sent: a photo, which becomes a list of attachments."""

    def kept(self, work: Work, kept_for: str) -> Any:
        """Store it for a task, in the present transaction; return the form's value."""
        ...


Values = Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reply:
    """How somebody completes a task.

    Attributes:
        values: the form's values, or what makes them of the scene.
        after: how long after the task was opened.
        by: the login of who does it; empty for the one whom the task is meant for, or the first account of the post.
        anytime: also at night and on days off; otherwise at the next moment at which people are at work.
    """

    values: Values = field(default_factory=dict)
    after: timedelta = timedelta(hours=1)
    by: str = ""
    anytime: bool = False

    def filled(self, scene: Scene) -> Mapping[str, Any]:
        """Return the form's values as they are filled in at a moment."""
        return self.values(scene) if callable(self.values) else self.values


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does by itself: asks for an extension while that is awaited, rates, withdraws instead of answering.

    Attributes:
        do: does it, in one transaction; e.g. `lambda work, scene: api.answer(work, scene.key, REOPEN, {…})`.
        after: how long after the case began to await it.
        by: the login of who does it; empty for somebody without an account (a reporter).
        anytime: as of a `Reply`.
        awake: not in office hours, but not at night either: by a resident.
    """

    do: Callable[[Work, Scene], object]
    after: timedelta = timedelta(days=1)
    by: str = ""
    anytime: bool = False
    awake: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One case to be, or something that people do beside the cases.

    Attributes:
        key: names it among all stories, for good; e.g. `incident-017`.
        path: the path that it takes, a key of the list in this plugin's README; e.g. `incident.returned`.
        begins: when it is started.
        start: starts it and returns the id of the process instance; of one that the system has begun already, finds it;
            None: there is no case.
        by: the login of who starts it; empty for somebody without an account, `SYSTEM_LOGIN` for the system.
        replies: who does what, by the id of the task's element, or `element@unit` where several units have the same
            task. A list answers the task that was opened first, the second and so on, and then nobody does; one `Reply`
            answers always. An `Act` among them does something else instead. What systems elsewhere do is answered so
            too, by the service task: the values are its outputs.
        acts: the same for messages that are awaited, by the message's name: of several events, the one
            that has waited longest is answered.
    """

    key: str
    path: str
    begins: datetime
    start: Callable[[Work], str | None]
    by: str = ""
    replies: Mapping[str, Reply | Act | Sequence[Reply | Act]] = field(default_factory=dict)
    acts: Mapping[str, Act | Sequence[Act]] = field(default_factory=dict)

    def reply(self, element: str, unit: str, turn: int, unit_turn: int) -> Reply | Act | None:
        """Return how a task is done, or None when nobody does it.

        Args:
            element: where it is drawn.
            unit: whose it is.
            turn: how many of the element were opened before.
            unit_turn: how many of them for this unit.
        """
        own = self.replies.get(f"{element}@{unit}")
        return _nth(own, unit_turn) if own is not None else _nth(self.replies.get(element, ()), turn)

    def act(self, message: str, turn: int) -> Act | None:
        """Return what is done while a message is awaited that came `turn` times before, or None."""
        return _nth(self.acts.get(message, ()), turn)


Done = TypeVar("Done", Act, Reply | Act)


def _nth(given: Done | Sequence[Done], turn: int) -> Done | None:
    if isinstance(given, Reply | Act):
        return given
    return given[turn] if turn < len(given) else None


def moment_of(done: Reply | Act, since: datetime) -> datetime:
    """Return when it is done, if what it answers is open since then."""
    moment = since + done.after
    if isinstance(done, Act) and done.awake:
        return _awake(moment)
    return moment if done.anytime else at_work(moment)


def _awake(moment: datetime) -> datetime:
    """Return the moment itself, or some time after the next one at which people get up."""
    local = moment.astimezone(TIMEZONE)
    if GETS_UP <= local.time() < GOES_TO_BED:
        return local
    day = local.date() + timedelta(days=local.time() >= GOES_TO_BED)
    return datetime.combine(day, GETS_UP, TIMEZONE) + timedelta(minutes=local.minute * 2, seconds=local.second)


def at_work(moment: datetime) -> datetime:
    """Return the moment itself, or some time after the next one at which people come to work."""
    local = moment.astimezone(TIMEZONE)
    day, calendar = local.date(), work_calendar()
    if calendar.is_working_day(day) and OPENS <= local.time() < CLOSES:
        return local
    day += timedelta(days=local.time() >= CLOSES)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    late = (local.minute + 7 * local.hour + 3 * local.day) % LATEST  # not all at the stroke of nine
    return datetime.combine(day, OPENS, TIMEZONE) + timedelta(minutes=late, seconds=local.second)
