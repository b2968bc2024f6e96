"""A stage: what the handlers are asked and answer, time, forms, errors; and every phrase of scenarios."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.bundle import Bundle, read_bundle
from engine.declaration import RetryLater, fields, handler
from engine.errors import DeploymentRefused
from engine.plugins.host import PluginHost
from engine.scenarios.rehearsal import Rehearsal
from engine.testing import Answer, Called, Stage, Unfulfilled
from engine.types import SYSTEM

PURCHASE = Path(__file__).with_name("purchase")
NOTE = {"note": "会议室用"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(PURCHASE) as built:
        yield built


def ordered(stage: Stage) -> Stage:
    stage.start(values={"thing": "椅子"})
    stage.fill("ask", NOTE)
    return stage


def test_a_handler_without_an_answer_keeps_its_task_waiting(stage: Stage) -> None:
    assert ordered(stage).waiting == ["order"]
    assert stage.calls == []
    stage.serve("order", Answer({"number": "A1"}))
    assert (stage.waiting, stage.data["order"]) == (["wait"], {"number": "A1"})
    assert stage.calls == [Called("shop.place_order", {"thing": "椅子"})]


def test_a_declared_error_goes_to_its_boundary_event(stage: Stage) -> None:
    stage.answers["shop.place_order"] = Answer(error="NO_STOCK")
    ordered(stage).expect_ended("none")
    assert stage.ended == "none"


def test_a_handler_that_asks_to_wait_is_called_again_when_time_has_passed(stage: Stage) -> None:
    attempts: list[str] = []

    def place(thing: str) -> Mapping[str, Any]:
        attempts.append(thing)
        if len(attempts) == 1:
            raise RetryLater("系统维护", after=600)
        return {"number": "A2"}

    stage.answers["shop.place_order"] = place
    assert ordered(stage).waiting == ["order"]
    stage.advance(timedelta(minutes=9))
    assert len(attempts) == 1
    stage.advance(timedelta(minutes=1))
    assert (len(attempts), stage.waiting) == (2, ["wait"])
    assert ("job.failed", "order") in stage.history


def test_timers_fire_at_their_own_time(stage: Stage) -> None:
    stage.answers["shop.place_order"] = Answer({"number": "A1"})
    ordered(stage).advance(timedelta(hours=23))
    assert stage.waiting == ["wait"]
    stage.advance(timedelta(hours=2))
    stage.expect_ended("end")
    with stage.engine.begin(SYSTEM, write=False) as work:
        (instance,) = work.instances.page()
        assert instance.ended_at == stage.clock.now() - timedelta(hours=1)


def test_forms_are_checked(stage: Stage) -> None:
    stage.start(values={"thing": "椅子"})
    with pytest.raises(Unfulfilled, match="the form does not take it: note"):
        stage.fill("ask", {})
    assert stage.waiting == ["ask"]


def test_declarations_of_plugins_hold_where_they_are_given() -> None:
    declare = handler(
        "shop.place_order",
        "下单",
        inputs={"thing": fields.String(required=True)},
        outputs={"code": fields.String(required=True)},
        errors={"NO_STOCK": "没有库存"},
    )
    plugins = PluginHost()
    plugins.handlers = {"shop.place_order": declare(lambda _context: {})}
    with Stage(PURCHASE, plugins=plugins) as stage:
        stage.answers["shop.place_order"] = Answer({"number": "A1"})
        assert ordered(stage).waiting == ["order"]
        assert ("job.dead", "order") in stage.history  # it declares another output


def test_a_diagram_that_the_gate_refuses_is_refused() -> None:
    bundle = read_bundle(PURCHASE)
    broken = {path: content.replace(b'value="thing"', b'value="thing +"') for path, content in bundle.files.items()}
    with pytest.raises(DeploymentRefused):
        Stage(Bundle("broken", broken))


def test_what_is_not_so_is_said_with_where_the_instance_is(stage: Stage) -> None:
    stage.start(values={"thing": "椅子"})
    with pytest.raises(Unfulfilled, match="expected at “wait”; it is at “ask”"):
        stage.expect_at(["wait"])
    with pytest.raises(Unfulfilled, match="it has not ended; it is at “ask”"):
        stage.expect_ended()
    with pytest.raises(Unfulfilled, match="does not wait now"):
        stage.serve("order", Answer())


def test_a_stage_knows_all_that_phrases_ask_of_a_rehearsal() -> None:
    def public(kind: type) -> dict[str, list[str]]:
        found = inspect.getmembers(kind, inspect.isfunction)
        return {name: list(inspect.signature(member).parameters) for name, member in found if name[0] != "_"}

    rehearsal, staged = public(Rehearsal), public(Stage)
    assert {name: staged.get(name) for name in rehearsal} == rehearsal
    assert {"clock", "answers", "variables"} <= set(vars(Rehearsal({}, _environment())))


def _environment() -> Any:
    with Stage(PURCHASE) as stage:
        return stage.engine.runtime.environment


def mistyped() -> Bundle:
    files = {
        name: content.replace(b'"textfield"', b'"textfeild"') for name, content in read_bundle(PURCHASE).files.items()
    }
    return Bundle("purchase", files)


def test_a_form_field_of_a_type_that_nobody_supplies_is_not_deployed() -> None:
    with pytest.raises(DeploymentRefused) as refused, Stage(mistyped(), plugins=PluginHost()):
        pass
    (finding,) = [each for each in refused.value.findings if each.code == "form.type-unknown"]
    assert (finding.file, finding.line) == ("note.form.json", 6)
    Stage(mistyped()).close()  # what is drawn is taken to be there
