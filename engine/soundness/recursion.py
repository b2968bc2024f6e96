"""Processes that call themselves, whatever is chosen: no call ever comes back."""

from __future__ import annotations

from collections.abc import Mapping

from engine.soundness.game import Game
from engine.soundness.moves import Layout, Outcome
from engine.soundness.net import Element, Net, Scope, reachable


def find(net: Net, outcomes: Mapping[str, Outcome], limit: int) -> list[tuple[Scope, Element]]:
    """Return the scopes that end only if they have ended before, each with the element that leads back to it.

    Args:
        net: all scopes.
        outcomes: how each can end if whatever it calls does.
        limit: markings looked at in each scope.
    """
    inside = {key: {each.inner for each in scope.elements.values() if each.inner in net} for key, scope in net.items()}
    after = {key: {other for other in others if other is not None} for key, others in inside.items()}
    circling = [key for key in net if key in reachable(after, after[key])]
    known = {key: Outcome(normal=False) if key in circling else outcome for key, outcome in outcomes.items()}
    changed = bool(circling)
    while changed:  # each round, those that can end by what is known to end
        changed = False
        for key in circling:
            outcome = _outcome(net[key], known, limit)
            if outcome != known[key]:
                known[key], changed = outcome, True
    hopeless = [key for key in circling if known[key] == Outcome(normal=False) and outcomes[key].normal]
    return [(net[key], _back(net[key], set(hopeless))) for key in hopeless]


def _outcome(scope: Scope, known: Mapping[str, Outcome], limit: int) -> Outcome:
    layout = Layout(scope, known)
    played = Game(layout, limit).play()
    # one that stops at a join has been told so, and is taken to end
    stops = any(played.board.join[place] is not None for marking in played.stuck for place in marking)
    return Outcome(played.normal or not played.complete or stops, layout.escaping())


def _back(scope: Scope, hopeless: set[str]) -> Element:
    return next(element for element in scope.elements.values() if element.inner in hopeless)
