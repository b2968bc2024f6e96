"""`onegrid processes`: deploy diagrams, check files and folders, run one diagram in a throw-away engine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from engine.application import Engine
from engine.bundle import KINDS
from engine.clock import TIMEZONE
from engine.errors import DeploymentRefused, NotFound
from engine.feel.values import parse_duration
from engine.plugins.host import PluginHost
from engine.trial import pool
from engine.trial.lines import Line, text_of
from engine.trial.units import Unit, beside, units
from engine.types import SYSTEM
from web import hookspecs
from web.composition import deploy_processes
from web.config import read_settings
from web.folders import Standing, bundles, look_at


@click.group()
def processes() -> None:
    """流程定义：检查、试运行与部署。"""


@processes.command("deploy")
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.pass_obj
def deploy_command(build: Callable[[], Engine], names: tuple[str, ...]) -> None:
    """检查并部署 processes/ 下的流程。

    不给 NAME 时部署全部有改动的文件夹；此后又在网页上改过的不部署，只列出。
    给出 NAME 时以这些文件夹为准，即使此后在网页上改过。
    """
    engine, settings = build(), read_settings()
    try:
        for label in deploy_processes(engine, settings, names):
            click.echo(label)
    except DeploymentRefused as refused:
        for finding in refused.findings:
            click.echo(str(finding), err=True)
        sys.exit(2)
    except NotFound as error:
        raise click.BadParameter(str(error)) from error
    with engine.begin(SYSTEM, write=False) as work:
        for folder in (look_at(work, bundle) for bundle in bundles(settings.processes)):
            if folder.standing is not Standing.CURRENT:
                click.echo(
                    f"未部署 {folder.name}：此后在网页上改过。要以文件为准：onegrid processes deploy {folder.name}"
                    " / left as it is: changed in the studio since",
                    err=True,
                )


@processes.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 数组，每个发现一行。")
@click.option("--jobs", type=click.IntRange(1, 64), help="同时检查的进程数；默认为处理器数，至多 4。")
def check_command(paths: tuple[Path, ...], as_json: bool, jobs: int | None) -> None:
    """检查流程文件或文件夹，列出全部发现。

    PATH 可以是一个 .bpmn 文件（同一文件夹里的决策、表单和被调用流程供其引用）、一个流程包文件夹，
    或含有许多文件的文件夹。每个文件限时 10 秒、限内存 512 MiB，超限也是一个发现。

    退出码：0 没有错误（可能有警告）；2 有错误。
    """
    host = _plugins()
    jobs = jobs or min(4, os.cpu_count() or 1)
    found = pool.check(_all_units(paths), host.handlers, host.field_types, processes=jobs)
    write = _as_json if as_json else _as_text
    sys.exit(write(found))


def _all_units(paths: tuple[Path, ...]) -> Iterator[Unit]:
    for path in paths:
        yield from units(path)


def _plugins() -> PluginHost:
    """Return what the installed plugins declare; their processes are not needed after that."""
    host = PluginHost(hookspecs=(hookspecs,))
    host.load()
    host.close()
    return host


def _as_json(found: Iterator[tuple[Unit, list[Line]]]) -> int:
    worst, separator = 0, "["
    for _, findings in found:
        for finding in findings:
            _print(separator + "\n" + text_of(finding))
            separator = ","
            worst = max(worst, _weight(finding))
    _print("[]\n" if separator == "[" else "\n]\n")
    return worst


def _as_text(found: Iterator[tuple[Unit, list[Line]]]) -> int:
    worst = checked = errors = warnings = 0
    for _, findings in found:
        checked += 1
        for finding in findings:
            weight = _weight(finding)
            errors, warnings, worst = errors + bool(weight), warnings + (not weight), max(worst, weight)
            element = f" <{finding['element']}>" if finding["element"] else ""
            hint = f"\n    → {finding['hint_zh']} {finding['hint_en']}" if finding["hint_zh"] else ""
            words = f"{finding['message_zh']} ({finding['message_en']})"
            where = f"{finding['file']}:{finding['line']}{element}"
            _print(f"{finding['severity']} {where}: {words} [{finding['code']}]{hint}\n")
    _print(
        f"{checked} 项，{errors} 个错误，{warnings} 个警告 ({checked} checked, {errors} errors, {warnings} warnings)\n"
    )
    return worst


def _weight(finding: Line) -> int:
    return 2 if finding["severity"] == "error" else 0


def _print(text: str) -> None:
    """Write to standard output, whatever characters a file's name or texts hold and whatever the terminal knows."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


