"""The door for every plugin: what a department's distribution imports, and nothing else of the engine.

It pulls in marshmallow and pluggy only, so that a plugin's process starts fast. `__all__` is the contract;
`API_VERSION` changes with it (major: breaking, minor: additions).
"""

from marshmallow import Schema, ValidationError, fields, validate

from engine.declaration import (
    BusinessError,
    GridRef,
    Handler,
    IncidentRef,
    Retry,
    RetryLater,
    Secret,
    SecretText,
    UnitRef,
    external,
    handler,
)
from engine.duty_calendar import DutyCalendar, Shift
from engine.hookspecs import API_VERSION, Check, Models, PluginInfo, hookimpl
from engine.plugins.answers import Channel, Hint, IdentityFacts, Subscription, on
from engine.plugins.context import CapabilityDenied, Context

__all__ = [
    "API_VERSION",
    "BusinessError",
    "CapabilityDenied",
    "Channel",
    "Check",
    "Context",
    "DutyCalendar",
    "GridRef",
    "Handler",
    "Hint",
    "IdentityFacts",
    "IncidentRef",
    "Models",
    "PluginInfo",
    "Retry",
    "RetryLater",
    "Schema",
    "Secret",
    "SecretText",
    "Shift",
    "Subscription",
    "UnitRef",
    "ValidationError",
    "external",
    "fields",
    "handler",
    "hookimpl",
    "on",
    "validate",
]
