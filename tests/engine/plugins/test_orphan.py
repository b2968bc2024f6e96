"""A host that is killed leaves no plugin's process behind, not even one that is busy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.plugins.workshop import install

HOST = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.engine.plugins.workshop import begin, job, load
host = load(Path({site!r}))
print(host.records[0].process.processes[0]._running._process.pid, flush=True)
host.run("busy.loop", job(), begin)
"""
PLUGIN = """
@hookimpl
def onegrid_plugin():
    return PluginInfo("busy", "忙", ">=1.0,<2")

@handler("busy.loop", "不停", timeout=3600)
def loop(ctx):
    while True:
        pass

@hookimpl
def onegrid_handlers():
    return [loop]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_busy_process_ends_with_its_host(tmp_path: Path) -> None:
    install(tmp_path, "busy", PLUGIN)
    code = HOST.format(root=str(Path(__file__).parents[3]), site=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        child = int(host.stdout.readline())
        os.kill(host.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while _lives(child):
        assert time.monotonic() < deadline, "the plugin's process outlives its host"


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
