"""Random structured processes, each drawn as BPMN and played by a reference that knows nothing of flows and tokens.

A block is a tree. `draw` turns it into nodes and flows; `play` into an object that tells what waits and takes
completions, straight from what the block means. The two share the tree and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.engine.bpmn.drawing import (
    ERRORS,
    NAMES,
    again,
    boundary,
    compensate,
    draw,
    end,
    error,
    escalation,
    exclusive,
    inclusive,
    inner,
    link,
    on_event,
    parallel,
    script,
    start,
    throw,
    times,
    undoing,
    undone_by,
    user,
    waiting,
)
from tests.engine.bpmn.reference import All, Enough, Interrupted, Many, Play, Rounds, Row, Task, Woken

Block = tuple[Any, ...]


def blocks() -> st.SearchStrategy[Block]:
    """Give random blocks: (kind, …)."""
    leaf = st.one_of(
        st.just(("task",)),
        st.tuples(st.just("many"), st.integers(0, 3), st.booleans(), st.integers(1, 3)),
        st.tuples(st.just("repeat"), st.integers(1, 3)),
        st.just(("link",)),
        st.just(("own",)),
        st.tuples(st.just("undo"), st.integers(1, 3), st.booleans()),
        st.tuples(st.just("count"), st.integers(2, 3)),
    )

    def around(inside: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        several = st.lists(inside, min_size=2, max_size=3)
        return st.one_of(
            st.tuples(st.just("seq"), several),
            st.tuples(st.just("xor"), several, st.integers(0, 2)),
            st.tuples(st.just("and"), several),
            st.tuples(st.just("or"), several, st.sets(st.integers(0, 2))),
            st.tuples(st.just("loop"), inside, st.integers(1, 3)),
            st.tuples(st.just("sub"), inside),
            st.tuples(st.just("error"), inside, inside),
            st.tuples(st.just("escalation"), inside, inside, st.booleans()),
            st.tuples(st.just("ad hoc"), several),
            st.tuples(st.just("in order"), several),
            st.tuples(st.just("enough"), several, st.integers(1, 2), inside),
        )

    return st.recursive(leaf, around, max_leaves=8)


# drawing


@dataclass
class Sketch:
    """What has been drawn in one scope: nodes and flows. Ids are counted over the whole process."""

    counter: list[int]
    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def name(self, letter: str) -> str:
        """Return a new id."""
        self.counter[0] += 1
        return f"{letter}{self.counter[0]}"

    def inner(self) -> Sketch:
        """Return an empty sketch for what is inside."""
        return Sketch(self.counter)

    def add(self, node: str) -> None:
        """Draw a node."""
        self.nodes.append(node)

    def flow(self, source: str, target: str, condition: str = "") -> None:
        """Draw a flow."""
        self.flows.append(f"{source}>{target}" + (f"[{condition}]" if condition else ""))


def diagram(block: Block) -> tuple[bytes, Play]:
    """Return the process, and the reference that plays it."""
    sketch = Sketch([0])
    first, last, play = _draw(sketch, block)
    sketch.flow("s", first)
    sketch.flow(last, "e")
    return draw(*sketch.nodes, flows=" ".join(sketch.flows), more=ERRORS + NAMES), play


def _draw(sketch: Sketch, block: Block) -> tuple[str, str, Play]:
    """Draw a block; return its first and last node, and its reference."""
    kind, *rest = block
    drawn: tuple[str, str, Play] = _DRAW[kind](sketch, *rest)
    return drawn


def _task(sketch: Sketch) -> tuple[str, str, Play]:
    name = sketch.name("t")
    sketch.add(user(name))
    return name, name, Task(name)


def _many(sketch: Sketch, number: int, sequential: bool, enough: int) -> tuple[str, str, Play]:
    name = sketch.name("m")
    until = f"numberOfCompletedInstances >= {enough}"
    sketch.add(user(name, inside=times(str(number), until=until, sequential=sequential)))
    return name, name, Many(name, number, sequential, enough)


def _repeat(sketch: Sketch, number: int) -> tuple[str, str, Play]:
    name = sketch.name("r")
    sketch.add(user(name, inside=again("true", loopMaximum=str(number))))
    return name, name, Many(name, number, True, number)


def _link(sketch: Sketch) -> tuple[str, str, Play]:
    thrown, caught = sketch.name("l"), sketch.name("c")
    sketch.add(throw(thrown, link(thrown)))
    sketch.add(waiting("intermediateCatchEvent", caught, link(thrown)))
    return thrown, caught, Row([])


def _seq(sketch: Sketch, parts: list[Block]) -> tuple[str, str, Play]:
    drawn = [_draw(sketch, part) for part in parts]
    for (_, last, _), (first, _, _) in pairwise(drawn):
        sketch.flow(last, first)
    return drawn[0][0], drawn[-1][1], Row([play for _, _, play in drawn])


def _branches(sketch: Sketch, parts: list[Block], split: str, join: str, conditions: list[str]) -> list[Play]:
    plays = []
    for part, condition in zip(parts, conditions, strict=True):
        first, last, play = _draw(sketch, part)
        sketch.flow(split, first, condition)
        sketch.flow(last, join)
        plays.append(play)
    return plays


def _xor(sketch: Sketch, parts: list[Block], choice: int) -> tuple[str, str, Play]:
    split, join = sketch.name("x"), sketch.name("x")
    chosen = choice % len(parts)
    conditions = [f"{chosen} = {index}" for index in range(len(parts))]
    plays = _branches(sketch, parts, split, join, [*conditions[:-1], ""])
    default = next(flow for flow in reversed(sketch.flows) if flow.startswith(f"{split}>") and "[" not in flow)
    sketch.add(exclusive(split, default=default.replace(">", "-")))
    sketch.add(exclusive(join))
    return split, join, plays[chosen]


def _and(sketch: Sketch, parts: list[Block]) -> tuple[str, str, Play]:
    split, join = sketch.name("p"), sketch.name("p")
    plays = _branches(sketch, parts, split, join, [""] * len(parts))
    sketch.add(parallel(split))
    sketch.add(parallel(join))
    return split, join, All(plays)


def _or(sketch: Sketch, parts: list[Block], choices: set[int]) -> tuple[str, str, Play]:
    split, join = sketch.name("o"), sketch.name("o")
    chosen = {choice for choice in choices if choice < len(parts) - 1} or {len(parts) - 1}
    conditions = ["true" if index in chosen else "false" for index in range(len(parts) - 1)]
    plays = _branches(sketch, parts, split, join, [*conditions, ""])
    default = next(flow for flow in reversed(sketch.flows) if flow.startswith(f"{split}>") and "[" not in flow)
    sketch.add(inclusive(split, default=default.replace(">", "-")))
    sketch.add(inclusive(join))
    return split, join, All([plays[index] for index in sorted(chosen)])


def _loop(sketch: Sketch, inside: Block, rounds: int) -> tuple[str, str, Play]:
    merge, ask, clear, count = (sketch.name(letter) for letter in "xxkk")
    sketch.add(script(clear, "0", count))
    sketch.add(exclusive(merge))
    sketch.add(script(count, f"{count} + 1", count))
    first, last, play = _draw(sketch, inside)
    out = sketch.name("q")
    sketch.add(exclusive(ask, default=f"{ask}-{out}"))
    sketch.add(waiting("intermediateThrowEvent", out))
    sketch.flow(clear, merge)
    sketch.flow(merge, count)
    sketch.flow(count, first)
    sketch.flow(last, ask)
    sketch.flow(ask, merge, f"{count} < {rounds}")
    sketch.flow(ask, out)
    return clear, out, Rounds(play, rounds)


def _sub(sketch: Sketch, inside: Block) -> tuple[str, str, Play]:
    name, first_id, last_id = (sketch.name(letter) for letter in "bse")
    scope = sketch.inner()
    first, last, play = _draw(scope, inside)
    flows = " ".join([f"{first_id}>{first}", *scope.flows, f"{last}>{last_id}"])
    sketch.add(inner(name, start(first_id), *scope.nodes, end(last_id), flows=flows))
    return name, name, play


def _error(sketch: Sketch, inside: Block, handler: Block) -> tuple[str, str, Play]:
    """Beside the block runs a task after which an error ends the subprocess; then the handler."""
    name, begin, fork, task, bad, good, event, merge = (sketch.name(letter) for letter in "bsptdevx")
    scope = sketch.inner()
    first, last, play = _draw(scope, inside)
    flows = f"{begin}>{fork} {fork}>{task} {fork}>{first} {task}>{bad} {last}>{good} " + " ".join(scope.flows)
    nodes = (start(begin), parallel(fork), user(task), end(bad, error("er")), end(good), *scope.nodes)
    sketch.add(inner(name, *nodes, flows=flows))
    sketch.add(boundary(event, name, error("er")))
    sketch.add(exclusive(merge))
    first, last, handling = _draw(sketch, handler)
    sketch.flow(event, first)
    sketch.flow(last, merge)
    sketch.flow(name, merge)
    return name, merge, Interrupted(All([Task(task), play]), task, handling)


def _escalation(sketch: Sketch, inside: Block, handler: Block, interrupting: bool) -> tuple[str, str, Play]:
    """Beside the block runs a task after which an escalation wakes an event subprocess."""
    name, begin, fork, task, thrown, good, event = (sketch.name(letter) for letter in "bsptdev")
    scope, handling_scope = sketch.inner(), sketch.inner()
    first, last, play = _draw(scope, inside)
    flows = f"{begin}>{fork} {fork}>{task} {fork}>{first} {task}>{thrown} {last}>{good} " + " ".join(scope.flows)
    first, last, handling = _draw(handling_scope, handler)
    handled = sketch.name("e")
    handling_flows = f"{event}_s>{first} {last}>{handled} " + " ".join(handling_scope.flows)
    woken = on_event(
        event, escalation(), *handling_scope.nodes, end(handled), flows=handling_flows, interrupting=interrupting
    )
    nodes = (start(begin), parallel(fork), user(task), end(thrown, escalation()), end(good), *scope.nodes, woken)
    sketch.add(inner(name, *nodes, flows=flows))
    body = All([Task(task), play])
    return name, name, Interrupted(body, task, handling) if interrupting else Woken(body, task, handling)


def _ad_hoc(sketch: Sketch, parts: list[Block], ordering: str = "Parallel") -> tuple[str, str, Play]:
    name = sketch.name("h")
    scope = sketch.inner()
    plays = []
    for part in parts:
        first, last, play = _draw(scope, ("seq", [("task",), part]))
        del first, last
        plays.append(play)
    flows = " ".join(scope.flows)
    content = inner(name, *scope.nodes, flows=flows)
    opening, closing = f'<bpmn:subProcess id="{name}"', "</bpmn:subProcess>\n"
    body = content.removeprefix(opening).removesuffix(closing)
    sketch.add(f'<bpmn:adHocSubProcess id="{name}" ordering="{ordering}"{body}</bpmn:adHocSubProcess>\n')
    return name, name, All(plays) if ordering == "Parallel" else Row(plays)


def _in_order(sketch: Sketch, parts: list[Block]) -> tuple[str, str, Play]:
    """What forks has to be inside a subprocess."""
    return _ad_hoc(sketch, [("sub", part) for part in parts], "Sequential")


def _own(sketch: Sketch) -> tuple[str, str, Play]:
    """A task with an input and an output of its own, from and to data objects."""
    name = sketch.name("t")
    given, taken, source, target = (f"{name}_{part}" for part in ("in", "out", "from", "to"))
    sketch.add(f'<bpmn:dataObject id="{source}"/><bpmn:dataObject id="{target}"/>\n')
    association = "<bpmn:data{0}Association><bpmn:sourceRef>{1}</bpmn:sourceRef><bpmn:targetRef>{2}</bpmn:targetRef>"
    association += "</bpmn:data{0}Association>"
    inside = (
        f'<bpmn:ioSpecification><bpmn:dataInput id="{given}"/><bpmn:dataOutput id="{taken}"/></bpmn:ioSpecification>'
    )
    inside += association.format("Input", source, given) + association.format("Output", taken, target)
    sketch.add(user(name, inside=inside))
    return name, name, Task(name)


def _undo(sketch: Sketch, number: int, has_handler: bool) -> tuple[str, str, Play]:
    """Tasks in a subprocess that are undone once it has ended, one by one or all by an event subprocess."""
    name, begin, finish, thrown, handler, told, handled = (sketch.name(letter) for letter in "bseuhte")
    tasks = [sketch.name("t") for _ in range(number)]
    nodes = [start(begin), end(finish)]
    for task in tasks:
        nodes += [user(task), undone_by(f"{task}_event", task, f"{task}_undone"), undoing(f"{task}_undone")]
    if has_handler:
        nodes.append(
            on_event(handler, compensate(), user(told), end(handled), flows=f"{handler}_s>{told} {told}>{handled}")
        )
    flows = " ".join(f"{one}>{other}" for one, other in pairwise([begin, *tasks, finish]))
    sketch.add(inner(name, *nodes, flows=flows))
    sketch.add(throw(thrown, compensate(name)))
    sketch.flow(name, thrown)
    undone = [told] if has_handler else [f"{task}_undone" for task in reversed(tasks)]
    return name, thrown, Row([Task(task) for task in (*tasks, *undone)])


def _count(sketch: Sketch, number: int) -> tuple[str, str, Play]:
    """A task that sends out several tokens, and one that takes as many."""
    one, other, between = (sketch.name(letter) for letter in "ttx")
    sketch.add(user(one).replace(f'id="{one}"', f'id="{one}" completionQuantity="{number}"', 1))
    sketch.add(user(other).replace(f'id="{other}"', f'id="{other}" startQuantity="{number}"', 1))
    sketch.add(exclusive(between))
    sketch.flow(one, between)
    sketch.flow(between, other)
    return one, other, Row([Task(one), Task(other)])


def _enough(sketch: Sketch, parts: list[Block], number: int, following: Block) -> tuple[str, str, Play]:
    """In a subprocess, a complex gateway lets go when some of the branches have come; the others are taken in."""
    name, begin, split, join, finish = (sketch.name(letter) for letter in "bspge")
    scope = sketch.inner()
    plays = _branches(scope, parts, split, join, [""] * len(parts))
    first, last, play = _draw(scope, following)
    condition = f"<bpmn:activationCondition>activationCount &gt;= {number}</bpmn:activationCondition>"
    gateway = f'<bpmn:complexGateway id="{join}">{condition}</bpmn:complexGateway>\n'
    flows = f"{begin}>{split} {join}>{first} {last}>{finish} " + " ".join(scope.flows)
    sketch.add(inner(name, start(begin), parallel(split), gateway, end(finish), *scope.nodes, flows=flows))
    return name, name, Enough(plays, number, play)


_DRAW: dict[str, Any] = {
    "task": _task,
    "many": _many,
    "repeat": _repeat,
    "link": _link,
    "seq": _seq,
    "xor": _xor,
    "and": _and,
    "or": _or,
    "loop": _loop,
    "sub": _sub,
    "error": _error,
    "escalation": _escalation,
    "ad hoc": _ad_hoc,
    "in order": _in_order,
    "own": _own,
    "undo": _undo,
    "count": _count,
    "enough": _enough,
}
