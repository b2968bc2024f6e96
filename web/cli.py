"""The `onegrid` command. Core plugins add commands of their own by the hook `onegrid_cli`."""

from __future__ import annotations

import sys
from typing import cast

import click
from sqlalchemy.exc import DBAPIError

from engine.application import Engine
from engine.plugins.host import PluginHost
from engine.transient import is_away
from web import hookspecs
from web.cli_audit import audit
from web.cli_bench import bench
from web.cli_calendar import calendar
from web.cli_chaos import chaos_command
from web.cli_database import database
from web.cli_decide import decide_command
from web.cli_instances import instances
from web.cli_plugin_author import init_command, test_command
from web.cli_plugin_content import content_command, deploy_command
from web.cli_plugin_deliveries import deliveries_command
from web.cli_plugin_migrate import migrate_command as migrate_own_command
from web.cli_plugin_settings import settings_command
from web.cli_plugin_show import show_command
from web.cli_plugin_tokens import token_command
from web.cli_plugins import plugins
from web.cli_processes import processes
from web.cli_timers import timers_command
from web.cli_versions import diff_command, migrate_command
from web.composition import build_engine
from web.config import SettingsInvalid, read_settings
from web.migrate import SchemaBehind


class LazyEngine:
    """Builds the engine when a command first asks for it: `--help` needs no database."""

    def __init__(self) -> None:
        self._engine: Engine | None = None

    def __call__(self) -> Engine:
        """Return the engine of this command; what core plugins' commands get by `click.pass_obj`."""
        if self._engine is None:
            self._engine = build_engine(read_settings())
        return self._engine

    def close(self) -> None:
        """Stop the plugins' processes, if any were started."""
        if self._engine is not None:
            self._engine.stop_workers()


@click.group()
@click.version_option(package_name="onegrid")
def cli() -> None:
    """多网合一：网格化服务管理的流程引擎。"""


@cli.command()
@click.option("--demo", is_flag=True, help="首次启动时载入演示县的数据。")
@click.option("--no-history", is_flag=True, help="不在后台回放演示县半年的办件。")
@click.option("--no-workers", is_flag=True, help="只提供网页；任务由 onegrid worker 执行。")
def up(demo: bool, no_history: bool, no_workers: bool) -> None:
    """启动：网页与任务执行在一个进程内（Ctrl-C 停止）。"""
    from web.up import up as serve  # noqa: PLC0415  the web is loaded by this command only

    beside = ("demo", "load", "--quiet") if demo and not no_history else ()
    sys.exit(serve(read_settings(), _load_demo if demo else None, beside, workers=not no_workers))


@cli.command()
def worker() -> None:
    """只执行任务，不提供网页（SIGTERM 时做完手头的任务再停止）。"""
    from web.worker import worker as work  # noqa: PLC0415  as above

    sys.exit(work(read_settings()))


def _load_demo(engine: Engine) -> None:
    """Run the demo's own command, which a core plugin brings; the web does not know what is in it."""
    cast(click.Group, cli.commands["demo"]).commands["load"].main(
        args=["--no-history"], standalone_mode=False, obj=lambda: engine
    )


cli.add_command(decide_command)
cli.add_command(chaos_command)
cli.add_command(bench)
cli.add_command(calendar)
cli.add_command(database)
cli.add_command(processes)
cli.add_command(instances)
processes.add_command(diff_command)
processes.add_command(migrate_command)
plugins.add_command(content_command)
plugins.add_command(deploy_command)
processes.add_command(timers_command)
plugins.add_command(settings_command)
plugins.add_command(deliveries_command)
cli.add_command(audit)
plugins.add_command(token_command)
cli.add_command(plugins)
plugins.add_command(show_command)
plugins.add_command(init_command)
plugins.add_command(test_command)
plugins.add_command(migrate_own_command)


def main() -> None:
    """Run the command line."""
    host = PluginHost(hookspecs=(hookspecs,))
    host.load(departments=())
    host.hook.onegrid_cli(group=cli)
    host.close()
    build = LazyEngine()
    try:
        cli(obj=build)
    except SettingsInvalid as invalid:
        click.echo(f"设置有误 / settings are wrong:\n{invalid}", err=True)
        sys.exit(2)
    except SchemaBehind as behind:
        click.echo(str(behind), err=True)
        sys.exit(1)
    except DBAPIError as error:
        if not is_away(error):
            raise
        click.echo(f"连不上数据库 / the database does not answer: {error.orig}", err=True)
        sys.exit(1)
    finally:
        build.close()
