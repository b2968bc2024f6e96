"""Channels and subscriptions as a plugin declares them: described, restored, refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.declaration import Retry, fields
from engine.hookspecs import PluginInfo
from engine.plugins.answers import Channel, Subscription, on
from engine.plugins.listening import (
    describe_channels,
    describe_subscriptions,
    restore_channels,
    restore_subscriptions,
)

INFO = PluginInfo("fire", "消防", ">=1.0,<2", settings={"url": fields.Url()})


def send(message: Any, ctx: Any) -> str:
    return f"{message} {ctx}"


def test_what_is_declared_comes_back_without_its_functions() -> None:
    functions: dict[str, Callable[..., Any]] = {}
    channels = [Channel("pager", "寻呼", send, ("url",), 5, Retry(2))]
    subscriptions = [on("task.completed", send, {"process": "p", "county": ["1", "2"]}, timeout=7)]
    assert restore_channels(INFO, describe_channels(INFO, channels, functions)) == tuple(channels)
    assert restore_subscriptions(INFO, describe_subscriptions(INFO, subscriptions, functions)) == tuple(subscriptions)
    assert subscriptions[0].filter == {"process": ("p",), "county": ("1", "2")}
    assert set(functions) == {"channel:pager", "subscription:send"}
    assert functions["channel:pager"]("ctx", "message") == "message ctx"


BAD: list[tuple[Any, str]] = [
    ([Channel("pager", "寻呼")], "has no send"),
    ([Channel("Pager", "寻呼", send)], "lower_case"),
    ([Channel("pager", "", send)], "needs a title"),
    ([Channel("pager", "寻呼", send, ("token",))], "no settings of the plugin"),
    ([Channel("pager", "寻呼", send, (), 0)], "a timeout lies between"),
    ([Channel("pager", "寻呼", send, (), 1, Retry(0))], "1 to 100 attempts"),
    ([Channel("pager", "寻呼", send), Channel("pager", "二", send)], "there are two"),
    ([send], "is no Channel"),
]


@pytest.mark.parametrize(("answer", "reason"), BAD)
def test_a_channel_that_is_not_one_is_refused(answer: list[Any], reason: str) -> None:
    with pytest.raises((TypeError, ValueError), match=reason):
        describe_channels(INFO, answer, {})


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([Subscription("e", "hear", {})], "has no function"),
        ([on("e", lambda event, ctx: None)], "lower_case"),
        ([on("e", send), on("f", send)], "there are two"),
        ([on("e", send, timeout=1000)], "a timeout lies between"),
        ([1], "is no Subscription"),
    ],
)
def test_a_subscription_that_is_not_one_is_refused(answer: list[Any], reason: str) -> None:
    with pytest.raises((TypeError, ValueError), match=reason):
        describe_subscriptions(INFO, answer, {})


def test_a_filter_that_there_is_not_is_said() -> None:
    with pytest.raises(ValueError, match="there is no filter \\['actor'\\]"):
        on("task.completed", send, {"actor": "x"})


@pytest.mark.parametrize("data", [None, 1, [1], [{}], [{"event": "e", "name": "n", "filter": {"actor": ["x"]}}]])
def test_the_host_takes_no_nonsense(data: Any) -> None:
    for restore in (restore_channels, restore_subscriptions):
        with pytest.raises((TypeError, ValueError, KeyError)):
            restore(INFO, data)
