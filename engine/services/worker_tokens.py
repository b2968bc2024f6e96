"""Tokens of systems elsewhere: who may fetch which jobs, until when. Only digests of secrets are stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from engine.context import Context
from engine.declaration import Handler
from engine.errors import NotFound, TokenRefused
from engine.services.plugin_log import PluginLog
from engine.tables.workers import WorkerToken
from engine.types import new_id

PREFIX = "ogw_"
"""How each token begins, so that a scanner finds one that was left in a file."""

LONGEST = timedelta(days=366)
OVERLAP = timedelta(hours=24)
"""How long a token still holds after it was rotated: time to give the new one to every worker."""

USED_EVERY = timedelta(minutes=5)
"""How exactly `last_used_at` is kept."""

NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token gives a right to: jobs of a plugin, of some topics or (when empty) all, of one county or of all."""

    token_id: str
    plugin: str
    name: str
    topics: frozenset[str] = frozenset()
    county: str | None = None

    def allows(self, topic: str) -> bool:
        """Return whether jobs of the topic may be fetched."""
        return topic in self.topics or (not self.topics and topic.split(".", 1)[0] == self.plugin)

    def covers(self, topic: str, county: str) -> bool:
        """Return whether a job of this topic and county is within reach."""
        return self.allows(topic) and self.county in {None, county}


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was just made. `secret` is in this moment the only copy."""

    token: WorkerToken
    secret: str


class WorkerTokens:
    """Tokens, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(
        self, plugin: str, name: str, *, lifetime: timedelta, topics: Iterable[str] = (), county: str | None = None
    ) -> Issued:
        """Make a token.

        Args:
            plugin: whose jobs it gives a right to.
            name: of the system that will have it; it stands in the history of what that system did.
            lifetime: how long it holds, at most a year.
            topics: ids of the plugin's external handlers; empty: all there are and will be.
            county: jobs of this county only.

        Raises:
            TokenRefused: the plugin has no such external handler, or name or lifetime do not do.
        """
        topics = sorted(set(topics))
        self._check_topics(plugin, topics)
        if not 0 < len(name.strip()) <= NAME_LENGTH:
            raise TokenRefused(f"名称须为 1 至 {NAME_LENGTH} 个字符。")
        if not timedelta() < lifetime <= LONGEST:
            raise TokenRefused(f"有效期须为 1 至 {LONGEST.days} 天。")
        token = WorkerToken(plugin=plugin, name=name.strip(), topics=topics, county=county)
        return self._issue(token, lifetime, "token.created")

    def _check_topics(self, plugin: str, topics: Sequence[str]) -> None:
        own = external_topics(self._context.runtime.plugins.handlers.values(), plugin)
        if not own:
            raise TokenRefused(f"没有已加载的插件“{plugin}”，或它没有外部处理器。")
        if unknown := [topic for topic in topics if topic not in own]:
            raise TokenRefused(f"插件“{plugin}”没有外部处理器“{unknown[0]}”；它有：{'、'.join(own)}。")

    def _issue(self, token: WorkerToken, lifetime: timedelta, event: str) -> Issued:
        secret = PREFIX + secrets.token_urlsafe(32)
        now = self._context.clock.now()
        token.id, token.digest = new_id(), digest_of(secret)
        token.created_at, token.created_by, token.expires_at = now, self._context.actor.id, now + lifetime
        self._context.session.add(token)
        self._note(event, token)
        return Issued(token, secret)

    def rotate(self, token_id: str, *, lifetime: timedelta, overlap: timedelta = OVERLAP) -> Issued:
        """Make a token with the same scope; the old one holds for `overlap` more at most. Raises NotFound."""
        old = self._valid(token_id)
        if not timedelta() < lifetime <= LONGEST or overlap < timedelta():
            raise TokenRefused(f"有效期须为 1 至 {LONGEST.days} 天。")
        token = WorkerToken(plugin=old.plugin, name=old.name, topics=list(old.topics), county=old.county)
        issued = self._issue(token, lifetime, "token.rotated")
        old.replaced_by = issued.token.id
        old.expires_at = min(old.expires_at, self._context.clock.now() + overlap)
        return issued

    def revoke(self, token_id: str) -> WorkerToken:
        """End a token now. Raises NotFound for one that is not there or has ended."""
        token = self._valid(token_id)
        token.revoked_at, token.revoked_by = self._context.clock.now(), self._context.actor.id
        self._note("token.revoked", token)
        return token

    def _note(self, event: str, token: WorkerToken) -> None:
        said = f"{token.name} {token.id}"
        PluginLog(self._context).write(token.plugin, event, county=token.county or "", reason=said)

    def _valid(self, token_id: str) -> WorkerToken:
        token = self._context.session.get(WorkerToken, token_id)
        if token is None or token.revoked_at is not None or token.expires_at <= self._context.clock.now():
            raise NotFound(token_id=token_id)
        return token

    def all(self, plugin: str | None = None) -> Sequence[WorkerToken]:
        """Return the tokens, ended ones too, newest first."""
        select = sa.select(WorkerToken).order_by(WorkerToken.created_at.desc(), WorkerToken.id)
        if plugin is not None:
            select = select.where(WorkerToken.plugin == plugin)
        return self._context.session.scalars(select).all()

    def find(self, secret: str) -> tuple[Scope, bool] | None:
        """Return what a secret gives a right to, and whether its use should be noted; None when it does not hold."""
        found = self._context.session.scalars(
            sa.select(WorkerToken).where(WorkerToken.digest == digest_of(secret))
        ).one_or_none()
        now = self._context.clock.now()
        if found is None or found.revoked_at is not None or found.expires_at <= now:
            return None
        stale = found.last_used_at is None or now - found.last_used_at >= USED_EVERY
        return Scope(found.id, found.plugin, found.name, frozenset(found.topics), found.county), stale

    def touch(self, scope: Scope) -> None:
        """Note that a token is in use."""
        self._context.session.execute(
            sa.update(WorkerToken)
            .where(WorkerToken.id == scope.token_id)
            .values(last_used_at=self._context.clock.now())
        )


def external_topics(handlers: Iterable[Handler], plugin: str) -> list[str]:
    """Return the ids of a plugin's handlers that systems elsewhere do."""
    return sorted(handler.id for handler in handlers if handler.external and handler.plugin == plugin)


def digest_of(secret: str) -> str:
    """Return what is stored of a secret. A fast hash is enough: 256 random bits are not guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
