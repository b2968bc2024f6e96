"""What the services of one transaction share, and what all transactions of one process share. No behaviour."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from engine.bpmn.environment import Environment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.bpmn.definition import Definition
    from engine.clock import Clock
    from engine.declaration import Handler
    from engine.feel.runtime import Feel
    from engine.forms import FormField
    from engine.hookspecs import PluginInfo
    from engine.jobs.queue import JobQueue
    from engine.plugins.answers import PluginChannel
    from engine.plugins.own_reports import OwnReport
    from engine.types import Actor
    from engine.vault import Vault


class Plugins(Protocol):
    """What the services need of the plugin host (`engine.plugins.host.PluginHost`)."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Handler id → declaration, of all plugins that are loaded."""
        ...

    @property
    def form_fields(self) -> Mapping[str, FormField]:
        """Type → custom form field, of the core plugins."""
        ...

    @property
    def field_types(self) -> Collection[str] | None:
        """Types of custom form fields that a deployed form may have; None: any."""
        ...

    @property
    def participants(self) -> Collection[str]:
        """Candidate groups whose posts see only the cases in which their holders take part."""
        ...

    @property
    def channels(self) -> Sequence[PluginChannel]:
        """The channels of the departments' plugins that are ready."""
        ...

    @property
    def reports(self) -> Sequence[OwnReport]:
        """The reports that departments' plugins declare, over their own tables."""
        ...

    def info(self, plugin: str) -> PluginInfo | None:
        """Return what a plugin that is loaded says of itself, or None."""
        ...


@dataclass(frozen=True)
class Runtime:
    """What one operating-system process shares: expressions, clock, plugins, queue, vault and the parsed definitions.

    `definitions` maps definition id → parsed definition; definitions are immutable, so entries never go stale.
    """

    feel: Feel
    clock: Clock
    plugins: Plugins
    queue: JobQueue
    vault: Vault
    definitions: dict[str, Definition]

    @property
    def environment(self) -> Environment:
        """What the BPMN room needs of it."""
        plugins = self.plugins
        return Environment(self.feel, self.clock, plugins.handlers, field_types=plugins.field_types)


@dataclass(frozen=True)
class Context:
    """One transaction: its session, who acts, and the runtime."""

    session: Session
    actor: Actor
    runtime: Runtime

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.runtime.clock


Answer = dict[str, Any]
Doing = Callable[[], Answer]
