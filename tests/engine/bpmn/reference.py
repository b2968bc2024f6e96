"""What blocks of a structured process mean, straight from what they are: a reference without flows and tokens."""

from __future__ import annotations


class Play:
    """What a block means. `waiting`: the tasks open now; `complete` one of them; `done` when nothing is left."""

    def begin(self) -> None:
        """Start, from the beginning each time."""
        raise NotImplementedError

    def waiting(self) -> list[str]:
        """Return the open tasks, one name each."""
        raise NotImplementedError

    def complete(self, name: str) -> bool:
        """Complete a task of that name if it is open here; return whether it was."""
        raise NotImplementedError

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        raise NotImplementedError


class Many(Play):
    """A task several times."""

    def __init__(self, name: str, number: int, sequential: bool, enough: int) -> None:
        self.name, self.number, self.sequential, self.enough = name, number, sequential, enough

    def begin(self) -> None:
        self.completed = 0

    @property
    def done(self) -> bool:
        return self.completed >= min(self.enough, self.number)

    def waiting(self) -> list[str]:
        left = 0 if self.done else 1 if self.sequential else self.number - self.completed
        return [self.name] * left

    def complete(self, name: str) -> bool:
        if name != self.name or self.done:
            return False
        self.completed += 1
        return True


class Task(Many):
    """A task."""

    def __init__(self, name: str) -> None:
        super().__init__(name, 1, True, 1)


class Row(Play):
    """One after the other."""

    def __init__(self, parts: list[Play]) -> None:
        self.parts = parts

    def begin(self) -> None:
        self.ahead = list(self.parts)
        if self.ahead:
            self.ahead[0].begin()
        self._skip()

    def _skip(self) -> None:
        while self.ahead and self.ahead[0].done:
            del self.ahead[0]
            if self.ahead:
                self.ahead[0].begin()

    @property
    def done(self) -> bool:
        return not self.ahead

    def waiting(self) -> list[str]:
        return self.ahead[0].waiting() if self.ahead else []

    def complete(self, name: str) -> bool:
        taken = bool(self.ahead) and self.ahead[0].complete(name)
        self._skip()
        return taken


class Rounds(Row):
    """The same several times."""

    def __init__(self, part: Play, rounds: int) -> None:
        super().__init__([part] * rounds)


class All(Play):
    """All at once."""

    def __init__(self, parts: list[Play]) -> None:
        self.parts = parts

    def begin(self) -> None:
        for part in self.parts:
            part.begin()

    @property
    def done(self) -> bool:
        return all(part.done for part in self.parts)

    def waiting(self) -> list[str]:
        return [name for part in self.parts for name in part.waiting()]

    def complete(self, name: str) -> bool:
        return any(part.complete(name) for part in self.parts)


class Interrupted(Play):
    """After a task is done, another block takes the place of all the rest."""

    def __init__(self, body: Play, task: str, handler: Play) -> None:
        self.body, self.task, self.handler = body, task, handler

    def begin(self) -> None:
        self.now = self.body
        self.body.begin()

    @property
    def done(self) -> bool:
        return self.now.done

    def waiting(self) -> list[str]:
        return self.now.waiting()

    def complete(self, name: str) -> bool:
        taken = self.now.complete(name)
        if taken and name == self.task:
            self.now = self.handler
            self.handler.begin()
        return taken


class Woken(Play):
    """After a task is done, another block runs beside the rest."""

    def __init__(self, body: Play, task: str, handler: Play) -> None:
        self.body, self.task, self.handler = body, task, handler

    def begin(self) -> None:
        self.woken = False
        self.body.begin()

    def _running(self) -> list[Play]:
        return [self.body, self.handler] if self.woken else [self.body]

    @property
    def done(self) -> bool:
        return all(play.done for play in self._running())

    def waiting(self) -> list[str]:
        return [name for play in self._running() for name in play.waiting()]

    def complete(self, name: str) -> bool:
        taken = any(play.complete(name) for play in self._running())
        if taken and name == self.task:
            self.woken = True
            self.handler.begin()
        return taken


class Enough(Play):
    """All at once; when a number of them is done, another block begins beside the rest."""

    def __init__(self, parts: list[Play], number: int, following: Play) -> None:
        self.parts, self.number, self.following = parts, number, following

    def begin(self) -> None:
        self.followed = False
        for part in self.parts:
            part.begin()
        self._follow()

    def _follow(self) -> None:
        if not self.followed and sum(part.done for part in self.parts) >= self.number:
            self.followed = True
            self.following.begin()

    def _running(self) -> list[Play]:
        return [*self.parts, self.following] if self.followed else self.parts

    @property
    def done(self) -> bool:
        return self.followed and all(play.done for play in self._running())

    def waiting(self) -> list[str]:
        return [name for play in self._running() for name in play.waiting()]

    def complete(self, name: str) -> bool:
        taken = any(play.complete(name) for play in self._running())
        self._follow()
        return taken
