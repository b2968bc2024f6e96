"""What the tests of the process folders share: the bundle as deployed, and one isolate for all expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bundle import Bundle, read_bundle
from engine.clock import FixedClock
from engine.declaration import Handler
from engine.feel import Feel
from engine.plugins.host import PluginHost
from tests.processes.case import Case
from tests.processes.division import PROPOSAL

FOLDER = Path(__file__).parents[2] / "processes" / "grid_division"


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    with Feel() as feel:
        yield feel


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return read_bundle(FOLDER)


@pytest.fixture(scope="session")
def handlers() -> Iterator[Mapping[str, Handler]]:
    """What the plugins really declare: the diagrams must fit it."""
    host = PluginHost()
    try:
        host.load()
        yield host.handlers
    finally:
        host.close()


@pytest.fixture
def environment(feel: Feel, clock: FixedClock, handlers: Mapping[str, Handler]) -> Environment:
    return Environment(feel, clock, handlers)


@pytest.fixture
def definition(bundle: Bundle, environment: Environment) -> Definition:
    definitions, _ = parse(bundle, environment)
    (definition,) = definitions
    return definition


@pytest.fixture
def case(definition: Definition, environment: Environment) -> Case:
    return Case(definition, environment, proposal=PROPOSAL)
