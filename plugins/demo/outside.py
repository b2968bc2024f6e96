"""Systems of departments that fetch jobs over HTTP (the police's records): in a replay the story answers for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from engine.core_api import SYSTEM, Claim, Engine, NotFound, Scope, Wait, Wish, Work, unpack
from plugins.demo.story import Reply, Scene

NAME: Final = "演示回放"
LIFETIME: Final = timedelta(days=300)
AT_ONCE: Final = 50


class Outside:
    """Takes jobs as such a system does: by a token of its own, which ends with the replay."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes: dict[str, Scope] = {}

    def complete(self, wait: Wait, reply: Reply) -> None:
        """Fetch a job and report what the story says, in one transaction: no lock of a past day is ever seen.

        Raises:
            NotFound: nobody may fetch it now.
            OutputsInvalid: it does not fit what the handler declares.
        """
        with self._engine.begin(SYSTEM) as work:
            scope = self._scopes.get(wait.group) or self._scope(work, wait.group)
            fetched = work.external_jobs.fetch(scope, Wish(NAME, {wait.group: None}, AT_ONCE))
            claims = {job.id: Claim(scope, job.id, NAME, lock.id) for job, lock in fetched}
            mine = claims.pop(wait.id, None)
            if mine is None:
                raise NotFound(job_id=wait.id)
            for other in claims.values():
                work.external_jobs.release(other)
            job = next(job for job, _ in fetched if job.id == wait.id)
            scene = Scene(work.clock.now(), wait.instance_id, wait.business_key, work, unpack(job.inputs))
            work.external_jobs.complete(mine, reply.filled(scene))
            self._scopes[wait.group] = scope

    def close(self) -> None:
        """End the tokens."""
        with self._engine.begin(SYSTEM) as work:
            for scope in self._scopes.values():
                work.worker_tokens.revoke(scope.token_id)
        self._scopes.clear()

    def _scope(self, work: Work, topic: str) -> Scope:
        plugin = topic.partition(".")[0]
        token = work.worker_tokens.create(plugin, NAME, lifetime=LIFETIME, topics=[topic]).token
        return Scope(token.id, plugin, NAME, frozenset([topic]))
