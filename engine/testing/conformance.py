"""Whether a department's plugin keeps to what OneGrid asks of it, told before it is installed anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.bpmn.environment import Environment
from engine.bundle import Bundle
from engine.clock import SystemClock
from engine.derived.contract import breaches, contract
from engine.feel.runtime import Feel
from engine.findings import Severity
from engine.gate import judge
from engine.plugins.content import DEPLOYED, Content
from engine.plugins.record import PluginRecord
from engine.testing.workbench import NotFit, Workbench, source_in

CONTRACT = "contract.json"
"""What a released version promises to diagrams; kept beside `pyproject.toml`, under version control."""


def faults(folder: Path) -> list[str]:
    """Return what is wrong with the plugin in a folder, a line each, in Chinese; empty when nothing is.

    It must load; its diagrams must pass the deploy gate, their scenarios included; and it may not take away what
    `contract.json` promised.
    """
    try:
        source = source_in(folder)
        with Workbench(source) as bench:
            return [*_content_faults(bench), *_contract_faults(folder, bench.record)]
    except NotFit as unfit:
        return [str(unfit)]


def write_contract(folder: Path) -> Path:
    """Write what the plugin in a folder promises now; return the file. Raises NotFit when it does not load."""
    with Workbench(source_in(folder)) as bench:
        file = folder / CONTRACT
        text = json.dumps(contract(bench.record.handlers), ensure_ascii=False, indent=2, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")
        return file


def _content_faults(bench: Workbench) -> list[str]:
    content: Content | None = bench.record.declared.get("onegrid_content")
    files = {} if content is None else content.of(*DEPLOYED)
    if not files:
        return []
    with Feel() as feel:
        environment = Environment(feel, SystemClock(), bench.host.handlers, owner=bench.record.name)
        _, findings = judge(Bundle(bench.record.name, files), environment)
    return [str(finding) for finding in findings if finding.severity is Severity.ERROR]


def _contract_faults(folder: Path, record: PluginRecord) -> list[str]:
    file = folder / CONTRACT
    if not file.exists():
        return []
    try:
        promised: Any = json.loads(file.read_text("utf-8"))
        return breaches(promised, contract(record.handlers))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{CONTRACT} 无法读取：{error!r}。请用 onegrid plugins test --accept 重新写。"]