@processes.command("run")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE.bpmn")
@click.option("--process", default="", metavar="ID", help="流程的 id；默认为文件中第一个可执行的。")
@click.option("--input", "given", default="{}", metavar="JSON", help="启动变量（JSON 对象，或 @文件）。")
@click.option("--scripts", type=click.Choice(["run", "ignore"]), default="run", help="ignore：脚本只记录，不执行。")
@click.option("--message", "messages", multiple=True, metavar="NAME=JSON@ELEMENT", help="外来的消息或信号，依次送达。")
@click.option(
    "--complete", "completions", multiple=True, metavar="ELEMENT=JSON", help="完成用户任务，或给出处理器的结果。"
)
@click.option("--complete-all", is_flag=True, help="其余用户任务一律以空内容完成。")
@click.option("--advance", "advances", multiple=True, metavar="PT1H", help="时钟前移，到期的定时依次触发。")
@click.option("--now", default="", metavar="TIME", help="冻结的时刻（ISO 8601）；默认为现在。")
@click.option("--trace", is_flag=True, help="每进入、离开一个元素都输出一行；否则只输出结局。")
def run_command(path: Path, given: str, **options: Any) -> None:
    r"""在一次性的引擎里试运行一个流程图（任何厂商的均可），每行输出一个 JSON 对象。

    \b
    行：{"event", "element", "type", "time", "code"?, "data"?}
    event：enter leave cancel error message signal escalation end refused wait
    退出码：0 办结；2 拒绝（发现以 refused 行给出）；3 等待（wait 行说明等什么）；4 出错。

    没有数据库，时间冻结。泳道、表单、其他厂商的扩展（camunda:、zeebe: 等）视为不存在。
    服务任务（以及没有指明决策的业务规则任务）不调用任何处理器，立即以空结果完成，只作记录；
    --complete 可给出结果。用户任务、接收任务等待，除非给了 --complete、--complete-all 或 --message。
    流程静止时依次看：--complete、--message、--complete-all、--advance。

    不是 FEEL 的脚本和条件会使流程被拒绝；加 --scripts ignore 时，全部脚本只记录不执行，
    不是 FEEL 的条件不求值（走默认分支，没有则走第一个分支）。
    """
    try:
        request = _request(path, given, options)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    sys.exit(pool.run(request, lambda line: _print(text_of(line) + "\n")))


def _request(path: Path, given: str, options: Mapping[str, Any]) -> dict[str, Any]:
    moment = datetime.fromisoformat(options["now"]) if options["now"] else datetime.now(TIMEZONE)
    return {
        "path": str(path),
        "suffix": "" if path.name.endswith(KINDS) else ".bpmn",
        "beside": beside(path) if path.parent.is_dir() else {},
        "process": options["process"],
        "input": _object(Path(given[1:]).read_text("utf-8") if given.startswith("@") else given),
        "messages": [_message(text) for text in options["messages"]],
        "completions": [_completion(text) for text in options["completions"]],
        "complete_all": options["complete_all"],
        "advances": [_duration(text).total_seconds() for text in options["advances"]],
        "now": (moment if moment.tzinfo else moment.replace(tzinfo=TIMEZONE)).isoformat(),
        "ignore_scripts": options["scripts"] == "ignore",
        "trace": options["trace"],
    }


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError as error:
        raise ValueError(f"应为 JSON 对象 / a JSON object is expected: {text} ({error})") from error
    if not isinstance(value, dict):
        raise ValueError(f"应为 JSON 对象 / a JSON object is expected: {text}")
    return value


def _message(text: str) -> dict[str, Any]:
    """Read `NAME=JSON@ELEMENT`; the values and the element may be left out."""
    name, _, rest = text.partition("=")
    values, at, element = rest.rpartition("@")
    if not at or "}" in element:
        values, element = rest, ""
    if not _:
        name, _, element = text.partition("@")
    return {"message": name, "values": _object(values), "element": element}


def _completion(text: str) -> dict[str, Any]:
    element, _, values = text.partition("=")
    return {"element": element, "values": _object(values)}


def _duration(text: str) -> timedelta:
    value = parse_duration(text)
    if value < timedelta():
        raise ValueError(f"时钟不能后退 / the clock goes forward: {text}")
    return value
