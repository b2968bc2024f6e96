"""A process that says what it serves takes and leaves what all such processes do."""

from __future__ import annotations

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from tests.engine.bpmn.drawing import bundle, draw, props, script, user


def codes(environment: Environment, node: str, **properties: str) -> set[str]:
    _, findings = parse(bundle(draw(node, flows="s>a a>e", process=props(**properties))), environment)
    return {finding.code for finding in findings if finding.code.startswith("offer.")}


@pytest.mark.parametrize(
    ("node", "inputs", "expected"),
    [
        (user("a", variable="handling"), "unit, referral", set()),
        (script("a", "{handling: 1}"), "referral, unit", set()),
        (user("a", variable="handling"), "unit, report", {"offer.inputs"}),
        (user("a", variable="handling"), "", {"offer.inputs"}),
        (user("a", variable="handled"), "unit, referral", {"offer.result"}),
    ],
)
def test_the_contract_is_asked_of_who_serves(
    environment: Environment, node: str, inputs: str, expected: set[str]
) -> None:
    assert codes(environment, node, serves="UMB-005", inputs=inputs) == expected


def test_others_take_and_leave_what_they_like(environment: Environment) -> None:
    assert codes(environment, user("a"), inputs="x") == set()
