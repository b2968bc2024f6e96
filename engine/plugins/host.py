"""The plugin host: which plugins there are, what they declare, and how their handlers are run.

Core plugins are imported and registered with pluggy. A department's plugin is never imported here: its own process
says what it declares, and the host keeps that as data.
"""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

import engine.hookspecs
from engine.declaration import Handler
from engine.errors import PluginRefused
from engine.hookspecs import PREFIX, PROJECT, Capability, PluginInfo
from engine.outcome import Answered, Failed, Outcome
from engine.plugins.answers import PluginChannel
from engine.plugins.broker import Asker, Begin, Broker
from engine.plugins.checks import Unfit, check_handlers, check_hooks, check_info
from engine.plugins.departments import Departments
from engine.plugins.described import quarantine
from engine.plugins.loading import recorded
from engine.plugins.own_databases import OwnDatabases, check_declared, declared_reports, settle
from engine.plugins.own_reports import OwnReport
from engine.plugins.process import NO_CASE, Answer, answering, no_questions
from engine.plugins.record import PluginRecord, PluginState
from engine.plugins.running import DEFAULT_LIMITS, Limits
from engine.plugins.sources import Find, Source, finding, installed

if TYPE_CHECKING:
    from engine.forms import FormField

log = logging.getLogger(__name__)

CORE_PACKAGE = "plugins"
"""Where the built-in core plugins are. By name: the engine imports no plugin."""


T = TypeVar("T")


