"""What a department's plugin says of itself, taken up into its record once everything of it has been checked."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Mapping
from typing import Any

from engine.description import restore_handler, restore_plugin
from engine.hookspecs import DEPARTMENT_HOOKS
from engine.plugins.checks import Unfit, check_capabilities, check_handlers, check_info
from engine.plugins.hooks import ASKED
from engine.plugins.record import PluginRecord, PluginState

TRACE_LENGTH = 4000


def accept(record: PluginRecord, described: Mapping[str, Any], capabilities: Collection[str]) -> None:
    """Fill the record with what the plugin's process described; raise Unfit when it is not the plugin's to declare."""
    try:
        info = restore_plugin(described["plugin"])
        handlers = [restore_handler(data) for data in described["handlers"]]
        declared = {hook: ASKED[hook].restore(info, answer) for hook, answer in described["declared"].items()}
        record.seconds = float(described["import_seconds"])
        record.hooks = sorted(DEPARTMENT_HOOKS & set(described["hooks"]))
        record.deprecations = [str(text) for text in described["deprecations"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unfit("describe", f"its description is not one: {type(error).__name__}: {error}") from error
    record.info = check_info(record.name, info)
    check_capabilities(record.info, capabilities)
    record.handlers = check_handlers(record.info, handlers, core=False)
    record.declared = declared


def quarantine(record: PluginRecord, error: Exception) -> None:
    """Leave a plugin out of everything, and keep why."""
    record.state = PluginState.QUARANTINED
    record.trace = "".join(traceback.format_exception(error.__cause__ or error))[-TRACE_LENGTH:]
    if isinstance(error, Unfit):
        record.stage, record.reason, record.trace = error.stage, str(error), error.trace or record.trace
    else:
        record.stage, record.reason = "hooks", f"{type(error).__name__}: {error}"
    record.handlers = {}
    if record.process is not None:
        record.process.close()
