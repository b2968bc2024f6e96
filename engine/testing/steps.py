"""The phrases of scenarios as steps for pytest-bdd, said to a `Stage`. A test module takes them all and gives a stage:

from engine.testing.steps import *
scenarios("purchase.feature")

@pytest.fixture
def stage():
    return Stage(Path("processes/purchase"))
"""

from __future__ import annotations

from typing import Any, cast

from pytest_bdd import step
from pytest_bdd.parsers import StepParser

from engine.scenarios.feature import ScenarioStep
from engine.scenarios.phrases import is_said, take
from engine.scenarios.rehearsal import Rehearsal
from engine.testing.stage import Stage


class Said(StepParser):
    """Matches what a scenario may say; the README of `processes/` lists it."""

    def is_matching(self, name: str) -> bool:
        """Return whether there is such a phrase."""
        return is_said(name)

    def parse_arguments(self, name: str) -> dict[str, Any]:
        """Return the text itself."""
        return {"said": name}


@step(Said("a phrase of scenarios"))
def say(stage: Stage, said: str, docstring: str = "") -> None:
    """Take one step. Raises Unfulfilled when it does not come true."""
    # a stage knows what a rehearsal knows; the tests say every phrase to both
    take(ScenarioStep(0, said, docstring or ""), cast(Rehearsal, stage))


# pytest-bdd finds a step by a fixture that it put into this module, which `import *` must take along
__all__ = ["say", *(name for name in dir() if name.startswith("pytestbdd_stepdef"))]  # noqa: PLE0604  names that it gave
