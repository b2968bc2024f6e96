"""`onegrid plugins content` and `deploy`: what departments' plugins ship as files, and bringing it into use."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
import orjson

from engine.application import Engine
from engine.contents import content_of, deploy_content, inspect_contents
from engine.errors import DeploymentRefused, EngineError
from engine.types import SYSTEM
from web.cli_instances import operator


@click.command("content")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_obj
def content_command(build: Callable[[], Engine], name: str | None, as_json: bool) -> None:
    """插件所带的文件，以及部署检查对它们的发现。

    退出码：0 没有错误；2 有错误。
    """
    engine = build()
    with engine.begin(SYSTEM, write=False) as work:
        refused = inspect_contents(engine, work)
    found = [
        {"plugin": record.name, "files": sorted(content_of(record).files), "findings": list(map(str, record.findings))}
        for record in engine.plugins.records
        if content_of(record).files and name in (None, record.name)
    ]
    if as_json:
        click.echo(orjson.dumps(found).decode())
    else:
        for each in found:
            click.echo("\n".join([str(each["plugin"]), *(f"  {line}" for line in [*each["files"], *each["findings"]])]))
    sys.exit(2 if refused & {str(each["plugin"]) for each in found} else 0)


@click.command("deploy")
@click.argument("name")
@click.option("--reason", required=True, help="理由：记入部署记录。")
@click.pass_obj
def deploy_command(build: Callable[[], Engine], name: str, reason: str) -> None:
    """以插件的名义部署它所带的流程、决策表和表单。

    退出码：0 已部署；2 有错误，未部署；1 没有这个插件，或它不带流程。
    """
    if not reason.strip():
        raise click.UsageError("请用 --reason 说明理由。")
    engine = build()
    try:
        deployment = deploy_content(engine, operator(), name, reason.strip())
    except DeploymentRefused as refused:
        for finding in refused.findings:
            click.echo(str(finding), err=True)
        sys.exit(2)
    except EngineError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    with engine.begin(SYSTEM, write=False) as work:
        for definition in work.definitions.in_deployment(deployment.id):
            click.echo(f"{definition.key} v{definition.version} {definition.name}")
