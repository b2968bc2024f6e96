"""The hooks of a department's plugin beside its handlers: which are asked once, at load, and which are called.

The answer of a hook that is asked travels as data: `describe` makes JSON of it in the plugin's process, `restore` reads
that in the host, which believes nothing of it. A hook that is called runs in the plugin's process with a time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.hookspecs import PluginInfo
from engine.plugins.content import describe_content, restore_content
from engine.plugins.listening import (
    describe_channels,
    describe_subscriptions,
    restore_channels,
    restore_subscriptions,
)
from engine.plugins.models import describe_models
from engine.plugins.own_tables import restore_models

Describe = Callable[[PluginInfo, Any, dict[str, Callable[..., Any]]], Any]
Restore = Callable[[PluginInfo, Any], Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A hook whose answer is kept as data.

    Attributes:
        describe: (info, answer, functions) → JSON. Functions that the host may call later are added to `functions`
            under a name that the JSON tells, each as function(ctx, payload). Raises TypeError, ValueError or OSError.
        restore: (info, JSON) → what `PluginRecord.declared` keeps. Raises TypeError, KeyError or ValueError.
    """

    describe: Describe
    restore: Restore


ASKED: Mapping[str, Asked] = {
    "onegrid_channels": Asked(describe_channels, restore_channels),
    "onegrid_content": Asked(describe_content, restore_content),
    "onegrid_models": Asked(describe_models, restore_models),
    "onegrid_subscriptions": Asked(describe_subscriptions, restore_subscriptions),
}

CALLED = frozenset({"onegrid_health", "onegrid_hints", "onegrid_identity"})
"""Called as hook(**payload, ctx=ctx) by `PluginHost.call`."""
