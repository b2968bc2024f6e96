"""One incident being made up: what is reported, and who answers what. Each path adds what is its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any, Final

from engine.core_api import TIMEZONE, Work, work_calendar
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.divisions import COUNTY
from plugins.demo.incident_stories import reporters
from plugins.demo.incident_stories.places import Place
from plugins.demo.incident_stories.texts import Text
from plugins.demo.picture import Photo
from plugins.demo.story import Act, Reply, Scene, Story
from plugins.incidents.api import AnswerKind, Report, Reporter, RequestKind, answer, ask, report

EVENING: Final = time(17)
CLOSE_TO_TEN: Final = timedelta(hours=7, minutes=30)
"""From ten o'clock to the close of business."""

Told = Callable[[Scene], Mapping[str, Any]]
"""What makes a message's content of the scene."""


@dataclass
class Draft:
    """See module. `located`: by a `point`, by the registry's `unit`, or `nowhere`, so that somebody has to find it."""

    key: str
    path: str
    begins: datetime
    until: datetime
    text: Text
    place: Place
    random: Random
    channel: str = "worker"
    by: str = ""
    item: str | None = None
    urgency: str = "normal"
    located: str = "point"
    reporter: Reporter = field(default_factory=Reporter)
    photo: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    replies: dict[str, Reply | list[Reply | Act]] = field(default_factory=dict)
    acts: dict[str, Act | list[Act]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let a worker of the township report it, as it is."""
        self.item, self.urgency = self.text.code, self.text.urgency
        self.by = reporters.worker(self.place.township, self.random)
        self.number = self.random.randint(1, 12)
        self.latitude, self.longitude = self.place.point(self.random)

    def said(self, text: str) -> str:
        """Return a text with the place's name in it."""
        return text.format(place=self.place.name, n=self.number)

    def hours(self, least: float, most: float) -> timedelta:
        """Return some time between, to the minute."""
        return timedelta(minutes=round(self.random.uniform(least * 60, most * 60)))

    def until_working_day(self, count: int) -> timedelta:
        """Return how long it is until ten o'clock of a working day after the report."""
        return work_calendar().working_days_after(self.begins, count) - CLOSE_TO_TEN - self.begins

    def then(self, element: str, *replies: Reply | Act) -> None:
        """Say who answers a task: the first time it is opened, the second and so on; without replies nobody does."""
        self.replies[element] = list(replies)

    def usually(self, element: str) -> Reply:
        """Return how a task is always answered."""
        reply = self.replies[element]
        if not isinstance(reply, Reply):
            raise TypeError(element)
        return reply

    def always(self, element: str, reply: Reply) -> None:
        """Say who answers a task, however often it is opened."""
        self.replies[element] = reply

    def asks(self, kind: RequestKind, *told: Told, after: timedelta, anytime: bool = False) -> None:
        """Let the department ask for something, the first time, the second and so on."""
        login = next(each.login for each in ACCOUNTS if each.group == "department_staff" and each.org_unit == self.unit)
        self.acts[str(kind)] = [Act(partial(_ask, kind, each), after, login, anytime) for each in told]

    def answers(self, kind: AnswerKind, *given: Mapping[str, Any], after: timedelta) -> None:
        """Let the reporter say something, the first time, the second and so on."""
        self.acts[str(kind)] = [Act(partial(_say, kind, each), after, awake=True) for each in given]

    @property
    def unit(self) -> str:
        """The department to which it goes first."""
        return self.text.unit

    def story(self) -> Story:
        """Return it as the replay plays it."""
        return Story(self.key, f"incident.{self.path}", self.begins, self._start, self.by, self.replies, self.acts)

    def _start(self, work: Work) -> str:
        media = Photo("现场").kept(work, self.key) if self.photo else []
        by_login = self.channel == "worker"
        reporter = Reporter(person_id=work.actor.id) if by_login else self.reporter
        return report(work, self.reported(reporter, media)).instance_id

    def reported(self, reporter: Reporter, media: list[dict[str, Any]]) -> Report:
        """Return what is reported."""
        by_point = self.located == "point"
        township = {"township": self.place.township, **self.more}
        return Report(
            title=self.said(self.text.title),
            description=self.said(self.text.description),
            place=self.said(self.text.spot),
            county=COUNTY,
            channel=self.channel,
            urgency=self.urgency,
            item=self.item,
            latitude=self.latitude if by_point else None,
            longitude=self.longitude if by_point else None,
            unit=self.place.unit if self.located == "unit" else None,
            sensitive=self.text.sensitive,
            media=media,
            reporter=reporter,
            **township,
        )


def _ask(kind: RequestKind, told: Told, work: Work, scene: Scene) -> None:
    ask(work, scene.key, kind, told(scene))


def _say(kind: AnswerKind, given: Mapping[str, Any], work: Work, scene: Scene) -> None:
    answer(work, scene.key, kind, given)


def in_working_days(scene: Scene, count: int) -> str:
    """Return a working day after the present one, as forms and messages take it."""
    return work_calendar().working_days_after(scene.now, count).astimezone(TIMEZONE).date().isoformat()


def in_days(scene: Scene, count: int) -> str:
    """Return a day after the present one."""
    return (scene.today + timedelta(days=count)).isoformat()


def working_days_before(until: datetime, count: int) -> date:
    """Return the working day so many before a moment; in the evening, that day is one of them."""
    local = until.astimezone(TIMEZONE)
    day = local.date() + timedelta(days=local.time() >= EVENING)
    while count > 0:
        day -= timedelta(days=1)
        count -= work_calendar().is_working_day(day)
    return day
