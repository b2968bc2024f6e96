"""What holds for every process: blocks are sound, a planted mismatch is found, and nothing is lost by playing less."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.findings import Severity
from engine.soundness.check import check
from engine.soundness.game import Game
from engine.soundness.moves import Board, Effect, Layout, Move
from engine.soundness.net import Kind, Scope
from tests.engine.soundness.nets import BLOCKS, Block, Builder, anything

QUICK = settings(max_examples=120, deadline=None)

SMALL = 20
"""Elements up to which every process of blocks is proven, however they lie."""


@QUICK
@given(BLOCKS)
def test_a_process_of_blocks_is_sound(block: Block) -> None:
    made = Builder().process(block)
    found = {fault.code for fault in check({"p": made})}
    # many choices beside each other have more markings than are looked at: then that is said, and nothing worse
    assert found <= ({"soundness.not-proven"} if len(made.elements) > SMALL else set())


@QUICK
@given(BLOCKS, st.data())
def test_a_choice_in_place_of_a_fork_is_always_found(block: Block, data: st.DataObject) -> None:
    builder = Builder()
    made = builder.process(block)
    forks = [pair for pair in builder.gateways if made.elements[pair[0]].kind is Kind.PARALLEL]
    assume(forks)
    split, join = data.draw(st.sampled_from(forks))
    made.elements[split] = replace(made.elements[split], kind=Kind.EXCLUSIVE)
    faults = [fault for fault in check({"p": made}) if fault.severity is Severity.ERROR]
    assert join in [fault.id for fault in faults]
    assert all(fault.way[0] == next(iter(made.elements)) for fault in faults if "never-runs" not in fault.code)


@QUICK
@given(BLOCKS, st.data())
def test_a_plain_merge_in_place_of_a_join_is_always_found(block: Block, data: st.DataObject) -> None:
    builder = Builder()
    made = builder.process(("sequence", [block, ("task",)]))  # work after it, which runs twice
    forks = [pair for pair in builder.gateways if made.elements[pair[0]].kind is Kind.PARALLEL]
    assume(forks)
    _, join = data.draw(st.sampled_from(forks))
    made.elements[join] = replace(made.elements[join], kind=Kind.EXCLUSIVE)
    # in a loop, what lies on it runs twice too, and one of them is named
    assert any(fault.code in ("soundness.runs-twice", "soundness.tokens-multiply") for fault in check({"p": made}))


@settings(max_examples=300, deadline=None)
@given(anything())
def test_playing_one_token_at_a_time_finds_what_playing_all_does(made: Scope) -> None:
    full = _play_all(made)
    assume(full is not None)
    assert full is not None
    stuck, passed, normal = full
    played = Game(Layout(made, {}), 2000).play()
    assume(played.complete and played.crowded is None)
    assert bool(played.stuck) == bool(stuck)
    assert played.passed == passed
    assert played.normal == normal
    if stuck:
        assert min(len(played.way(marking)) for marking in played.stuck) == min(stuck)


def _play_all(made: Scope) -> tuple[list[int], set[str], bool] | None:
    """Return the lengths of the ways to stops, the elements that run, and whether an end is reached; None: too much."""
    layout = Layout(made, {})
    board = layout.board()
    seen: dict[tuple[int, ...], int] = {board.starts[0]: 0}
    queue = deque(seen)
    stuck: list[int] = []
    passed: set[str] = set()
    while queue:
        marking = queue.popleft()
        options = list(_options(layout, board, marking))
        if marking and not options:
            stuck.append(seen[marking])
        for following, move in options:
            passed.update(move.passed)
            if following not in seen:
                seen[following] = seen[marking] + 1
                queue.append(following)
        if len(seen) > 3000 or max(map(len, seen)) > 6:
            return None
    return stuck, passed, () in seen


def _options(layout: Layout, board: Board, marking: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Move]]:
    options = [([place], move) for place in set(marking) for move in board.moves[place]]
    for join, places in board.inputs.items():
        if set(places) <= set(marking):
            options += [(places, move) for move in layout.released(join)]
    for places, move in options:
        rest = list(marking)
        for place in places:
            rest.remove(place)
        yield () if move.effect is Effect.CLEAR else tuple(sorted((*rest, *move.puts))), move
