"""The plugin host: which plugins there are, what they declare, and how their handlers are run.

Core plugins are imported and registered with pluggy. A department's plugin is never imported here: its own process
says what it declares, and the host keeps that as data.
"""

from __future__ import annotations

import importlib
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

import engine.hookspecs
from engine.declaration import Handler
from engine.description import restore_handler, restore_plugin
from engine.errors import PluginRefused
from engine.hookspecs import PREFIX, PROJECT, Capability
from engine.outcome import Answered, Failed, Outcome
from engine.plugin_broker import Asker, Begin, Broker
from engine.plugin_checks import Unfit, check_capabilities, check_handlers, check_hooks, check_info
from engine.plugin_hooks import ASKED
from engine.plugin_loading import recorded
from engine.plugin_process import Answer, PluginProcess, answering, no_questions
from engine.plugin_record import PluginRecord, PluginState
from engine.plugin_running import DEFAULT_LIMITS, Limits
from engine.plugin_sources import Source, installed

if TYPE_CHECKING:
    from engine.forms import FormField

log = logging.getLogger(__name__)

CORE_PACKAGE = "plugins"
"""Where the built-in core plugins are. By name: the engine imports no plugin."""

TRACE_LENGTH = 4000

NO_CASE: Mapping[str, Any] = {
    "id": "",
    "attempt": 1,
    "idempotency_key": "",
    "county": "",
    "org_unit": "",
    "org_path": "",
    "business_key": None,
}
"""What a hook is told that is called for no case."""

T = TypeVar("T")


