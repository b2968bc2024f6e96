"""Playing stories: cases of the past, each step through the engine as if it were that day, in the order of time.

The clock jumps from what comes next to what comes next: a story begins, somebody answers, a job is due. Each is one
transaction, as it is for people. What comes next is asked of the cases themselves, so a replay that was killed goes on
where they stand. Until it is over, no worker takes the jobs of a replay (`Engine.at` with `apart`).
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import sqlalchemy as sa

from engine.core_api import SYSTEM, Actor, Due, Engine, EngineError, FixedClock, Wait, WaitKind, Work, next_due, unpack
from engine.plugin_api import BusinessError
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.outside import Outside
from plugins.demo.people import actor
from plugins.demo.story import SYSTEM_LOGIN, Act, Kept, Reply, Scene, Story, at_work, moment_of
from plugins.demo.tables import DemoStory
from plugins.notifications.api import acknowledge, waiting

log = logging.getLogger(__name__)

NOBODY: Final = Actor("anonymous", "匿名")
"""Who reports without an account."""
OFTEN: Final = 200
"""So many times in a row one job may be due at the same moment; more are a case that does not come to rest."""

REFUSALS: Final = (EngineError, BusinessError, ValueError, LookupError)
"""What the engine and the plugins refuse with, and what a story that does not fit comes upon."""

READING: Final = timedelta(days=14)
"""How often people acknowledge their notices."""

Told = Callable[[int, int, datetime], object]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What somebody will do, at a moment. `epoch`: of the look at the case that said so."""

    wait: Wait
    done: Reply | Act
    story: Story
    epoch: int


