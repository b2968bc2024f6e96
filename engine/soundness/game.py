"""The token game: all markings that a scope can come to, as far as they differ in what can happen next.

Tokens move one at a time until each waits at a join, and only then is a join that depends on the others looked at.
Between forks and joins the order in which tokens move changes nothing that is asked here (moves of different tokens
commute: persistent sets), so the product of parallel branches is not walked through, and no deadlock is missed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.soundness.moves import Board, Effect, Layout, Move
from engine.soundness.net import Kind, reachable

MAX_STATES = 5_000
"""Markings looked at in one scope. 60 nodes need a few hundred; what is not seen then is said to be not proven."""

CROWD = 4
"""Tokens in one place from which on it is asked whether they become more without end."""

Marking = tuple[int, ...]


@dataclass(slots=True)
class Played:
    """What the game found.

    Attributes:
        parents: marking → the marking before it and the move in between, None for the start: shortest ways.
        stuck: markings in which tokens wait for others that never come, those with the shortest way first.
        circling: markings from which neither an end nor a stop can be reached; first one that closes a round.
        crowded: a marking, seen first, in which tokens have become more than in one before it, and that one.
        passed: ids of the elements that can run.
        normal: whether an end can be reached.
        complete: whether all markings were seen.
    """

    board: Board
    parents: dict[Marking, tuple[Marking, Move] | None] = field(default_factory=dict)
    stuck: list[Marking] = field(default_factory=list)
    circling: list[Marking] = field(default_factory=list)
    crowded: tuple[Marking, Marking] | None = None
    passed: set[str] = field(default_factory=set)
    normal: bool = False
    complete: bool = True

    def way(self, marking: Marking) -> list[Move]:
        """Return the moves of a shortest way to a marking."""
        moves: list[Move] = []
        step = self.parents[marking]
        while step is not None:
            moves.append(step[1])
            step = self.parents[step[0]]
        return moves[::-1]


class Game:
    """Plays one scope."""

    def __init__(self, layout: Layout, limit: int = MAX_STATES) -> None:
        self._board = layout.board()
        self._limit = limit
        self._released = {join: layout.released(join) for join in self._board.inputs}
        self._drastic = [any(move.effect is not Effect.NONE for move in moves) for moves in self._board.moves]
        self._after = self._board.scope.following()
        self._ahead: dict[str, set[int]] = {}
        self._wide: set[Marking] = set()
        self._next: dict[Marking, list[Marking]] = {}
        self._queue: deque[Marking] = deque()
        self._played = Played(self._board)

    def play(self) -> Played:
        """Play from all starts, to the limit."""
        played = self._played
        for start in self._board.starts:
            played.parents[start] = None
            self._queue.append(start)
        self._walk()
        while played.complete and self._widen():
            self._walk()
        played.passed.update(self._board.beside)
        played.complete = played.complete and not self._board.incomplete
        return played

    def _walk(self) -> None:
        while self._queue:
            if len(self._next) >= self._limit:
                self._played.complete = False
                return
            marking = self._queue.popleft()
            self._next[marking] = [self._reach(marking, move, rest) for move, rest in self._choices(marking)]
            if marking and not self._next[marking]:
                self._played.stuck.append(marking)

    def _reach(self, marking: Marking, move: Move, rest: list[int]) -> Marking:
        played = self._played
        played.passed.update(move.passed)
        if move.effect is Effect.NONE:
            following = tuple(sorted((*rest, *move.puts)))
            played.normal = played.normal or not following
        else:
            following = ()
            played.normal = played.normal or move.effect is Effect.CLEAR
        if following not in played.parents:
            played.parents[following] = (marking, move)
            if not self._grows(following):
                self._queue.append(following)
        return following

    def _choices(self, marking: Marking) -> Iterator[tuple[Move, list[int]]]:
        """Give the moves of the first token that needs no other, or of joins; what takes all tokens away comes last.

        Of a marking that leads nowhere all moves are given.
        """
        wide, found = marking in self._wide, False
        for step in (
            self._joins(marking, surely=True),
            self._steps(marking, last=False),
            self._joins(marking, surely=False),
            self._steps(marking, last=True),
        ):
            for moves, taken in step:
                found = True
                rest = _without(marking, taken)
                yield from ((move, rest) for move in moves)
                if not wide:
                    break
            if found and not wide:
                return

    def _steps(self, marking: Marking, *, last: bool) -> Iterator[tuple[list[Move], list[int]]]:
        """Give the tokens that can move alone, those furthest on first: what is in a block is done before the next."""
        for place in sorted(set(marking), key=self._board.rank.__getitem__, reverse=True):
            if self._board.moves[place] and self._drastic[place] is last:
                yield self._board.moves[place], [place]

    def _joins(self, marking: Marking, *, surely: bool) -> Iterator[tuple[list[Move], list[int]]]:
        """Give the joins that can let go, whatever the other tokens do (`surely`), or because they cannot move."""
        held = set(marking)
        for join, places in self._board.inputs.items():
            if self._board.scope.elements[join].kind is Kind.PARALLEL:
                taken = places if held.issuperset(places) else []
            else:
                taken = [place for place in places if place in held]
                least = self._board.scope.elements[join].least
                if len(taken) < least or self._may_still_come(join, set(taken), held, surely=surely):
                    continue
            if taken:
                yield self._released[join], taken

    def _may_still_come(self, join: str, filled: set[int], held: set[int], *, surely: bool) -> bool:
        """Return whether a token elsewhere can reach an empty flow of an inclusive join.

        The standard lets the join go, too, when such a token can reach a filled flow: not `surely`, for it may move.
        """
        empty = set(self._board.inputs[join]) - filled
        for place in held if empty else ():
            if self._board.join[place] != join:
                ways = self._ways_into(join, self._board.at[place])
                if ways & empty and (surely or not ways & filled):
                    return True
        return False

    def _ways_into(self, join: str, element: str) -> set[int]:
        """Return the flows of a join that a token elsewhere can come by, without passing the join."""
        key = f"{element} {join}"
        if key not in self._ahead:
            after = {id_: set[str]() if id_ == join else following for id_, following in self._after.items()}
            seen = reachable(after, {element})
            flows = {place: self._board.flow_of[place] for place in self._board.inputs[join]}
            self._ahead[key] = {place for place, flow in flows.items() if flow and flow.source in seen}
        return self._ahead[key]

    def _grows(self, marking: Marking) -> bool:
        """Note a marking that holds all of one before it and more, in a crowded place: so it goes on for ever."""
        if len(marking) < CROWD or max(map(marking.count, marking)) < CROWD:
            return False
        step = self._played.parents[marking]
        while step is not None:
            before = step[0]
            if len(before) < len(marking) and _covers(marking, before):
                self._played.crowded = self._played.crowded or (marking, before)
                self._next[marking] = [before]  # whether it can end is asked of the smaller one
                return True
            step = self._played.parents[before]
        return False

    def _widen(self) -> bool:
        """Find markings from which nothing ends; look at all their tokens, not the first alone; say if there is more.

        A token that goes round for ever would otherwise hide what the others do.
        """
        self._played.circling = self._without_end()
        fresh = [marking for marking in self._played.circling if marking not in self._wide]
        self._wide.update(fresh)
        again = [marking for marking in fresh if len(marking) > 1]
        self._queue.extend(again)
        return bool(again)

    def _without_end(self) -> list[Marking]:
        before: dict[Marking, list[Marking]] = {}
        for marking, following in self._next.items():
            for other in following:
                before.setdefault(other, []).append(marking)
        ended: set[Marking] = set()
        ahead = [other for other in before if not self._next.get(other)] + self._played.stuck
        while ahead:
            marking = ahead.pop()
            if marking not in ended:
                ended.add(marking)
                ahead.extend(before.get(marking, ()))
        circling = [marking for marking in self._next if marking and marking not in ended]
        return [self._last_of_a_round(circling[0]), *circling] if circling else []

    def _last_of_a_round(self, marking: Marking) -> Marking:
        seen: list[Marking] = []
        while marking not in seen:
            seen.append(marking)
            marking = self._next[marking][0]
        return seen[-1]


def _without(marking: Marking, taken: list[int]) -> list[int]:
    rest = list(marking)
    for place in taken:
        rest.remove(place)
    return rest


def _covers(more: Marking, less: Marking) -> bool:
    return all(more.count(place) >= less.count(place) for place in set(less))
