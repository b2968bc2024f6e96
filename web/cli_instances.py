"""`onegrid instances`: looks at an instance and repairs it, for operators at the machine; `--dry-run` only looks."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
import orjson

from engine.bpmn.repairing import Waiting
from engine.errors import EngineError, FormInvalid
from engine.feel.values import pack, unpack
from engine.services.preview import Planned, Preview
from engine.types import Actor, ActorKind

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.work import Work

FAILED = 4

Build = Callable[[], "Engine"]
Option = Callable[[Callable[..., Any]], Callable[..., Any]]

_INSTANCE = click.argument("instance_id", metavar="ID")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="只说明结果，不写入。")
_REASON = click.option("--reason", default="", help="理由：记入办理历史；--dry-run 时可省略。")
_JSON = click.option("--json", "as_json", is_flag=True, help="一行 JSON。")


def _repairing(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (_JSON, _REASON, _DRY_RUN, click.pass_obj):
        command = option(command)
    return command


def operator() -> Actor:
    """Return who acts on the command line: whoever may read the database is an operator, under the machine's name."""
    name = getpass.getuser()
    return Actor(f"cli:{name}", name, ActorKind.SYSTEM)


@click.group()
def instances() -> None:
    """流程实例：查看与修复。"""


@instances.command("show")
@_INSTANCE
@_JSON
@click.pass_obj
def show(build: Build, instance_id: str, as_json: bool) -> None:
    """实例的状态、变量和等待之处。"""
    with _said(), build().begin(operator(), write=False) as work:
        _print(_shown(work, instance_id), as_json)


def _shown(work: Work, instance_id: str) -> dict[str, Any]:
    instance = work.instances.get(instance_id)
    jobs = {job.id: job for job in work.jobs.of_instance(instance_id)}
    shown: dict[str, Any] = {
        "id": instance.id,
        "process": instance.definition_key,
        "title": instance.title,
        "state": instance.state,
        "milestone": instance.milestone,
    }
    if instance.state == "active":
        waiting = work.repair.waiting(instance_id)
        shown["waiting"] = [
            _waiting(each) | ({"error": jobs[each.token].last_error} if each.token in jobs else {}) for each in waiting
        ]
        shown["variables"] = pack(work.repair.variables(instance_id))
    return shown


@instances.command("edit")
@_INSTANCE
@click.option("--set", "values", multiple=True, metavar="NAME=FEEL", help='如 count=3、due=date("2026-12-01")。')
@click.option("--remove", "removed", multiple=True, metavar="NAME", help="删去变量。")
@_repairing
def edit(build: Build, instance_id: str, values: tuple[str, ...], removed: tuple[str, ...], **options: Any) -> None:
    """修改变量：等待中的表单和作业随之更新。"""

    def plan(work: Work) -> Planned:
        given = dict(_assignment(work, text) for text in values)
        return work.repair.edit(instance_id, given, removed)

    if not values and not removed:
        raise click.UsageError("请给出 --set 或 --remove。")
    _carry_out(build, plan, **options)


@instances.command("skip")
@_INSTANCE
@click.argument("place")
@click.option("--outputs", default="{}", help='输出：JSON 对象；日期等用标记 {"@": "date", "v": "2026-12-01"}。')
@_repairing
def skip(build: Build, instance_id: str, place: str, outputs: str, **options: Any) -> None:
    """跳过等待中的用户任务或服务任务（PLACE：令牌编号或元素 id），以给定的输出继续。"""
    given = _object(outputs)
    _carry_out(build, lambda work: work.repair.skip(instance_id, place, given), **options)


@instances.command("move")
@_INSTANCE
@click.argument("place")
@click.argument("element_id", metavar="TARGET")
@_repairing
def move(build: Build, instance_id: str, place: str, element_id: str, **options: Any) -> None:
    """把等待中的令牌（PLACE：令牌编号或元素 id）移到同一层的另一元素 TARGET。"""
    _carry_out(build, lambda work: work.repair.move(instance_id, place, element_id), **options)


@instances.command("cancel")
@_INSTANCE
@_repairing
def cancel(build: Build, instance_id: str, **options: Any) -> None:
    """取消实例。"""
    _carry_out(build, lambda work: work.repair.cancel(instance_id), **options)


@instances.command("retry")
@_INSTANCE
@click.argument("place", default="")
@_repairing
def retry(build: Build, instance_id: str, place: str, **options: Any) -> None:
    """重试停摆的作业（PLACE：令牌编号或元素 id；只有一个时可省略）。"""

    def plan(work: Work) -> Planned:
        dead = [job for job in work.jobs.of_instance(instance_id) if job.state == "dead"]
        chosen = [job for job in dead if place in {"", job.id, job.element_id}]
        if len(chosen) != 1:
            raise click.UsageError(f"此处停摆的作业有 {len(chosen)} 个：{' '.join(job.id for job in chosen)}")
        return work.repair.retry(chosen[0].id)

    _carry_out(build, plan, **options)


def _carry_out(build: Build, plan: Callable[[Work], Planned], *, dry_run: bool, reason: str, as_json: bool) -> None:
    """Print what the change leads to; make it, unless it is only to be foreseen."""
    if not dry_run and not reason.strip():
        raise click.UsageError("请用 --reason 说明理由，或用 --dry-run 只看结果。")
    with _said(), build().begin(operator(), write=not dry_run) as work:
        planned = plan(work)
        preview = planned.preview()
        if not dry_run:
            planned.apply(reason)
        _print({"applied": not dry_run, **_preview(preview)}, as_json)


class _said:
    """Ends the command with the engine's message when the engine refuses."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EngineError):
            click.echo(str(error), err=True)
            if isinstance(error, FormInvalid):
                click.echo(orjson.dumps(error.errors).decode(), err=True)
            sys.exit(FAILED)


def _assignment(work: Work, text: str) -> tuple[str, Any]:
    name, given, expression = text.partition("=")
    if not given or not expression.strip():
        raise click.UsageError(f"“{text}”应为 NAME=FEEL。")
    return name.strip(), work.feel.evaluate(expression, {}, work.clock.now())


def _object(text: str) -> dict[str, Any]:
    try:
        value = unpack(orjson.loads(text))
    except ValueError as error:
        raise click.UsageError(f"不是 JSON：{error}") from error
    if not isinstance(value, dict):
        raise click.UsageError("应为 JSON 对象。")
    return value


def _waiting(waiting: Waiting) -> dict[str, Any]:
    return {"token": waiting.token, "element": waiting.element_id, "name": waiting.name, "kind": waiting.kind}


def _preview(preview: Preview) -> dict[str, Any]:
    return {
        "state": preview.state,
        "closes": [_waiting(each) for each in preview.closes],
        "opens": [_waiting(each) for each in preview.opens],
        "passes": preview.passes,
        "sends": preview.sends,
        "variables": {name: {"before": before, "after": after} for name, (before, after) in preview.variables.items()},
        "tokens": [{"element": element, "state": state} for element, state in preview.tokens],
    }


def _print(value: dict[str, Any], as_json: bool) -> None:
    click.echo(orjson.dumps(value, option=0 if as_json else orjson.OPT_INDENT_2).decode())
