"""Importing a department's plugin, in its own process: what it declares as data, and what may be called in it."""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy
from marshmallow import RAISE

from engine import hookspecs
from engine.declaration import Handler, schema_of
from engine.description import describe_handler, describe_plugin
from engine.hookspecs import PluginInfo
from engine.plugins.checks import Unfit, check_handlers, check_hooks, check_info
from engine.plugins.context import Context
from engine.plugins.hooks import ASKED, CALLED

if TYPE_CHECKING:
    from engine.plugins.database import OwnDatabase

DEPRECATIONS = 20
"""Warnings of one plugin that are kept: enough to see what is wrong, too few to fill a page."""

Function = Callable[[Context, Mapping[str, Any]], Any]


@dataclass
class Loaded:
    """A plugin that was imported.

    Attributes:
        info: who it is.
        handlers: id → handler.
        functions: what else may be called: name of a hook, or what a hook declared, e.g. `channel:sms`.
        described: all of it as data, for the host.
        databases: the plugin's own, by its address, once it was given.
    """

    info: PluginInfo
    handlers: dict[str, Handler]
    functions: dict[str, Function] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    databases: dict[str, OwnDatabase] = field(default_factory=dict)

    def transaction(self, address: str | None) -> AbstractContextManager[Any]:
        """Give a transaction in the plugin's own database; one that gives nothing where it has none."""
        if address is None:
            return nullcontext()
        if address not in self.databases:
            from engine.plugins.database import OwnDatabase  # noqa: PLC0415  see own_tables.py

            self.databases[address] = OwnDatabase(address)
        return self.databases[address].transaction()

    def settings(self, values: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
        """Return the settings that the host gave, as Python values; raise marshmallow's ValidationError.

        Of a hook that is called for no county, required ones may be missing (`partial`): counties may have their own.
        """
        schema = schema_of(self.info.settings, f"{self.info.name}.Settings")
        loaded: dict[str, Any] = schema(unknown=RAISE).load(dict(values), partial=partial)
        return loaded


def load(name: str, module: str) -> Loaded:
    """Import a plugin and ask it what it declares.

    Raises:
        Unfit: with the stage at which it failed.
    """
    with recorded() as deprecations:
        began = time.perf_counter()
        plugin = _import(module)
        seconds = time.perf_counter() - began
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        hooks = check_hooks(manager, plugin, hookspecs.DEPARTMENT_HOOKS)
        try:
            manager.register(plugin, name=name)
        except pluggy.PluginValidationError as error:
            raise Unfit("hooks", str(error)) from error
        loaded = _ask(name, manager, hooks)
    loaded.described |= {"hooks": hooks, "import_seconds": seconds, "deprecations": deprecations[:DEPRECATIONS]}
    return loaded


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Collect the deprecations that a plugin runs into while it is loaded, as texts with file and line."""
    texts: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield texts
    outdated = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
    said = (f"{each.filename}:{each.lineno}: {each.message}" for each in caught if issubclass(each.category, outdated))
    texts += dict.fromkeys(said)


def _ask(name: str, manager: pluggy.PluginManager, hooks: list[str]) -> Loaded:
    info = check_info(name, next(iter(manager.hook.onegrid_plugin()), None))
    declared = [handler for handlers in manager.hook.onegrid_handlers() for handler in handlers]
    loaded = Loaded(info, check_handlers(info, declared, core=False))
    try:
        handlers = [describe_handler(handler) for handler in loaded.handlers.values()]
        loaded.described = {"plugin": describe_plugin(info), "handlers": handlers}
    except ValueError as error:
        raise Unfit("handlers", str(error)) from error
    answers = {}
    for hook in hooks:
        caller = getattr(manager.hook, hook)
        if hook in ASKED:
            answers[hook] = _describe(hook, next(iter(caller()), None), loaded)
        elif hook in CALLED:
            loaded.functions[hook] = _calling(caller)
    loaded.described["declared"] = answers
    return loaded


def _describe(hook: str, answer: Any, loaded: Loaded) -> Any:
    try:
        return ASKED[hook].describe(loaded.info, answer, loaded.functions)
    except (AttributeError, OSError, TypeError, ValueError) as error:
        raise Unfit(hook.removeprefix(hookspecs.PREFIX), str(error)) from error


def _calling(caller: pluggy.HookCaller) -> Function:
    return lambda context, payload: next(iter(caller(**payload, ctx=context)), None)


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except BaseException as error:  # SystemExit in a plugin's module must be told, not obeyed
        raise Unfit("import", f"{type(error).__name__}: {error}") from error
