"""`onegrid decide`: makes a decision of a DMN file, without a database, and says why."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson

from engine.clock import SystemClock
from engine.errors import EngineError
from engine.feel import Feel, pack, unpack
from engine.feel.decided import DecisionResult
from engine.feel.decision import Decision
from engine.feel.decisions import parse_decisions
from engine.feel.dmn_reader import MAX_BYTES
from engine.feel.errors import DecisionValueRefused
from engine.feel.explain import explain, words
from engine.findings import Finding

REFUSED = 2
FAILED = 4


class _Failed(Exception):
    """The decision cannot be made; the text says why."""


@click.command("decide")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("decision", required=False)
@click.option(
    "--input", "json_input", help='变量：JSON 对象；日期等用标记 {"@": "date", "v": "2026-12-01"}；@文件 读取文件。'
)
@click.option("--input-feel", help='变量：FEEL 上下文，如 {due: date("2026-12-01")}；与 --input 合并。')
@click.option("--explain", "why", is_flag=True, help="说明理由：成立的规则、输入、所依据的决策。")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="理由的语言。")
@click.option("--json", "as_json", is_flag=True, help="结果或问题清单以一行 JSON 输出。")
def decide_command(
    file: Path,
    decision: str | None,
    json_input: str | None,
    input_feel: str | None,
    why: bool,
    language: str,
    as_json: bool,
) -> None:
    """计算 DMN 文件中的一个决策（缺省为不被其他决策依赖的那一个）。

    退出码：0 得出结果；2 文件有问题；4 无法计算。
    """
    with Feel() as feel:
        try:
            decisions, findings = parse_decisions(_content(file), file.name, feel)
            if findings:
                _print_findings(findings, as_json)
                sys.exit(REFUSED)
            now = SystemClock().now()
            chosen = _chosen(decisions, decision)
            result = chosen.evaluate(feel, _variables(feel, json_input, input_feel, chosen, now), now)
        except (OSError, _Failed, EngineError) as error:
            text = _message(error)
            click.echo(orjson.dumps({"error": text}).decode() if as_json else text, err=not as_json)
            sys.exit(FAILED)
    _print_result(result, why, language, as_json)


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise _Failed(f"没有此文件 / there is no such file: {file}")
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _chosen(decisions: Mapping[str, Decision], wanted: str | None) -> Decision:
    if wanted is not None:
        found = [each for each in decisions.values() if wanted in (each.id, each.name)]
    else:
        required = {target for each in decisions.values() for target in each.graph.nodes[each.id].requires}
        found = [each for each in decisions.values() if each.id not in required]
    if len(found) == 1:
        return found[0]
    listed = "、".join(f"{each.id}（{each.name}）" for each in decisions.values())
    raise _Failed(f"请指明一个决策 / name one decision: {listed}")


def _variables(
    feel: Feel, json_input: str | None, input_feel: str | None, decision: Decision, now: datetime
) -> dict[str, Any]:
    variables = {**_from_json(json_input), **_from_feel(feel, input_feel, now)}
    missing = sorted(decision.needs - variables.keys())
    if missing:
        click.echo(f"未给出，视为 null / not given, taken as null: {', '.join(missing)}", err=True)
    return variables


def _from_json(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = unpack(orjson.loads(Path(text[1:]).read_bytes() if text.startswith("@") else text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _Failed(f"--input 不是有效的 JSON 变量 / not valid: {error}") from error
    if not isinstance(value, dict):
        raise _Failed("--input 须为 JSON 对象 / must be a JSON object")
    return value


def _from_feel(feel: Feel, text: str | None, now: datetime) -> dict[str, Any]:
    value = feel.evaluate(text, {}, now) if text else {}
    if not isinstance(value, dict):
        raise _Failed("--input-feel 须为 FEEL 上下文 / must be a FEEL context")
    return value


def _message(error: Exception) -> str:
    if isinstance(error, DecisionValueRefused):
        return f"{error} / {error.english}"
    text = str(error)
    expression = getattr(error, "expression", "")
    return f"{text}（{expression[:200]}）" if expression and expression not in text else text


def _print_findings(findings: list[Finding], as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps({"findings": findings}).decode())
        return
    for finding in findings:
        click.echo(str(finding), err=True)


def _print_result(result: DecisionResult, why: bool, language: str, as_json: bool) -> None:
    reasons = explain(result, language) if why else []
    if as_json:
        hits = [
            {"rule": hit.rule, "id": hit.rule_id, "inputs": hit.inputs, "outputs": hit.outputs} for hit in result.hits
        ]
        told = {"decision": result.id, "name": result.name, "value": result.value, "hits": hits}
        click.echo(orjson.dumps({**pack(told), **({"explanation": reasons} if why else {})}).decode())
        return
    click.echo("\n".join(reasons) if why else words(result.value))
