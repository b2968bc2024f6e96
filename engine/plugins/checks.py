"""What a plugin must fulfil before anything of it is used. The host asks it of core plugins, and a department's
own process of a department's; the host asks the part that concerns data again, of what the process told it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from types import ModuleType

import pluggy

from engine.declaration import NAME, Handler
from engine.hookspecs import API_VERSION, MAX_LANES, PREFIX, PluginInfo

_BOUND = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")
_SIMILAR = 0.75


class Unfit(Exception):
    """A plugin is not fit to be loaded.

    Attributes:
        stage: where it failed: start, import, name, hooks, info, capabilities, handlers, describe, changed, closed.
        trace: the end of the traceback in the plugin's own process, where there is one.
    """

    def __init__(self, stage: str, reason: str, trace: str = "") -> None:
        super().__init__(reason)
        self.stage = stage
        self.trace = trace


def accepts(api_range: str, version: str = API_VERSION) -> bool:
    """Return whether a range like `>=1.0,<2` holds for a version of the plugin API; raise ValueError if malformed."""
    return all(_bound_holds(bound, version) for bound in api_range.split(","))


def _bound_holds(bound: str, version: str) -> bool:
    match = _BOUND.fullmatch(bound)
    if match is None:
        raise ValueError(f"{bound!r} is not a bound such as '>=1.0'")
    left, right = _numbers(version), _numbers(match[2])
    return {
        ">=": left >= right,
        "<=": left <= right,
        "==": left == right,
        "!=": left != right,
        ">": left > right,
        "<": left < right,
    }[match[1]]


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known name that is most like it, or nothing."""
    bare = {candidate.removeprefix(PREFIX): candidate for candidate in known}
    match = difflib.get_close_matches(name.removeprefix(PREFIX), bare, 1, _SIMILAR)
    return f"; did you mean {bare[match[0]]!r}?" if match else ""


def check_hooks(pm: pluggy.PluginManager, plugin: ModuleType, known: Collection[str]) -> list[str]:
    """Return the names of the hooks that a module implements.

    Raises:
        Unfit: a hook is mis-spelt, not marked, not for this kind of plugin, ordered, or a wrapper.
    """
    hooks = []
    for attribute in dir(plugin):
        options = pm.parse_hookimpl_opts(plugin, attribute)
        if options is None:
            if attribute.startswith(PREFIX) and callable(getattr(plugin, attribute)):
                raise Unfit("hooks", f"{attribute} is not marked with @hookimpl, so it would never be called")
            continue
        hook = options.get("specname") or attribute
        _check_hook(hook, options, known)
        hooks.append(hook)
    return sorted(hooks)


def _check_hook(hook: str, options: pluggy.HookimplOpts, known: Collection[str]) -> None:
    if hook not in known:
        similar = did_you_mean(hook, known)
        # an optional hook may belong to a shell that is not here: a worker has no web pages to ask for
        if similar or not options.get("optionalhook"):
            raise Unfit("hooks", f"there is no hook {hook!r} for this plugin{similar}")
    if options.get("wrapper") or options.get("hookwrapper"):
        raise Unfit("hooks", f"{hook}: a plugin may not wrap another's hooks")
    if options.get("tryfirst") or options.get("trylast"):
        raise Unfit("hooks", f"{hook}: a plugin may not order itself before or behind another")


def check_info(name: str, info: object) -> PluginInfo:
    """Return what `onegrid_plugin` answered; raise Unfit when it is not a PluginInfo that fits `name` and this host."""
    if not isinstance(info, PluginInfo):
        raise Unfit("info", "onegrid_plugin must be implemented and return a PluginInfo")
    if info.name != name or not NAME.fullmatch(name):
        raise Unfit(
            "info", f"it is installed as {name!r} but PluginInfo says {info.name!r}; both must be one lower_case name"
        )
    if not 1 <= info.lanes <= MAX_LANES:
        raise Unfit("info", f"PluginInfo.lanes is {info.lanes}; 1 to {MAX_LANES} processes are possible")
    if not info.title:
        raise Unfit("info", "PluginInfo.title is empty; people see it")
    try:
        accepted = accepts(info.api)
    except ValueError as error:
        raise Unfit("info", f"PluginInfo.api: {error}") from error
    if not accepted:
        raise Unfit("info", f"it needs plugin API {info.api}, this host has {API_VERSION}")
    return info


def check_handlers(info: PluginInfo, handlers: Iterable[object], *, core: bool) -> dict[str, Handler]:
    """Return the handlers of a plugin by id; raise Unfit when one of them is not the plugin's to declare."""
    checked: dict[str, Handler] = {}
    for handler in handlers:
        if not isinstance(handler, Handler):
            raise Unfit("handlers", f"{handler!r} is not a handler; decorate the function with @handler")
        _check_handler(info, handler, core=core)
        if handler.id in checked:
            raise Unfit("handlers", f"handler {handler.id!r} is declared twice")
        checked[handler.id] = handler
    return checked


def _check_handler(info: PluginInfo, handler: Handler, *, core: bool) -> None:
    if handler.plugin != info.name:
        raise Unfit("handlers", f"handler {handler.id!r} must start with {info.name + '.'!r}")
    if undeclared := handler.uses - info.uses:
        raise Unfit("handlers", f"{handler.id} uses {sorted(undeclared)}, which PluginInfo.uses does not ask for")
    if core and not handler.transactional:
        raise Unfit(
            "handlers", f"{handler.id}: a core plugin's handler runs in the job's transaction; say transactional=True"
        )
    if not core and (handler.transactional or handler.reserved or handler.only_in):
        raise Unfit("handlers", f"{handler.id}: transactional, reserved and only_in are for core plugins")


def check_capabilities(info: PluginInfo, known: Collection[str]) -> None:
    """Raise Unfit when a plugin asks for a capability that nobody grants."""
    for capability in sorted(info.uses - frozenset(known)):
        raise Unfit("capabilities", f"it asks for {capability!r}, which nobody grants{did_you_mean(capability, known)}")
