"""A feature of a process's author: the phrases of scenarios said to the real engine, and a step of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd import scenarios, then

from engine.testing import Called, Stage
from engine.testing.steps import *  # noqa: F403  as its documentation says

scenarios(str(Path(__file__).with_name("purchase.feature")))


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(Path(__file__).with_name("purchase")) as built:
        yield built


@then("测试自己的说法也可以用")
def own(stage: Stage) -> None:
    assert stage.calls == [Called("shop.place_order", {"thing": "桌子"})]
