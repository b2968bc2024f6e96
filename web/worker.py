"""`onegrid worker`: a process that runs jobs and serves no pages; as many as needed, on as many machines."""

from __future__ import annotations

import sys

import click

from engine.application import Engine
from web import logs
from web.composition import build_engine
from web.config import Settings
from web.stopping import stop_signals


def worker(settings: Settings) -> int:
    """Run jobs until SIGINT or SIGTERM, then let those that run finish.

    Returns:
        The exit status: 0 after a clean stop, 75 when another worker has taken this one's place.
    """
    logs.configure(json=not sys.stderr.isatty())
    return run(build_engine(settings))


def run(engine: Engine) -> int:
    """Run the engine's jobs in this process until it is told to stop."""
    try:
        with stop_signals() as stopping:
            engine.start_workers(stopping.displaced)
            click.echo(f"OneGrid worker ready: {engine.runtime.queue.worker}")
            stopping.wait()
            click.echo("正在停止：等待进行中的任务完成… / draining")
            return stopping.status
    finally:
        engine.stop_workers()