class Replay:
    """The replay of some stories on an installation, up to a moment."""

    def __init__(self, engine: Engine, stories: Sequence[Story], until: datetime) -> None:
        self._clock = FixedClock(min((story.begins for story in stories), default=until))
        self._engine = engine.at(self._clock, apart=True)
        self._until = until
        self._stories = {story.key: story for story in stories}
        self._to_begin = sorted(stories, key=lambda story: (story.begins, story.key), reverse=True)
        self._cases: dict[str, Story] = {}
        self._begun = 0
        self._answers: list[tuple[datetime, int, _Answer]] = []
        self._epochs: dict[str, int] = {}
        self._number = count()
        self._reading = self._clock.now()
        self._people = _people(self._engine)
        self._refused: set[tuple[str, str, int]] = set()
        self._rushed, self._last_job = 0, ""
        self._outside = Outside(self._engine)
        self.steps = self.cases = 0
        """Steps made, and cases begun, by this replay."""
        self.refused: list[str] = []
        """What stories wanted and the engine refused: none, if they are right."""

    def play(self, told: Told = lambda _done, _all, _at: None) -> None:
        """Play what is not played yet, then let the workers have what is still open.

        Args:
            told: told after each step how many stories have begun, of how many, and the story's time.

        Raises:
            RuntimeError: a job does not come to rest. What was played stays.
        """
        self._take_up()
        while (step := self._next())[0] <= self._until:
            at, do = step
            self._clock.set(max(self._clock.now(), at))
            self.steps += do()
            told(self._begun, len(self._stories), self._clock.now())
        self._outside.close()
        self._engine.end_replay()

    def _take_up(self) -> None:
        """Find what was played before, and how far."""
        with self._engine.begin(SYSTEM, write=False) as work:
            rows = work.session.execute(sa.select(DemoStory.key, DemoStory.instance_id, DemoStory.started_at)).all()
        known = [row for row in rows if row.key in self._stories]
        self._cases = {row.instance_id: self._stories[row.key] for row in known if row.instance_id}
        begun, self._begun = {row.key for row in known}, len(known)
        self._to_begin = [story for story in self._to_begin if story.key not in begun]
        self._clock.set(max([self._clock.now(), *(row.started_at for row in known)]))
        self._look(self._cases)
        self._reading = at_work(self._clock.now() + READING)

    def _next(self) -> tuple[datetime, Callable[[], int]]:
        """Return what comes next and when: of the same moment a job, then an answer, then a new case.

        Doing it returns how many transactions it took.
        """
        coming: list[tuple[datetime, int, Callable[[], int]]] = [(self._reading, 3, self._read_notices)]
        if (due := next_due(self._engine)) is not None:
            coming.append((due.at, 0, lambda: self._run(due)))
        while self._answers and self._is_stale(self._answers[0][2]):
            heapq.heappop(self._answers)
        if self._answers:
            coming.append((self._answers[0][0], 1, self._answer))
        if self._to_begin:
            coming.append((self._to_begin[-1].begins, 2, self._begin))
        at, _, do = min(coming, key=lambda each: each[:2])
        return at, do

    def _is_stale(self, answer: _Answer) -> bool:
        return self._epochs[answer.wait.instance_id] != answer.epoch

    def _begin(self) -> int:
        story = self._to_begin.pop()
        try:
            with self._engine.begin(self._people[story.by]) as work:
                instance_id = story.start(work)
                row = DemoStory(key=story.key, path=story.path, instance_id=instance_id, started_at=self._clock.now())
                work.session.add(row)
        except REFUSALS as error:
            self._complain(story, "start", error)
            return 1
        self._begun += 1
        if instance_id is not None:
            self._cases[instance_id] = story
            self.cases += 1
            self._look([instance_id])
        return 1

    def _run(self, due: Due) -> int:
        """Run a job, and look at the case that it is of."""
        self._rushed = self._rushed + 1 if due.job_id == self._last_job else 0
        self._last_job = due.job_id
        if self._rushed > OFTEN:
            raise RuntimeError(f"job {due.job_id} is due again and again")
        self._engine.perform(due.job_id, due.attempt)
        if due.instance_id in self._cases:
            self._look([due.instance_id])
        return 1

    def _answer(self) -> int:
        """Do what somebody does now."""
        _, _, answer = heapq.heappop(self._answers)
        wait, done = answer.wait, answer.done
        try:
            if isinstance(done, Act):
                with self._engine.begin(self._people[done.by]) as work:
                    done.do(work, _scene(work, wait))
            elif wait.kind is WaitKind.EXTERNAL:
                self._outside.complete(wait, done)
            else:
                with self._engine.begin(self._doer(wait, done)) as work:
                    _complete(work, wait, done)
        except REFUSALS as error:
            self._refused.add((wait.kind, wait.id, wait.turn))
            self._complain(answer.story, wait.name, error)
        self._look([wait.instance_id])
        return 1

    def _read_notices(self) -> int:
        """Let everybody acknowledge the notices that have come; return how many have read some."""
        self._reading = at_work(self._reading + READING)
        now = self._clock.now()
        with self._engine.begin(SYSTEM, write=False) as work:
            letters = {  # what somebody does in the meantime, in our day, is not theirs
                login: [each for each in waiting(work.by(person)) if each.sent_at <= now]
                for login, person in self._people.items()
            }
        for login, received in letters.items():
            if received:
                with self._engine.begin(self._people[login]) as work:
                    for each in received:
                        acknowledge(work, each.id)
        return sum(map(bool, letters.values()))

    def _doer(self, wait: Wait, reply: Reply) -> Actor:
        """Return who does a task: who the story says, whom it is meant for, or the first of the post."""
        if reply.by:
            return self._people[reply.by]
        meant = next((each for each in ACCOUNTS if each.person_id == wait.assignee), None)
        found = meant or next(
            (each for each in ACCOUNTS if each.org_unit == wait.unit and wait.group in each.groups), None
        )
        if found is None:
            raise LookupError(f"no account is {wait.group} of {wait.unit}")
        return self._people[found.login]

    def _look(self, instance_ids: Collection[str]) -> None:
        """See what waits for whom in cases of stories; what was known of them is forgotten."""
        for instance_id in instance_ids:
            self._epochs[instance_id] = self._epochs.get(instance_id, 0) + 1
        with self._engine.begin(SYSTEM, write=False) as work:
            waits = work.waits.of(instance_ids)
        taken: set[tuple[str, str]] = set()
        for wait in waits:
            story = self._cases[wait.instance_id]
            if wait.kind is WaitKind.MESSAGE:
                if (wait.instance_id, wait.name) in taken:
                    continue  # the one that has waited longest is answered
                taken.add((wait.instance_id, wait.name))
            done = _done(story, wait)
            if done is not None and (wait.kind, wait.id, wait.turn) not in self._refused:
                answer = _Answer(wait, done, story, self._epochs[wait.instance_id])
                heapq.heappush(self._answers, (moment_of(done, wait.since), next(self._number), answer))

    def _complain(self, story: Story, where: str, error: Exception) -> None:
        """Note what a story wants and the engine refuses: the case stays where it is, the others go on."""
        said = f"{story.key} {where}: {getattr(error, 'errors', None) or error!r}"
        self.refused.append(said)
        log.warning("a story of the demo was refused", extra={"story": story.key, "where": where, "error": repr(error)})


def _done(story: Story, wait: Wait) -> Reply | Act | None:
    if wait.kind is WaitKind.MESSAGE:
        return story.act(wait.name, wait.turn)
    return story.reply(wait.name, wait.unit, wait.turn, wait.unit_turn)


def _scene(work: Work, wait: Wait) -> Scene:
    key = wait.id if wait.kind is WaitKind.MESSAGE else wait.business_key
    return Scene(work.clock.now(), wait.instance_id, key, work, turn=wait.turn)


def _complete(work: Work, wait: Wait, reply: Reply) -> None:
    data = unpack(work.tasks.get(wait.id).data)
    values = reply.filled(replace(_scene(work, wait), data=data))
    kept = {name: value.kept(work, wait.id) if isinstance(value, Kept) else value for name, value in values.items()}
    work.tasks.complete(wait.id, kept)


def _people(engine: Engine) -> dict[str, Actor]:
    """Return the accounts as whoever acts, by login; beside them NOBODY and the system."""
    with engine.begin(SYSTEM, write=False) as work:
        return {"": NOBODY, SYSTEM_LOGIN: SYSTEM} | {each.login: actor(work.session, each) for each in ACCOUNTS}
