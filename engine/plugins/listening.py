"""Channels and subscriptions as data: described in the plugin's process, restored by the host, called by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from engine.declaration import NAME, Retry, schema_of
from engine.hookspecs import PluginInfo
from engine.plugins.answers import FILTERS, Channel, Hear, Send, Subscription

Functions = dict[str, Callable[..., Any]]
Json = dict[str, Any]
Called = TypeVar("Called", Channel, Subscription)

LONGEST = 300.0
"""Seconds that a channel or subscription may take at most: it is a message, not a piece of work."""


def channel_function(channel_id: str) -> str:
    """Return the name by which the host calls a channel."""
    return f"channel:{channel_id}"


def subscription_function(name: str) -> str:
    """Return the name by which the host calls a subscription."""
    return f"subscription:{name}"


def describe_channels(info: PluginInfo, channels: Iterable[Any], functions: Functions) -> list[Json]:
    """Return the channels as JSON; raise TypeError or ValueError for what is none."""
    described = []
    for channel in _all(channels, Channel, lambda each: each.id):
        if channel.send is None:
            raise TypeError(f"channel {channel.id!r} has no send")
        _check_channel(info, channel)
        functions[channel_function(channel.id)] = partial(_called, channel.send)
        described.append({"id": channel.id, "title": channel.title, "needs": list(channel.needs), **_terms(channel)})
    return described


def restore_channels(info: PluginInfo, described: Any) -> tuple[Channel, ...]:
    """Return the channels, without functions; raise KeyError, TypeError or ValueError for what is none."""
    channels = tuple(
        Channel(str(each["id"]), str(each["title"]), None, tuple(map(str, each["needs"])), *_restored(each))
        for each in list(described)
    )
    for channel in _all(channels, Channel, lambda each: each.id):
        _check_channel(info, channel)
    return channels


def describe_subscriptions(_info: PluginInfo, subscriptions: Iterable[Any], functions: Functions) -> list[Json]:
    """Return the subscriptions as JSON; raise TypeError or ValueError for what is none."""
    described = []
    for each in _all(subscriptions, Subscription, lambda each: each.name):
        if each.function is None:
            raise TypeError(f"subscription {each.name!r} has no function")
        _check_terms(each.name, each)
        functions[subscription_function(each.name)] = partial(_called, each.function)
        wanted = {key: list(values) for key, values in each.filter.items()}
        described.append({"event": each.event, "name": each.name, "filter": wanted, **_terms(each)})
    return described


def restore_subscriptions(_info: PluginInfo, described: Any) -> tuple[Subscription, ...]:
    """Return the subscriptions, without functions; raise KeyError, TypeError or ValueError for what is none."""
    subscriptions = []
    for each in list(described):
        wanted = {key: tuple(map(str, values)) for key, values in dict(each["filter"]).items() if key in FILTERS}
        if len(wanted) != len(each["filter"]):
            raise ValueError(f"a filter of {each['name']} that there is not")
        subscriptions.append(Subscription(str(each["event"]), str(each["name"]), wanted, *_restored(each)))
    for subscription in _all(subscriptions, Subscription, lambda each: each.name):
        _check_terms(subscription.name, subscription)
    return tuple(subscriptions)


def _called(function: Send | Hear, context: Any, payload: Mapping[str, Any]) -> object:
    return function(payload, context)


def _all(answer: Iterable[Any], kind: type[Called], name: Callable[[Called], str]) -> list[Called]:
    found: dict[str, Called] = {}
    for each in answer:
        if not isinstance(each, kind):
            raise TypeError(f"{each!r} is no {kind.__name__}")
        if not NAME.fullmatch(name(each)):
            raise ValueError(f"{name(each)!r} must be a lower_case name")
        if name(each) in found:
            raise ValueError(f"there are two {kind.__name__}s {name(each)!r}")
        found[name(each)] = each
    return list(found.values())


def _check_channel(info: PluginInfo, channel: Channel) -> None:
    if not channel.title:
        raise ValueError(f"channel {channel.id!r} needs a title; people see it")
    if unknown := sorted(set(channel.needs) - set(schema_of(info.settings, "Settings")().fields)):
        raise ValueError(f"channel {channel.id!r} needs {unknown}, which are no settings of the plugin")
    _check_terms(channel.id, channel)


def _check_terms(name: str, each: Channel | Subscription) -> None:
    if not 0 < each.timeout <= LONGEST:
        raise ValueError(f"{name!r}: a timeout lies between 0 and {LONGEST:g} seconds")
    if not (1 <= each.retry.attempts <= 100 and each.retry.backoff >= 0 and each.retry.factor >= 1):
        raise ValueError(f"{name!r}: 1 to 100 attempts, a backoff of 0 or more, a factor of 1 or more")


def _terms(each: Channel | Subscription) -> Json:
    return {"timeout": each.timeout, "retry": {name: getattr(each.retry, name) for name in Retry.__slots__}}


def _restored(each: Mapping[str, Any]) -> tuple[float, Retry]:
    retry = each["retry"]
    return float(each["timeout"]), Retry(int(retry["attempts"]), *(float(retry[n]) for n in Retry.__slots__[1:]))
