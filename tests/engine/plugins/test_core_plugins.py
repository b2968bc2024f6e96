"""Core plugins: imported by name into the host, checked, and asked through hooks."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import pytest
import sqlalchemy as sa

from engine.declaration import Handler
from engine.errors import PluginRefused
from engine.hookspecs import Capability, hookspec
from engine.plugins.host import PluginHost
from engine.plugins.record import PluginState

HEAD = """
from engine.plugin_api import *
from engine.hookspecs import Capability

@hookimpl
def onegrid_plugin():
    return PluginInfo("{name}", "核心", ">=1.0,<2")
"""
HANDLER = """
@handler("{name}.do_it", "办", transactional={transactional})
def do_it(ctx):
    return {{}}

@hookimpl
def onegrid_handlers():
    return [do_it]
"""


class Desk:
    """Writes core plugins into a package and forgets them afterwards."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "__init__.py").touch()

    def write(self, name: str, source: str) -> str:
        (self._folder / f"{name}.py").write_text(HEAD.format(name=name) + source)
        return f"{self._folder.name}.{name}"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path / "core_under_test"
    folder.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    yield Desk(folder)
    for name in [name for name in sys.modules if name.startswith("core_under_test")]:
        del sys.modules[name]


def web_hooks() -> ModuleType:
    """Hooks of another room, as web/hookspecs.py has them."""
    module = ModuleType("web_hooks")

    @hookspec
    def onegrid_blueprints() -> list[object]:  # type: ignore[empty-body]
        """Return pages."""

    module.onegrid_blueprints = onegrid_blueprints  # type: ignore[attr-defined]
    return module


def load(*modules: str, host: PluginHost | None = None) -> PluginHost:
    return (host or PluginHost()).load(modules, ())


def test_a_handler_of_a_core_plugin_keeps_its_function(desk: Desk) -> None:
    host = load(desk.write("one", HANDLER.format(name="one", transactional=True)))
    assert isinstance(host.handlers["one.do_it"], Handler)
    assert host.handlers["one.do_it"].function is not None
    assert (host.records[0].core, host.records[0].state, host.records[0].hooks) == (
        True,
        PluginState.READY,
        ["onegrid_handlers", "onegrid_plugin"],
    )


def test_a_core_handler_that_is_not_transactional_is_refused(desk: Desk) -> None:
    host = load(desk.write("one", HANDLER.format(name="one", transactional=False)))
    assert (host.records[0].stage, dict(host.handlers)) == ("handlers", {})
    assert "say transactional=True" in host.records[0].reason


def test_a_broken_core_plugin_leaves_the_others(desk: Desk) -> None:
    broken = desk.write("broken", "import no_such_module")
    host = load(broken, desk.write("two", HANDLER.format(name="two", transactional=True)))
    assert [(record.name, record.state) for record in host.records] == [
        ("broken", PluginState.QUARANTINED),
        ("two", PluginState.READY),
    ]
    assert list(host.handlers) == ["two.do_it"]


def test_a_quarantined_plugin_is_called_by_no_hook(desk: Desk) -> None:
    source = """
called = []

@hookimpl
def onegrid_guards(engine):
    called.append(engine)

@hookimpl
def onegrid_handlers():
    raise RuntimeError("no")
"""
    host = load(desk.write("one", source))
    engine = sa.create_engine("sqlite://")
    host.hook.onegrid_guards(engine=engine)
    assert host.records[0].reason == "RuntimeError: no"
    assert sys.modules["core_under_test.one"].called == []


def test_guards_are_attached_to_the_database_engine(desk: Desk) -> None:
    source = "called = []\n\n@hookimpl\ndef onegrid_guards(engine):\n    called.append(engine)\n"
    host = load(desk.write("one", source))
    engine = sa.create_engine("sqlite://")
    host.hook.onegrid_guards(engine=engine)
    assert sys.modules["core_under_test.one"].called == [engine]


CAPABILITY = """
@hookimpl
def onegrid_capabilities():
    return [Capability("thing:read", "读", {"thing.get": lambda session, org_path: 1})]
"""


def test_capabilities_are_collected(desk: Desk) -> None:
    host = load(desk.write("one", CAPABILITY))
    assert isinstance(host.capabilities["thing:read"], Capability)


def test_two_plugins_cannot_grant_one_capability(desk: Desk) -> None:
    host = load(desk.write("one", CAPABILITY), desk.write("two", CAPABILITY))
    assert host.records[1].reason == "another plugin has a capability 'thing:read' already"


PAGES = "@hookimpl(optionalhook=True)\ndef {hook}():\n    return ['pages']\n"


def test_a_hook_of_the_web_is_left_alone_where_there_is_no_web(desk: Desk) -> None:
    host = load(desk.write("one", PAGES.format(hook="onegrid_blueprints")))
    assert host.records[0].state is PluginState.READY


def test_a_hook_of_the_web_is_called_by_the_web(desk: Desk) -> None:
    host = load(desk.write("one", PAGES.format(hook="onegrid_blueprints")), host=PluginHost(hookspecs=(web_hooks(),)))
    assert host.hook.onegrid_blueprints() == [["pages"]]


def test_a_misspelt_optional_hook_is_noticed_where_there_is_a_web(desk: Desk) -> None:
    host = load(desk.write("one", PAGES.format(hook="onegrid_blueprint")), host=PluginHost(hookspecs=(web_hooks(),)))
    assert "did you mean 'onegrid_blueprints'?" in host.records[0].reason


def test_a_hook_that_nobody_calls_is_refused(desk: Desk) -> None:
    host = load(desk.write("one", "@hookimpl\ndef onegrid_telepathy():\n    return []\n"))
    assert host.records[0].reason.startswith("there is no hook 'onegrid_telepathy'")


def test_strict_loading_of_core_plugins_raises(desk: Desk) -> None:
    with pytest.raises(PluginRefused):
        PluginHost().load([desk.write("one", "import no_such_module")], (), strict=True)


def test_no_hook_lets_a_plugin_go_first() -> None:
    manager = pluggy.PluginManager("onegrid")
    import engine.hookspecs

    manager.add_hookspecs(engine.hookspecs)
    for name, caller in vars(manager.hook).items():
        if name.startswith("onegrid_"):
            assert caller.spec is not None
            assert not caller.spec.opts.get("firstresult"), name
            assert not caller.spec.opts.get("historic"), name
