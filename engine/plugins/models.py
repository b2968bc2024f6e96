"""The hook `onegrid_models` in the plugin's process: its tables told as data, its migrations run when the host asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from engine.hookspecs import Models, PluginInfo
from engine.plugins.context import Context

MIGRATE = "migrate"
"""What the host calls in the plugin's process to bring its tables up to date."""


def describe_models(info: PluginInfo, answer: Any, functions: dict[str, Callable[..., Any]]) -> Any:
    """Return the tables of a plugin as JSON; raise TypeError for what is no Models."""
    from engine.plugins.metadata import tables_of  # noqa: PLC0415  only plugins that own tables pay for it

    if not isinstance(answer, Models):
        raise TypeError("onegrid_models must return Models(metadata, migrations)")
    functions[MIGRATE] = lambda context, _payload: _migrate(info.name, answer, context)
    return [asdict(table) for table in tables_of(answer.metadata)]


def _migrate(plugin: str, models: Models, context: Context) -> str:
    from engine.plugins.database import migrate  # noqa: PLC0415  as above

    return migrate(plugin, models.migrations, context.session)
