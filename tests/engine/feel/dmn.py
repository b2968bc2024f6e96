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


def knowledge(id: str, parameters: Sequence[str], body: str, *, requires: Sequence[str] = (), result: str = "") -> str:  # noqa: A002
    """A business knowledge model; a parameter is `name` or `name:type`."""
    formal = "".join(_parameter(each) for each in parameters)
    typed = f' typeRef="{result}"' if result else ""
    return (
        f'<businessKnowledgeModel id="{id}" name="{id}"><variable name="{id}"{typed}/>'
        f"<encapsulatedLogic>{formal}{body}</encapsulatedLogic>{knows(*requires)}</businessKnowledgeModel>\n"
    )


def _parameter(text: str) -> str:
    name, _, type_ = text.partition(":")
    return f'<formalParameter name="{name}"' + (f' typeRef="{type_}"/>' if type_ else "/>")


def knows(*ids: str) -> str:
    return "".join(f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>' for each in ids)


def input_data(name: str, type_: str = "", *, id: str = "") -> str:  # noqa: A002
    typed = f' typeRef="{type_}"' if type_ else ""
    return f'<inputData id="{id or name}" name="{name}"><variable name="{name}"{typed}/></inputData>\n'


def needs(*inputs: str) -> str:
    return "".join(
        f'<informationRequirement><requiredInput href="#{each}"/></informationRequirement>' for each in inputs
    )


def service(id: str, outputs: Sequence[str], *, given: Sequence[str] = (), inputs: Sequence[str] = ()) -> str:  # noqa: A002
    parts = [("outputDecision", outputs), ("inputDecision", given), ("inputData", inputs)]
    links = "".join(f'<{kind} href="#{each}"/>' for kind, ids in parts for each in ids)
    return f'<decisionService id="{id}" name="{id}"><variable name="{id}"/>{links}</decisionService>\n'


def entries(**expressions: str) -> str:
    return "".join(
        f'<contextEntry><variable name="{name}"/>{each}</contextEntry>' for name, each in expressions.items()
    )


def context(result: str = "", **expressions: str) -> str:
    last = f"<contextEntry>{result}</contextEntry>" if result else ""
    return f"<context>{entries(**expressions)}{last}</context>"


def item(name: str, base: str = "", *, allowed: str = "", many: bool = False, parts: str = "") -> str:
    kind = f"<typeRef>{base}</typeRef>" if base else ""
    values = f"<allowedValues>{text(allowed)}</allowedValues>" if allowed else ""
    return f'<itemDefinition name="{name}" isCollection="{str(many).lower()}">{kind}{values}{parts}</itemDefinition>\n'


def part(name: str, base: str, *, allowed: str = "") -> str:
    values = f"<allowedValues>{text(allowed)}</allowedValues>" if allowed else ""
    return f'<itemComponent name="{name}"><typeRef>{base}</typeRef>{values}</itemComponent>'
