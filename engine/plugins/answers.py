"""What departments' plugins answer to hooks beside handlers and content. Light: it is imported in their processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.declaration import Retry
from engine.plugins.context import Context

PATIENT = Retry(attempts=8, backoff=5.0)
"""Tried for about three hours: who is told of something can do without it for a while."""

Send = Callable[[Mapping[str, Any], Context], str | None]
Hear = Callable[[Mapping[str, Any], Context], object]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way by which messages reach people beside the pages.

    Attributes:
        id: lower_case, unique in the plugin.
        title: shown to people.
        send: send(message, ctx) → receipt, the far system's number of the message or None. Called at least once:
            `ctx.idempotency_key` names the message to a far system. Raises RetryLater or anything for a failure.
        needs: names of the plugin's settings without which it is not used.
        timeout: seconds until the call is stopped.
        retry: how often it is tried.
    """

    id: str
    title: str
    send: Send | None = field(default=None, compare=False, repr=False)
    needs: tuple[str, ...] = ()
    timeout: float = 30.0
    retry: Retry = PATIENT


@dataclass(frozen=True, slots=True)
class PluginChannel:
    """A channel, and whose it is: the plugin's name and its department's code."""

    plugin: str
    department: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Subscription:
    """Events of cases that a plugin wants to hear of; made by `on`.

    Attributes:
        event: one of `engine.services.history.EVENTS`, e.g. `instance.ended`.
        name: of the function, unique in the plugin.
        filter: what the event must be about: `process`, `element`, `county` → the values that are wanted.
    """

    event: str
    name: str
    filter: Mapping[str, tuple[str, ...]]
    timeout: float = 30.0
    retry: Retry = PATIENT
    function: Hear | None = field(default=None, compare=False, repr=False)


FILTERS = ("process", "element", "county")


def on(
    event: str,
    function: Hear,
    filter: Mapping[str, str | Iterable[str]] | None = None,  # noqa: A002  the hook's own word
    *,
    timeout: float = 30.0,
    retry: Retry = PATIENT,
) -> Subscription:
    """Let a function hear of an event: function(event, ctx), at least once, in order per case, after its transaction.

    `event` is a mapping: `event, at, process, element, element_name, instance_id, business_key, county, org_unit`.

    Raises:
        ValueError: a filter that there is not.
    """
    wanted = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in (filter or {}).items()}
    if unknown := sorted(set(wanted) - set(FILTERS)):
        raise ValueError(f"on({event!r}): there is no filter {unknown}; there are {', '.join(FILTERS)}")
    return Subscription(event, function.__name__, wanted, timeout, retry, function)


@dataclass(frozen=True, slots=True)
class Hint:
    """A suggestion about a report, for a person to take or leave.

    Attributes:
        about: `category`, `department`, `urgency` or `duplicate_of`.
        value: the code suggested; of a department the plugin's own only.
        score: how sure it is, above 0 up to 1.
        reason: why, for the person who decides.
        reason_en: the same in English.
    """

    about: str
    value: str
    score: float
    reason: str
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What a department's sign-on says of a person; rights are granted by the installation, not here.

    Attributes:
        person: the department's own id of the person.
        name: shown to others.
        department: the plugin's own department.
        posts: names of posts as the department calls them.
    """

    person: str
    name: str
    department: str
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """What a subscription is told of; `as_told` is what travels. No names of people and nothing that they wrote."""

    event: str
    at: datetime
    process: str
    element: str
    element_name: str
    instance_id: str
    business_key: str | None
    county: str
    org_unit: str

    def wanted(self, subscription: Subscription) -> bool:
        """Return whether it is what the subscription waits for."""
        if self.event != subscription.event:
            return False
        return all(getattr(self, key) in values for key, values in subscription.filter.items())

    def as_told(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {name: getattr(self, name) for name in self.__slots__} | {"at": self.at.isoformat()}