class PluginHost:
    """The plugins of one operating-system process of the host.

    Attributes:
        handlers: handler id → declaration, of all plugins that are ready. A department's has no function.
        form_fields: type → custom form field, of the core plugins.
        field_types: their types; a form with another is not deployed. None: any may be.
        capabilities: name → what departments' handlers may be granted.
        participants: candidate groups whose posts see only the cases in which their holders take part.
        hook: pluggy's caller of the core plugins' hooks.
        databases: what the departments' plugins keep, once they were given databases.
    """

    def __init__(self, hookspecs: Sequence[ModuleType] = (), limits: Limits = DEFAULT_LIMITS) -> None:
        """Prepare a host without plugins; `hookspecs` are modules of hooks beside the engine's, e.g. the web's."""
        self._manager = pluggy.PluginManager(PROJECT)
        for module in (engine.hookspecs, *hookspecs):
            self._manager.add_hookspecs(module)
        self._known = {name for name in vars(self._manager.hook) if name.startswith(PREFIX)}
        self._broker = Broker()
        self.handlers: dict[str, Handler] = {}
        self.form_fields: dict[str, FormField] = {}
        self.field_types: Collection[str] | None = self.form_fields
        self.capabilities: dict[str, Capability] = {}
        self.participants: set[str] = set()
        self.databases: OwnDatabases | None = None
        self._core: list[PluginRecord] = []
        self._departments = Departments(limits, self.capabilities, partial(check_declared, hook=self.hook))
        self._find: Find = tuple

    @property
    def records(self) -> list[PluginRecord]:
        """One a plugin found, the quarantined included, in the order of loading."""
        return [*self._core, *self._departments.records]

    @property
    def hook(self) -> pluggy.HookRelay:
        """The core plugins' hooks, to be called with keywords."""
        return self._manager.hook

    def load(
        self,
        core: Sequence[str] | None = None,
        departments: Iterable[Source] | Find | None = None,
        *,
        strict: bool = False,
    ) -> PluginHost:
        """Load plugins one by one, put those that fail in quarantine, and return the host. To be called once.

        Args:
            core: import names, e.g. `plugins.grid_registry`; None: the built-in ones, `plugins.BUILTIN`.
            departments: where departments' plugins are, or what finds them, now and at each `refresh`; None: what is
                installed in this environment.
            strict: raise for the first plugin that fails, as builds should.

        Raises:
            PluginRefused: strict, and a plugin failed.
        """
        for module in builtin() if core is None else core:
            self._load_core(module)
        self._broker = Broker(self.capabilities.values())
        self._find = finding(installed if departments is None else departments)
        self._departments.load(self._find(), self._taken())
        self._gather()
        if strict:
            self._insist()
        return self

    def refresh(self, forced: Collection[str] = ()) -> list[str]:
        """Look whether departments' plugins came, went or have changed, and replace those; return their names.

        Nothing else is stopped meanwhile. May take as long as a plugin's process takes to start.

        Args:
            forced: names of plugins to replace though nothing seems to have changed.
        """
        changed = self._departments.refresh(self._find(), self._taken(), forced)
        if changed:
            self._gather()
        return changed

    @property
    def channels(self) -> list[PluginChannel]:
        """The channels of the departments' plugins that are ready."""
        return [
            PluginChannel(record.name, record.info.department, channel)
            for record in self.records
            if record.info is not None and record.state is PluginState.READY
            for channel in record.declared.get("onegrid_channels", ())
        ]

    def info(self, plugin: str) -> PluginInfo | None:
        """Return what a plugin that is ready says of itself, or None."""
        found = (r.info for r in self.records if r.name == plugin and r.state is PluginState.READY)
        return next(found, None)

    def run(self, handler_id: str, job: Mapping[str, Any], begin: Begin) -> Outcome:
        """Run one attempt at a job of a department's handler in its plugin's process; return how it ended.

        Args:
            handler_id: of a department's handler.
            job: `id, attempt, idempotency_key, inputs, county, org_unit, org_path, business_key`, and `settings`.
            begin: `Engine.begin`, for the questions the handler asks. No transaction may be open around this call.
        """
        record = self._departments.find(handler_id.partition(".")[0])
        handler = record.handlers.get(handler_id) if record else None
        if record is None or record.process is None or record.info is None or handler is None:
            text = f"there is no handler {handler_id!r} of a department: its plugin is missing or quarantined"
            return Failed(text, counts=False, spared=True)
        if errors := handler.inputs().validate(dict(job["inputs"])):
            return Failed(f"its inputs do not fit its declaration: {errors}", retryable=False, counts=False)
        asker = Asker(record.info, handler.id, handler.uses, job["org_path"], begin)
        return record.process.run(handler, job, answering(self._broker, asker))

    def call(
        self,
        plugin: str,
        name: str,
        payload: Mapping[str, Any],
        timeout: float,
        case: Mapping[str, Any] = NO_CASE,
        begin: Begin | None = None,
    ) -> Answered | Failed:
        """Call a hook of a department's plugin in its process; return what it returned. Never raises for what it does.

        Args:
            plugin: its name.
            name: of the hook, or of a function that a hook declared (`engine/plugins/hooks.py`).
            payload: the hook's arguments beside `ctx`, as JSON.
            timeout: seconds until it is stopped, those included that it waits for the plugin's other work.
            case: what it is told of the case, with the keys of NO_CASE, and `settings`.
            begin: `Engine.begin`, where the hook may ask the questions its plugin may ask, about the case's place.
        """
        record = self._departments.find(plugin)
        if record is None or record.process is None or record.info is None:
            return Failed(f"there is no plugin {plugin!r} of a department, or it is quarantined")
        answer: Answer = no_questions
        if begin is not None:
            answer = answering(self._broker, Asker(record.info, name, record.info.uses, case["org_path"], begin))
        return record.process.call(name, payload, case, timeout, answer)

    def give_databases(self, databases: OwnDatabases) -> None:
        """Give each plugin that owns tables its database, brought up to date, now and when it is replaced."""
        self.databases = databases
        self._departments.settle_by(partial(settle, databases=databases, hook=self.hook))
        self._gather()

    @property
    def reports(self) -> list[OwnReport]:
        """The reports of the plugins that are ready and have their databases."""
        databases = self.databases
        if databases is None:
            return []
        return [
            replace(report, rows=partial(databases.rows, report.plugin, report.table))
            for record in self.records
            if record.state is PluginState.READY and not record.core
            for report in declared_reports(record)
        ]

    def close(self) -> None:
        """Stop the departments' processes. What they declared stays known."""
        self._departments.close()

    def _gather(self) -> None:
        """Collect what all plugins declare into a dictionary of its own: others read the old one meanwhile."""
        self.handlers = {id_: handler for record in self.records for id_, handler in record.handlers.items()}

    def _taken(self) -> dict[str, str]:
        return {record.name: record.module for record in self._core}

    def _insist(self) -> None:
        """Raise for the first plugin that failed."""
        failed = next((record for record in self.records if record.state is PluginState.QUARANTINED), None)
        if failed is not None:
            self.close()
            message = f"插件“{failed.name}”未能加载（{failed.stage}）：{failed.reason}"
            raise PluginRefused(message, plugin=failed.name, stage=failed.stage)

    def _load_core(self, module: str) -> None:
        record = PluginRecord(module.rpartition(".")[2], module, core=True)
        self._core.append(record)
        try:
            with recorded() as deprecations:
                self._register_core(record)
        except Exception as error:  # noqa: BLE001  one bad plugin must not keep the others from loading
            quarantine(record, error)
            if self._manager.has_plugin(record.name):
                self._manager.unregister(name=record.name)
            log.warning("plugin quarantined", extra={"plugin": record.name, "stage": record.stage})
        record.deprecations = deprecations

    def _register_core(self, record: PluginRecord) -> None:
        began = time.perf_counter()
        module = _import(record.module)
        record.seconds = time.perf_counter() - began
        self._check_name(record)
        record.hooks = check_hooks(self._manager, module, self._known)
        try:
            self._manager.register(module, name=record.name)
        except pluggy.PluginValidationError as error:
            raise Unfit("hooks", str(error)) from error
        record.info = check_info(record.name, next(iter(self._ask(module, "onegrid_plugin")), None))
        declared = [handler for group in self._ask(module, "onegrid_handlers") for handler in group]
        record.handlers = check_handlers(record.info, declared, core=True)
        form_fields = [form_field for group in self._ask(module, "onegrid_form_fields") for form_field in group]
        capabilities = [capability for group in self._ask(module, "onegrid_capabilities") for capability in group]
        added_fields = _new("form field", self.form_fields, {each.type: each for each in form_fields})
        added_capabilities = _new("capability", self.capabilities, {each.name: each for each in capabilities})
        self.form_fields.update(added_fields)
        self.capabilities.update(added_capabilities)
        self.participants.update(*self._ask(module, "onegrid_participants"))

    def _ask(self, module: ModuleType, hook: str) -> list[Any]:
        """Call a hook on one plugin alone, so that its failure is its own."""
        others = [plugin for plugin in self._manager.get_plugins() if plugin is not module]
        answers: list[Any] = self._manager.subset_hook_caller(hook, others)()
        return answers

    def _check_name(self, record: PluginRecord) -> None:
        for other in self._core[: self._core.index(record)]:
            if other.name == record.name:
                raise Unfit("name", f"{other.distribution or other.module} has the name {record.name!r} already")


def builtin() -> Sequence[str]:
    """Return the import names of the built-in core plugins."""
    names: Sequence[str] = importlib.import_module(CORE_PACKAGE).BUILTIN
    return names


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except Exception as error:  # whatever stands in a module that is loaded by name
        raise Unfit("import", f"{type(error).__name__}: {error}") from error


def _new(what: str, known: Mapping[str, T], added: Mapping[str, T]) -> Mapping[str, T]:
    for name in added:
        if name in known:
            raise Unfit("hooks", f"another plugin has a {what} {name!r} already")
    return added
