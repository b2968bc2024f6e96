"""Plugins outside of the host's environment: in a virtual environment of their own, a folder, or as written."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from engine.outcome import Completed
from engine.plugins.host import PluginHost
from engine.plugins.places import finding_in, sources_at
from tests.engine.plugins.workshop import begin, install, job

PLUGIN = """
import sys
import paint

@hookimpl
def onegrid_plugin():
    return PluginInfo({name!r}, "试验", ">=1.0,<2")

@handler("{name}.tell", "说", outputs={{"paint": fields.String(), "prefix": fields.String()}})
def tell(ctx):
    return {{"paint": paint.VERSION, "prefix": sys.prefix}}

@hookimpl
def onegrid_handlers():
    return [tell]
"""
ROOT = Path(__file__).parents[3]


def put(site: Path, name: str, paint: str) -> None:
    """Install a plugin and the library that it needs, of a version of its own."""
    install(site, name, PLUGIN.format(name=name))
    (site / "paint.py").write_text(f"VERSION = {paint!r}\n")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real virtual environment; that OneGrid is installed in it is said by a path file, as of an editable install."""
    place = tmp_path_factory.mktemp("places") / "lamps"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    site = next((place / "lib").glob("python*/site-packages"))
    (site / "onegrid.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")
    put(site, "lamps", "2.0")
    return place


def told(host: PluginHost, name: str) -> dict[str, str]:
    outcome = host.run(f"{name}.tell", job(), begin)
    assert isinstance(outcome, Completed), outcome
    return dict(outcome.outputs)


def test_plugins_with_conflicting_libraries_live_side_by_side(environment: Path, tmp_path: Path) -> None:
    put(tmp_path, "signs", "1.0")
    host = PluginHost().load((), [*sources_at(environment), *sources_at(tmp_path)], strict=True)
    assert told(host, "lamps") == {"paint": "2.0", "prefix": str(environment)}
    assert told(host, "signs") == {"paint": "1.0", "prefix": sys.prefix}
    host.close()


def test_a_folder_of_places_is_looked_through_and_nothing_else_in_it(environment: Path) -> None:
    folder = environment.parent
    (folder / "empty").mkdir(exist_ok=True)
    (folder / "notes.txt").write_text("x")
    assert [source.name for source in sources_at(folder)] == ["lamps"]
    assert sources_at(folder / "nowhere") == []
    found = [source.name for source in finding_in([folder])()]
    assert "lamps" in found


def test_a_project_runs_from_where_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "kiosk.py").write_text(
        "from engine.plugin_api import *\n"
        + PLUGIN.replace("import paint\n", "class paint: VERSION = '3'\n").format(name="kiosk")
    )
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "onegrid-kiosk"\nversion = "0.1"\n'
        '[project.entry-points."onegrid.plugins"]\nkiosk = "kiosk"\n'
    )
    (source,) = sources_at(tmp_path)
    assert (source.name, source.distribution, source.version) == ("kiosk", "onegrid-kiosk", "0.1")
    host = PluginHost().load((), [source], strict=True)
    assert told(host, "kiosk")["paint"] == "3"
    host.close()


@pytest.mark.parametrize("text", ["[project", "", "[project]\nname = 'x'\n"])
def test_a_project_file_that_declares_nothing_has_no_plugins(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert sources_at(tmp_path) == []
