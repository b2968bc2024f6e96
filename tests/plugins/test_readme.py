"""plugins/README.md tells the truth: every hook with its signature is in it, and its plugin runs as written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import engine.hookspecs
import web.hookspecs
from engine.hookspecs import PREFIX
from engine.outcome import Completed, Raised
from tests.engine.plugins.workshop import begin, install, job, load

README = (Path(__file__).parents[2] / "plugins" / "README.md").read_text()
HOOKS = {
    name: function
    for module in (engine.hookspecs, web.hookspecs)
    for name, function in vars(module).items()
    if name.startswith(PREFIX)
}


def signature(hook: Callable[..., object]) -> str:
    arguments = [f"{name}: {parameter.annotation}" for name, parameter in inspect.signature(hook).parameters.items()]
    return f"({', '.join(arguments)}) -> {inspect.signature(hook).return_annotation}"


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_documented_with_its_signature(name: str) -> None:
    assert f"### `{name}{signature(HOOKS[name])}`\n" in README


def test_no_hook_is_documented_that_is_not_there() -> None:
    assert set(re.findall(rf"^### `({PREFIX}\w+)", README, re.MULTILINE)) == set(HOOKS)


def test_hooks_are_looked_at() -> None:
    assert len(HOOKS) >= 7


def test_the_plugin_of_the_tutorial_runs(tmp_path: Path) -> None:
    source = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    entry = re.search(r'^(\w+) = "(\w+)\.plugin"$', README, re.MULTILINE)
    assert source is not None
    assert entry is not None
    install(tmp_path, entry[1], source[1])
    host = load(tmp_path)
    try:
        assert [(record.name, record.reason) for record in host.records] == [("street_lights", "")]
        here = host.run("street_lights.plan_repair", job(grid="431103001001-C001", lamps=41), begin)
        nowhere = host.run("street_lights.plan_repair", job(grid="431103001001-C000", lamps=1), begin)
    finally:
        host.close()
    assert here == Completed({"teams": 3})
    assert isinstance(nowhere, Raised)
    assert nowhere.code == "NOT_OURS"
