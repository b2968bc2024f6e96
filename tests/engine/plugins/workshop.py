"""Real plugins for tests, written into a folder where `importlib.metadata` finds them; and a host to ask."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.hookspecs import Capability
from engine.plugins.host import PluginHost
from engine.plugins.running import DEFAULT_LIMITS, Limits
from engine.plugins.sources import installed_in

API = "from engine.plugin_api import *\n"
PLUGIN = """
@hookimpl
def onegrid_plugin():
    return PluginInfo({name!r}, "试验", ">=1.0,<2", department="TST", uses=frozenset({{"grid:read"}}))
"""


def install(site: Path, name: str, source: str, *, module: str = "", version: str = "1.0") -> None:
    """Install a plugin of one module into a folder, as `pip install --target` does, in place of another version."""
    module = module or f"{name}_plugin"
    uninstall(site, module)
    (site / f"{module}.py").write_text(API + source)
    info = site / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[onegrid.plugins]\n{name} = {module}\n")


def uninstall(site: Path, module: str) -> None:
    """Remove a plugin's module and its metadata from a folder."""
    for info in site.glob(f"{module}-*.dist-info"):
        shutil.rmtree(info)
    (site / f"{module}.py").unlink(missing_ok=True)


class Registry:
    """What stands behind `grid:read` here; it remembers who asked what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def get(self, session: Session, org_path: str, code: str) -> dict[str, Any] | None:
        assert session.scalar(sa.text("SELECT 1")) == 1
        self.asked.append((org_path, code))
        if code == "trouble":
            raise RuntimeError("the host's own trouble, with its secrets")
        return None if code in {"none", "431103001001-C000"} else {"code": code, "households": 300}

    @property
    def capability(self) -> Capability:
        return Capability("grid:read", "读取网格", {"grid.get": self.get})


@dataclass
class ReadingWork:
    """A unit of work that reads an empty database."""

    session: Session


@contextmanager
def begin(actor: Any, *, write: bool) -> Iterator[ReadingWork]:
    """Begin a unit of work for a question, as `Engine.begin` does."""
    assert not write
    database = sa.create_engine("sqlite://")
    with Session(database) as session:
        yield ReadingWork(session)
    database.dispose()


def load(
    site: Path, registry: Registry | None = None, *, limits: Limits = DEFAULT_LIMITS, strict: bool = False
) -> PluginHost:
    """Return a host with the department plugins of a folder."""
    host = PluginHost(limits=limits)
    capability = (registry or Registry()).capability
    host.capabilities[capability.name] = capability
    return host.load((), installed_in(site), strict=strict)


def job(**inputs: Any) -> dict[str, Any]:
    """Return a job as the performer hands it over."""
    return {
        "id": "job-1",
        "attempt": 1,
        "idempotency_key": "key-1",
        "inputs": inputs,
        "county": "431103",
        "org_unit": "431103001",
        "org_path": "/431100/431103/431103001/",
        "business_key": "HF-431103001-2026-001",
    }
