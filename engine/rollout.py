"""Migrating many instances to another version: first foreseen, then one transaction an instance; stops at an error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import EngineError, MigrationRefused
from engine.services.migration import Prospect, Route

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.types import Actor

ALL = "all"
OUTCOMES = ("unchanged", "mapped", "other-branch", "needs-mapping", "refused")
_SHARE = re.compile(r"([1-9]\d*)(%?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rollout:
    """What was foreseen and what was done.

    Attributes:
        prospects: of all instances concerned, oldest first.
        chosen: those that may be migrated and belong to the share asked for.
        migrated: ids of those that were.
        failed: id of the instance that stopped it, and why; or None.
    """

    prospects: Sequence[Prospect]
    chosen: Sequence[str]
    migrated: list[str] = field(default_factory=list)
    failed: tuple[str, str] | None = None

    def counts(self) -> dict[str, int]:
        """Return how many instances would be `unchanged`, `mapped`, `other-branch`, `needs-mapping` and `refused`."""
        found = Counter(prospect.outcome for prospect in self.prospects)
        return {outcome: found[outcome] for outcome in OUTCOMES}


def foresee(
    engine: Engine,
    actor: Actor,
    route: Route,
    instances: Sequence[str] | None = None,
    share: str = ALL,
    *,
    other_branch: bool = False,
) -> Rollout:
    """Try in memory what migrating would come to; nothing is written.

    Args:
        engine: the engine.
        actor: an operator, or the system.
        route: from where to where.
        instances: ids of instances; None: all active ones on the old version.
        share: `all`, a number, or `10%`: how many of those that may be migrated, the oldest first.
        other_branch: whether those may be that would have gone another way in the new version.

    Raises:
        NotFound: a version or an instance is not there.
        MigrationRefused: the share or the mapping makes no sense.
    """
    with engine.begin(actor, write=False) as work:
        ids = work.migration.candidates(route) if instances is None else list(dict.fromkeys(instances))
        prospects = [work.migration.prospect(route, instance_id) for instance_id in ids]
    able = [
        prospect.instance_id
        for prospect in prospects
        if not prospect.obstacles and (other_branch or not prospect.branches)
    ]
    return Rollout(prospects, able[: _number(share, len(able))])


def roll_out(engine: Engine, actor: Actor, route: Route, rollout: Rollout, reason: str) -> Rollout:
    """Migrate the instances chosen, each in a transaction of its own; stop at the first that cannot be.

    One that has moved on since it was foreseen is checked again. Raises MigrationRefused without a reason.
    """
    if not reason.strip():
        raise MigrationRefused("请填写理由：它会记入办理历史。", obstacles=[])
    migrated: list[str] = []
    for instance_id in rollout.chosen:
        try:
            with engine.begin(actor) as work:
                work.migration.migrate(route, instance_id, reason.strip())
        except EngineError as error:
            return Rollout(rollout.prospects, rollout.chosen, migrated, (instance_id, str(error)))
        migrated.append(instance_id)
    return Rollout(rollout.prospects, rollout.chosen, migrated)


def _number(share: str, able: int) -> int:
    """Return how many a share of them is; of a part of some at least one."""
    if share == ALL:
        return able
    match = _SHARE.fullmatch(share)
    if match is None or (match[2] and int(match[1]) > 100):
        raise MigrationRefused(f"份额“{share}”应为 all、个数或百分比（如 10%）。", obstacles=[])
    return -(-able * int(match[1]) // 100) if match[2] else int(match[1])