class PluginHost:
    """The plugins of one operating-system process of the host.

    Attributes:
        handlers: handler id → declaration, of all plugins that are ready. A department's has no function.
        form_fields: type → custom form field, of the core plugins.
        capabilities: name → what departments' handlers may be granted.
        records: one a plugin found, the quarantined included, in the order of loading.
        hook: pluggy's caller of the core plugins' hooks.
    """

    def __init__(self, hookspecs: Sequence[ModuleType] = (), limits: Limits = DEFAULT_LIMITS) -> None:
        """Prepare a host without plugins; `hookspecs` are modules of hooks beside the engine's, e.g. the web's."""
        self._manager = pluggy.PluginManager(PROJECT)
        for module in (engine.hookspecs, *hookspecs):
            self._manager.add_hookspecs(module)
        self._limits = limits
        self._known = {name for name in vars(self._manager.hook) if name.startswith(PREFIX)}
        self._broker = Broker()
        self.handlers: dict[str, Handler] = {}
        self.form_fields: dict[str, FormField] = {}
        self.capabilities: dict[str, Capability] = {}
        self.records: list[PluginRecord] = []

    @property
    def hook(self) -> pluggy.HookRelay:
        """The core plugins' hooks, to be called with keywords."""
        return self._manager.hook

    def load(
        self,
        core: Sequence[str] | None = None,
        departments: Iterable[Source] | None = None,
        *,
        strict: bool = False,
    ) -> PluginHost:
        """Load plugins one by one, put those that fail in quarantine, and return the host. To be called once.

        Args:
            core: import names, e.g. `plugins.grid_registry`; None: the built-in ones, `plugins.BUILTIN`.
            departments: where departments' plugins are; None: what is installed in this environment.
            strict: raise for the first plugin that fails, as builds should.

        Raises:
            PluginRefused: strict, and a plugin failed.
        """
        for module in builtin() if core is None else core:
            record = PluginRecord(module.rpartition(".")[2], module, core=True)
            self.records.append(record)
            self._attempt(record, partial(self._load_core, record), strict)
        self._broker = Broker(self.capabilities.values())
        sources = installed() if departments is None else departments
        # all are started before the first is waited for
        for record, process in [self._launch(source, strict) for source in sources]:
            if record.state is PluginState.READY:
                self._attempt(record, partial(self._load_department, record, process), strict)
        return self

    def run(self, handler_id: str, job: Mapping[str, Any], begin: Begin) -> Outcome:
        """Run one attempt at a job of a department's handler in its plugin's process; return how it ended.

        Args:
            handler_id: of a department's handler.
            job: `id, attempt, idempotency_key, inputs, county, org_unit, org_path, business_key`.
            begin: `Engine.begin`, for the questions the handler asks. No transaction may be open around this call.
        """
        record = next((r for r in self.records if r.process and handler_id in r.handlers), None)
        if record is None or record.process is None or record.info is None:
            return Failed(f"there is no handler {handler_id!r} of a department: its plugin is missing or quarantined")
        handler = record.handlers[handler_id]
        if errors := handler.inputs().validate(dict(job["inputs"])):
            return Failed(f"its inputs do not fit its declaration: {errors}", retryable=False)
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
            name: of the hook, or of a function that a hook declared (`engine/plugin_hooks.py`).
            payload: the hook's arguments beside `ctx`, as JSON.
            timeout: seconds until it is stopped, those included that it waits for the plugin's other work.
            case: what it is told of the case, with the keys of NO_CASE, and `settings`.
            begin: `Engine.begin`, where the hook may ask the questions its plugin may ask, about the case's place.
        """
        record = next((r for r in self.records if r.name == plugin and r.process and not r.core), None)
        if record is None or record.process is None or record.info is None or record.state is not PluginState.READY:
            return Failed(f"there is no plugin {plugin!r} of a department, or it is quarantined")
        answer: Answer = no_questions
        if begin is not None:
            answer = answering(self._broker, Asker(record.info, name, record.info.uses, case["org_path"], begin))
        return record.process.call(name, payload, case, timeout, answer)

    def close(self) -> None:
        """Stop the departments' processes. What they declared stays known."""
        for record in self.records:
            if record.process is not None:
                record.process.close()

    def _launch(self, source: Source, strict: bool) -> tuple[PluginRecord, PluginProcess]:
        process = PluginProcess(source, self._limits)
        record = PluginRecord(source.name, source.module, False, source.distribution, source.version, process=process)
        self.records.append(record)
        self._attempt(record, process.launch, strict)
        return record, process

    def _attempt(self, record: PluginRecord, load: Callable[[], object], strict: bool) -> None:
        """Load a plugin, or a part of one; quarantine it when that fails."""
        try:
            load()
        except Exception as error:  # one bad plugin must not keep the others from loading
            self._quarantine(record, error)
            log.warning("plugin quarantined", extra={"plugin": record.name, "stage": record.stage})
            if strict:
                self.close()
                message = f"插件“{record.name}”未能加载（{record.stage}）：{record.reason}"
                raise PluginRefused(message, plugin=record.name, stage=record.stage) from error

    def _quarantine(self, record: PluginRecord, error: Exception) -> None:
        record.state = PluginState.QUARANTINED
        record.trace = "".join(traceback.format_exception(error.__cause__ or error))[-TRACE_LENGTH:]
        if isinstance(error, Unfit):
            record.stage, record.reason, record.trace = error.stage, str(error), error.trace or record.trace
        else:
            record.stage, record.reason = "hooks", f"{type(error).__name__}: {error}"
        record.handlers = {}
        if record.core and self._manager.has_plugin(record.name):
            self._manager.unregister(name=record.name)
        if record.process is not None:
            record.process.close()

    def _load_core(self, record: PluginRecord) -> None:
        with recorded() as deprecations:
            self._register_core(record)
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
        self.handlers.update(record.handlers)

    def _ask(self, module: ModuleType, hook: str) -> list[Any]:
        """Call a hook on one plugin alone, so that its failure is its own."""
        others = [plugin for plugin in self._manager.get_plugins() if plugin is not module]
        answers: list[Any] = self._manager.subset_hook_caller(hook, others)()
        return answers

    def _load_department(self, record: PluginRecord, process: PluginProcess) -> None:
        self._check_name(record)
        described = process.describe()
        try:
            info = restore_plugin(described["plugin"])
            handlers = [restore_handler(data) for data in described["handlers"]]
            declared = {hook: ASKED[hook].restore(info, answer) for hook, answer in described["declared"].items()}
            record.seconds = float(described["import_seconds"])
            record.hooks = sorted(engine.hookspecs.DEPARTMENT_HOOKS & set(described["hooks"]))
            record.deprecations = [str(text) for text in described["deprecations"]]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unfit("describe", f"its description is not one: {type(error).__name__}: {error}") from error
        record.info = check_info(record.name, info)
        check_capabilities(record.info, self.capabilities)
        record.handlers = check_handlers(record.info, handlers, core=False)
        record.declared = declared
        self.handlers.update(record.handlers)

    def _check_name(self, record: PluginRecord) -> None:
        for other in self.records[: self.records.index(record)]:
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
