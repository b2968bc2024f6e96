"""What the token game shows of one scope, said as faults, each with a shortest way that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.findings import Severity
from engine.soundness import loops
from engine.soundness.doubles import Doubles
from engine.soundness.game import Game, Played
from engine.soundness.moves import Layout, Move, Outcome
from engine.soundness.net import Element, Net, Scope, reachable
from engine.soundness.words import choices_on, named, passed_on, way_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: in which scope, at which element, what to say and how to mend it; `way`: the ids on the shown way."""

    severity: Severity
    code: str
    scope: str
    id: str
    line: int
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    way: tuple[str, ...] = ()


class Faults:
    """The faults of one scope; notes its outcome for those around it."""

    def __init__(self, net: Net, scope: Scope, outcomes: dict[str, Outcome], limit: int) -> None:
        layout = Layout(scope, outcomes)
        self._net, self._scope, self._limit = net, scope, limit
        self._played: Played = Game(layout, limit).play()
        self._twice = Doubles(scope)
        escaping = layout.escaping()
        # a scope that never ends was said to; what is around it is looked at as if it did
        outcomes[scope.id] = Outcome(self._played.normal or not escaping, escaping)

    @property
    def states(self) -> int:
        """How many markings were looked at."""
        return len(self._played.parents)

    def all(self) -> Iterator[Fault]:
        """Give the faults of the scope."""
        joins = set[str]()
        for fault in self._stuck():
            joins.add(fault.id)
            yield fault
        circling = list(self._circling())
        yield from circling
        yield from self._crowded()
        if self._played.complete:
            yield from self._never(joins, found=bool(circling))
        yield from self._loops()
        yield from self._doubles()
        if not (self._played.complete and self._twice.complete):
            yield self._fault(
                Severity.WARNING,
                "soundness.not-proven",
                self._scope,
                f"“{self._scope.name}”的状态太多（看过 {self.states} 个），未能证明一定能办完",
                f"not proven: {self._scope.name!r} has too many states ({self.states} were looked at)",
                ("请把其中一部分画成子流程。", "Draw a part of it as a subprocess."),
            )

    def _stuck(self) -> Iterator[Fault]:
        said = set[str]()
        for marking in self._played.stuck:
            moves = self._played.way(marking)
            for join, missing in self._roots(marking):
                if join.id not in said:
                    said.add(join.id)
                    yield self._stuck_fault(join, missing, moves)

    def _roots(self, marking: tuple[int, ...]) -> list[tuple[Element, list[str]]]:
        """Return the joins that wait for what cannot come, with the flows that stay empty; not those behind them."""
        board, held = self._played.board, set(marking)
        waiting = {join for place in held if (join := board.join[place]) is not None}
        after = self._scope.following()
        roots = [
            join
            for join in sorted(waiting)
            if not any(join in reachable(after, after[other]) for other in waiting if other != join)
        ]
        found = []
        for join in roots or sorted(waiting):
            empty = [flow.id for place in board.inputs[join] if place not in held and (flow := board.flow_of[place])]
            found.append((self._scope.elements[join], empty))
        return found

    def _stuck_fault(self, join: Element, missing: list[str], moves: list[Move]) -> Fault:
        passed = self._passed(moves)
        ended = any(self._ends(id_) for id_ in passed)
        flows = ", ".join(missing)
        zh, en = self._shown(moves)
        if ended:
            return self._fault(
                Severity.ERROR,
                "soundness.token-left",
                join,
                f"流程到了结束，“{named(join)}”处却还有令牌在等 {flows}。{zh}",
                f"an end is reached, and a token still waits at {named(join)} for {flows}. {en}",
                (
                    "请让进入汇合的分支都由同一个并行网关分出。",
                    "Let one parallel gateway fork all that this one joins.",
                ),
                passed,
            )
        return self._fault(
            Severity.ERROR,
            "soundness.deadlock",
            join,
            f"流程会停在“{named(join)}”：永远等不到 {flows}。{zh}",
            f"the process stops at {named(join)}: nothing ever comes by {flows}. {en}",
            ("分支二选一的，请用排他网关汇合。", "Join branches of which one is taken with an exclusive gateway."),
            passed,
        )

    def _ends(self, element_id: str) -> bool:
        return not self._scope.outgoing(element_id) and self._scope.elements[element_id].host is None

    def _passed(self, moves: list[Move]) -> tuple[str, ...]:
        return tuple(passed_on(moves))

    def _shown(self, moves: list[Move]) -> tuple[str, str]:
        way = way_of(self._scope, passed_on(moves))
        chosen = choices_on(self._played.board, moves)
        zh = f"（选择 {chosen}）" if chosen else ""
        en = f" (choosing {chosen})" if chosen else ""
        return f"最短路径：{way}{zh}", f"Shortest way: {way}{en}"

    def _circling(self) -> Iterator[Fault]:
        if not self._played.circling:
            return
        marking = self._played.circling[0]
        moves = self._played.way(marking)
        passed = self._passed(moves)
        place = self._scope.elements[passed[-1]] if passed else self._scope
        zh, en = self._shown(moves)
        yield self._fault(
            Severity.ERROR,
            "soundness.never-ends",
            place,
            f"从“{named(place) if isinstance(place, Element) else place.name}”起流程只能循环，再也走不到结束。{zh}",
            f"from {place.id} on the process goes round and never ends. {en}",
            ("请为回路加一个出口。", "Give the loop a way out."),
            passed,
        )

    def _crowded(self) -> Iterator[Fault]:
        if self._played.crowded is None:
            return
        marking, _ = self._played.crowded
        moves = self._played.way(marking)
        passed = self._passed(moves)
        place = self._scope.elements[passed[-1]]
        zh, en = self._shown(moves)
        yield self._fault(
            Severity.WARNING,
            "soundness.tokens-multiply",
            place,
            f"回路每走一圈令牌就增加，数量没有上限。{zh}",
            f"each round of the loop makes more tokens, without limit. {en}",
            ("请在回路中先汇合再返回。", "Join the branches before the loop goes back."),
            passed,
        )

    def _never(self, joins: set[str], *, found: bool) -> Iterator[Fault]:
        """What comes after a stop, or a loop without end, never runs as a consequence: that is not said again."""
        after = self._scope.following()
        behind = reachable(after, joins)
        lost = [] if found else [id_ for id_ in self._scope.elements if id_ not in self._played.passed | behind]
        heads = [id_ for id_ in lost if not any(id_ in after[other] for other in lost if other != id_)]
        for id_ in heads or lost[:1]:
            element = self._scope.elements[id_]
            before = [other for other in self._scope.elements if id_ in after[other]]
            way = way_of(self._scope, [*before[:1], id_])
            yield self._fault(
                Severity.ERROR,
                "soundness.never-runs",
                element,
                f"“{named(element)}”永远不会执行：{way}",
                f"{named(element)} never runs: {way}",
                (
                    "请检查到它的路径，以及它等待的事件是否会发生。",
                    "Look at the ways to it, and whether what it waits for can happen.",
                ),
                (*before[:1], id_),
            )

    def _loops(self) -> Iterator[Fault]:
        for loop in loops.find(self._scope, self._net):
            element = self._scope.elements[loop.round[0]]
            way = way_of(self._scope, [*loop.way[:-1], *loop.round])
            if loop.idle:
                severity, code = Severity.ERROR, "soundness.endless"
                zh, en = (
                    "回路中没有等待，也不改变变量：一旦返回就永不停止",
                    "the loop neither waits nor changes anything",
                )
            else:
                severity, code = Severity.WARNING, "soundness.loop-unpaced"
                zh, en = (
                    "回路中没有等待：请确认条件终会成立",
                    "the loop waits for nothing: its condition must come to hold",
                )
            yield self._fault(
                severity,
                code,
                element,
                f"{zh}。路径：{way}",
                f"{en}. Way: {way}",
                (
                    "请在回路中加用户任务、服务任务或定时事件。",
                    "Put a user task, a service task or a timer into the loop.",
                ),
                (*loop.way[:-1], *loop.round),
            )

    def _doubles(self) -> Iterator[Fault]:
        for element, one, other in self._twice.find():
            ways = [loops.way_to(self._scope, flow.source) for flow in (one, other)]
            shown = " | ".join(way_of(self._scope, [*way, element.id]) for way in ways)
            yield self._fault(
                Severity.WARNING,
                "soundness.runs-twice",
                element,
                f"两个并行的分支（{one.id}、{other.id}）在“{named(element)}”未经汇合，其后会执行两次。路径：{shown}",
                f"parallel branches ({one.id}, {other.id}) meet at {named(element)} unjoined, it runs twice: {shown}",
                ("应等齐的，请用并行网关汇合。", "If it should wait for both, join them with a parallel gateway."),
                (*ways[0], element.id),
            )

    def _fault(
        self,
        severity: Severity,
        code: str,
        place: Element | Scope,
        zh: str,
        en: str,
        hint: tuple[str, str],
        way: tuple[str, ...] = (),
    ) -> Fault:
        return Fault(severity, code, self._scope.id, place.id, place.line, zh, en, *hint, way)
