"""What is known of one plugin: for the operator's page, `plugins list` and `doctor`. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.declaration import Handler
from engine.findings import Finding
from engine.hookspecs import PluginInfo
from engine.plugins.lanes import PluginLanes


class PluginState(StrEnum):
    """Whether a plugin may be used. A quarantined one is left out of everything; the others go on."""

    READY = "ready"
    QUARANTINED = "quarantined"


@dataclass(eq=False)
class PluginRecord:
    """What the operator is shown of one plugin.

    Attributes:
        name: of the plugin; core plugins carry the last part of their module's name.
        module: what is imported, by the host (core) or by the plugin's own process (department).
        core: whether it runs in the host.
        stage, reason, trace: why it is quarantined: where it failed, one line, and the end of the traceback.
        seconds: what the import took.
        hooks: those that it implements.
        declared: hook → what it answered at load, restored (`engine/plugins/hooks.py`); of a department's plugin.
        deprecations: what it uses that will go, as the warnings say it.
        findings: what the deploy gate says of its content (`engine/contents.py`).
        warnings: what an operator should know though the plugin works.
        process: its processes; None for a core plugin.
    """

    name: str
    module: str
    core: bool
    distribution: str = ""
    version: str = ""
    state: PluginState = PluginState.READY
    stage: str = ""
    reason: str = ""
    trace: str = ""
    seconds: float = 0.0
    info: PluginInfo | None = None
    hooks: Sequence[str] = ()
    declared: Mapping[str, Any] = field(default_factory=dict)
    deprecations: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    warnings: Sequence[str] = ()
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    process: PluginLanes | None = None

    @property
    def title(self) -> str:
        """The plugin's title, or its name when it never said one."""
        return self.info.title if self.info else self.name

    @property
    def starts(self) -> int:
        """How often its process was started; 0 for a core plugin."""
        return self.process.starts if self.process else 0

    @property
    def kills(self) -> int:
        """How often its process was stopped at a handler's time limit."""
        return self.process.kills if self.process else 0
