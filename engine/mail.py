"""Looking after messages that wait: those that can start something now, and those whose time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.types import SYSTEM

if TYPE_CHECKING:
    from engine.application import Engine

BATCH = 500


def tend_messages(engine: Engine) -> None:
    """Deliver what a start event takes now, each in a transaction of its own; then delete what is over, in batches."""
    with engine.begin(SYSTEM, write=False) as work:
        waiting = work.messages.held_back(BATCH)
    for message_id in waiting:
        with engine.begin(SYSTEM) as work:
            work.messages.deliver(message_id)
    deleted = BATCH
    while deleted >= BATCH:
        with engine.begin(SYSTEM) as work:
            deleted = work.messages.tidy(BATCH)
