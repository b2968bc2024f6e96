"""Builds small DMN files for tests."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(content: str) -> str:
    return f"<text>{escape(content)}</text>"


def rule(tests: Sequence[str], outputs: Sequence[str], *, id: str = "") -> str:  # noqa: A002  the attribute's name
    entries = "".join(f"<inputEntry>{text(test)}</inputEntry>" for test in tests)
    results = "".join(f"<outputEntry>{text(output)}</outputEntry>" for output in outputs)
    return f'<rule id="{id}">{entries}{results}</rule>'


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str = "UNIQUE",
    order: str = "",
    default: str = "",
    attributes: str = "",
) -> str:
    columns = "".join(f"<input><inputExpression>{text(each)}</inputExpression></input>" for each in inputs)
    allowed = f"<outputValues>{text(order)}</outputValues>" if order else ""
    fallback = f"<defaultOutputEntry>{text(default)}</defaultOutputEntry>" if default else ""
    results = "".join(f'<output name="{escape(each)}">{allowed}{fallback}</output>' for each in outputs)
    rows = "".join(rule(tests, results, id=f"r{number}") for number, (tests, results) in enumerate(rules, 1))
    return f'<decisionTable hitPolicy="{policy}" {attributes}>{columns}{results}{rows}</decisionTable>'


def literal(expression: str) -> str:
    return f"<literalExpression>{text(expression)}</literalExpression>"


def decision(id: str, logic: str, *, requires: Sequence[str] = (), name: str = "", variable: str = "") -> str:  # noqa: A002
    links = "".join(
        f'<informationRequirement><requiredDecision href="#{each}"/></informationRequirement>' for each in requires
    )
    named = f'<variable name="{variable}"/>' if variable else ""
    return f'<decision id="{id}" name="{name or id}">{named}{links}{logic}</decision>\n'


def definitions(*decisions: str, namespace: str = NAMESPACE) -> bytes:
    return f'<?xml version="1.0"?>\n<definitions xmlns="{namespace}">\n{"".join(decisions)}</definitions>'.encode()
