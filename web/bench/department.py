"""The departments that are measured: one whose handlers answer at once, one whose always fail; and their processes."""

from __future__ import annotations

from pathlib import Path

from engine.bundle import Bundle
from engine.plugins.sources import Source, installed_in
from web.bench.diagrams import HEAD

WELL, SICK = "bench_well", "bench_sick"

_PLUGIN = '''
"""A department of the measurements."""

import os

from engine.plugin_api import PluginInfo, Retry, fields, handler, hookimpl


@hookimpl
def onegrid_plugin():
    return PluginInfo({name!r}, {name!r}, ">=1.0,<2", department="BCH")


@handler(
    "{name}.answer",
    "answer",
    inputs={{"thing": fields.String(load_default="chair")}},
    outputs={{"said": fields.String(required=True)}},
    retry=Retry(attempts=100, backoff=30, factor=1),
)
def answer(ctx, thing):
    {body}


@hookimpl
def onegrid_handlers():
    return [answer]
'''

_ANSWERS = """descriptor = os.open({calls!r}, os.O_WRONLY | os.O_APPEND)
    os.write(descriptor, ctx.job_id.encode() + b"\\n")
    os.close(descriptor)
    return {{"said": thing}}"""


def put_departments(folder: Path) -> Path:
    """Install both plugins where a worker whose home is `folder` finds them; return the file of answered jobs' ids."""
    calls = folder / "calls"
    calls.touch()
    site = folder / "plugins"
    site.mkdir()
    _install(site, WELL, _ANSWERS.format(calls=str(calls)))
    _install(site, SICK, 'raise ConnectionError("no answer")')
    return calls


def source_of(folder: Path, name: str) -> Source:
    """Return where one of them is."""
    return next(source for source in installed_in(folder / "plugins") if source.name == name)


def process_of(name: str) -> Bundle:
    """Return the process, named like the plugin, that has one service task."""
    bpmn = f"""{HEAD}<process id="{name}" name="{name}" isExecutable="true">
<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="answer"/>
<serviceTask id="answer" name="answer"><extensionElements>
<spiffworkflow:serviceTaskOperator id="{name}.answer" resultVariable="said"/>
</extensionElements></serviceTask>
<sequenceFlow id="f2" sourceRef="answer" targetRef="end"/><endEvent id="end"/></process></definitions>"""
    return Bundle(name, {f"{name}.bpmn": bpmn.encode()})


def _install(site: Path, name: str, body: str) -> None:
    (site / f"{name}.py").write_text(_PLUGIN.format(name=name, body=body))
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[onegrid.plugins]\n{name} = {name}\n")
