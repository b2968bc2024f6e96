"""Departments' plugins that cannot be loaded: each is put in quarantine with its reason, the others go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import PluginRefused
from engine.plugins.host import PluginHost
from engine.plugins.record import PluginRecord, PluginState
from engine.plugins.running import Limits
from engine.plugins.sources import Source, installed_in
from tests.engine.plugins.workshop import begin, install, job, load

INFO = """
@hookimpl
def onegrid_plugin():
    return PluginInfo({name!r}, "试验", {api!r}, uses=frozenset({uses!r}))
"""
HANDLER = """
@handler("{id}", "问好", outputs={{"said": fields.String()}}, {more})
def say_hello(ctx):
    return {{"said": "hello"}}

@hookimpl
def onegrid_handlers():
    return [say_hello]
"""


def plugin(name: str, more: str = "", *, api: str = ">=1.0,<2", uses: tuple[str, ...] = ()) -> str:
    return INFO.format(name=name, api=api, uses=uses) + more


def greeting(name: str, more: str = "") -> str:
    return plugin(name, HANDLER.format(id=f"{name}.say_hello", more=more))


BROKEN = {
    "import_error": ("import no_such_module", "import", "ModuleNotFoundError: No module named 'no_such_module'"),
    "syntax": ("def", "import", "SyntaxError"),
    "leaves": ("import sys; sys.exit(0)", "import", "SystemExit: 0"),
    "dies": ("import os; os._exit(1)", "start", "the process ended before it was ready"),
    "empty": ("", "info", "onegrid_plugin must be implemented and return a PluginInfo"),
    "nameless": ("@hookimpl\ndef onegrid_plugin(): return {'name': 'nameless'}", "info", "return a PluginInfo"),
    "raises": ("@hookimpl\ndef onegrid_plugin(): raise RuntimeError('no')", "hooks", "RuntimeError: no"),
    "impostor": (plugin("urban_management"), "info", "installed as 'impostor' but PluginInfo says 'urban_management'"),
    "tomorrow": (plugin("tomorrow", api=">=2"), "info", "it needs plugin API >=2, this host has 1.0"),
    "vague": (plugin("vague", api="1.*"), "info", "PluginInfo.api: '1.*' is not a bound such as '>=1.0'"),
    "misspelt": (
        plugin("misspelt", "@hookimpl\ndef onegrid_handler(): return []"),
        "hooks",
        "there is no hook 'onegrid_handler' for this plugin; did you mean 'onegrid_handlers'?",
    ),
    "unmarked": (plugin("unmarked", "def onegrid_handlers(): return []"), "hooks", "not marked with @hookimpl"),
    "arguments": (plugin("arguments", "@hookimpl\ndef onegrid_handlers(app): return []"), "hooks", "app"),
    "wrapper": (
        plugin("wrapper", "@hookimpl(wrapper=True)\ndef onegrid_handlers(): return (yield)"),
        "hooks",
        "onegrid_handlers: a plugin may not wrap another's hooks",
    ),
    "first": (plugin("first", "@hookimpl(tryfirst=True)\ndef onegrid_handlers(): return []"), "hooks", "order itself"),
    "pages": (
        plugin("pages", "@hookimpl\ndef onegrid_cli(group): pass"),
        "hooks",
        "there is no hook 'onegrid_cli' for this plugin",
    ),
    "stranger": (
        plugin("stranger", HANDLER.format(id="other.say_hello", more="")),
        "handlers",
        "start with 'stranger.'",
    ),
    "greedy": (greeting("greedy", "uses={'grid:read'}"), "handlers", "which PluginInfo.uses does not ask for"),
    "writer": (plugin("writer", uses=("grid:write",)), "capabilities", "asks for 'grid:write', which nobody grants"),
    "trusted": (
        greeting("trusted", "transactional=True"),
        "handlers",
        "transactional, reserved and only_in are for core plugins",
    ),
    "contradiction": (greeting("contradiction", "idempotency=['x']"), "import", "idempotency names ['x']"),
    "function": (plugin("function", "@hookimpl\ndef onegrid_handlers(): return [print]"), "handlers", "not a handler"),
    "twice": (
        greeting("twice").replace("[say_hello]", "[say_hello, say_hello]"),
        "handlers",
        "'twice.say_hello' is declared twice",
    ),
    "own_field": (
        "class Own(fields.Field):\n    def _serialize(self, *a, **k): return 1\n"
        + greeting("own_field", "inputs={'x': Own()}"),
        "handlers",
        "own_field.say_hello: inputs.x: Own cannot be described",
    ),
    "liar": (
        'import os, gc\nwire = next(o for o in gc.get_objects() if type(o).__name__ == "Wire")\n'
        'os.write(wire._writer.fileno(), b\'{"ready": {"plugin": 1, "handlers": 2}}\\n\')\n',
        "describe",
        "its description is not one",
    ),
    "mute": (
        'import os, gc\nwire = next(o for o in gc.get_objects() if type(o).__name__ == "Wire")\n'
        "os.write(wire._writer.fileno(), b'[]\\n')\n",
        "start",
        "a message is a JSON object before it was ready",
    ),
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PluginHost]:
    site = tmp_path_factory.mktemp("site")
    for name, (source, _, _) in BROKEN.items():
        install(site, name, source)
    install(site, "good", greeting("good"))
    host = load(site)
    yield host
    host.close()


def record(host: PluginHost, name: str) -> PluginRecord:
    return next(record for record in host.records if record.name == name)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_quarantined_with_stage_and_reason(host: PluginHost, name: str) -> None:
    _, stage, reason = BROKEN[name]
    found = record(host, name)
    assert (found.state, found.stage) == (PluginState.QUARANTINED, stage), found.reason
    assert reason in found.reason
    assert not found.handlers


def test_a_trace_is_kept_for_the_operator(host: PluginHost) -> None:
    assert "import no_such_module" in record(host, "import_error").trace


def test_the_others_go_on(host: PluginHost) -> None:
    assert record(host, "good").state is PluginState.READY
    assert list(host.handlers) == ["good.say_hello"]
    assert host.run("good.say_hello", job(), begin).outputs == {"said": "hello"}  # type: ignore[union-attr]


def test_the_host_never_imports_a_departments_module(host: PluginHost) -> None:
    assert not [name for name in sys.modules if name.endswith("_plugin") and name.removesuffix("_plugin") in BROKEN]
    assert "good_plugin" not in sys.modules


def test_a_record_says_where_a_plugin_comes_from(host: PluginHost) -> None:
    found = record(host, "good")
    assert (found.distribution, found.version, found.module) == ("good_plugin", "1.0", "good_plugin")
    assert (found.title, found.core, found.starts, found.kills) == ("试验", False, 1, 0)
    assert 0 < found.seconds < 20


def test_two_hanging_plugins_cost_one_start_limit(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        install(tmp_path, name, "while True: pass")
    began = time.monotonic()
    host = load(tmp_path, limits=Limits(start=0.5))
    assert time.monotonic() - began < 1.4
    assert {(found.state, found.stage, found.reason) for found in host.records} == {
        (PluginState.QUARANTINED, "start", "it was not ready within 0.5 s")
    }


def test_strict_loading_refuses_the_first_that_fails(tmp_path: Path) -> None:
    install(tmp_path, "good", greeting("good"))
    install(tmp_path, "worse", "import no_such_module")
    with pytest.raises(PluginRefused, match=r"worse.*import.*no_such_module") as refused:
        load(tmp_path, strict=True)
    assert (refused.value.facts["plugin"], refused.value.facts["stage"]) == ("worse", "import")


def test_a_name_belongs_to_one_plugin(tmp_path: Path) -> None:
    install(tmp_path, "good", greeting("good"), module="a_plugin")
    install(tmp_path, "good", greeting("good"), module="b_plugin")
    host = load(tmp_path)
    host.close()
    assert [found.state for found in host.records] == [PluginState.READY, PluginState.QUARANTINED]
    assert host.records[1].reason == "a_plugin has the name 'good' already"


def test_an_interpreter_that_is_not_there_is_a_reason_too(tmp_path: Path) -> None:
    host = PluginHost().load((), [Source("lost", "lost", python="/no/such/python")])
    assert (host.records[0].stage, host.records[0].state) == ("start", PluginState.QUARANTINED)


def test_a_plugin_that_changed_under_a_running_host_is_not_run(tmp_path: Path) -> None:
    install(tmp_path, "good", greeting("good"))
    host = load(tmp_path)
    changed = greeting("good", "timeout=5")
    (tmp_path / "good_plugin.py").write_text("from engine.plugin_api import *\n" + changed)
    host.records[0].process.rest()  # type: ignore[union-attr]  # as after a crash
    outcome = host.run("good.say_hello", job(), begin)
    host.close()
    assert "have changed since they were loaded" in outcome.message  # type: ignore[union-attr]


def test_a_closed_host_starts_nothing(tmp_path: Path) -> None:
    install(tmp_path, "good", greeting("good"))
    host = load(tmp_path)
    host.close()
    outcome = host.run("good.say_hello", job(), begin)
    assert "no process of good is free" in outcome.message  # type: ignore[union-attr]
    assert host.records[0].starts == 1


def test_only_the_group_of_onegrid_is_looked_at(tmp_path: Path) -> None:
    install(tmp_path, "good", greeting("good"))
    entry_points = tmp_path / "good_plugin-1.0.dist-info" / "entry_points.txt"
    entry_points.write_text("[pytest11]\nother = other\n" + entry_points.read_text())
    assert [source.name for source in installed_in(tmp_path)] == ["good"]
