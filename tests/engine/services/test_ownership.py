"""Plugins' own diagrams, deployed in their names: what is refused at the deploy gate, and again when it runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.bundle import Bundle
from engine.errors import DeploymentRefused
from engine.jobs.table_queue import drain
from engine.tables.definitions import Deployment
from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import (
    MESSAGES,
    NAMES,
    boundary,
    call,
    catch,
    draw,
    end,
    message,
    on_event,
    props,
    service,
    signal,
    throw,
    user,
    waiting,
)
from tests.fixtures.house import House

LANE = props(group="clerk", unit='"1-a"')
OWN = (
    '<bpmn:message id="own" name="fire-done"/><bpmn:signal id="own_s" name="fire-alarm"/>'
    '<bpmn:message id="like" name="fire_done"/>'
)
OURS = "fire"


@pytest.fixture
def database(sqlite: sa.Engine) -> sa.Engine:
    """One database is enough: rules are asked of diagrams, not of rows."""
    return sqlite


def diagram(key: str, *nodes: str, flows: str, **more: str) -> Bundle:
    content = draw(*nodes, flows=flows, lane=LANE, more=MESSAGES + NAMES + OWN, **more).decode()
    content = content.replace('<bpmn:process id="p"', f'<bpmn:process id="{key}"')
    return Bundle(key, {f"{key}.bpmn": content.encode()})


def deploy(house: House, bundle: Bundle, owner: str = "") -> str:
    with house.engine.begin(SYSTEM) as work:
        return work.definitions.deploy(bundle, "试用", owner).id


def codes(house: House, bundle: Bundle, owner: str = OURS) -> dict[str, str | None]:
    """Return code → element of the errors that the gate finds."""
    with house.engine.begin(SYSTEM, write=False) as work:
        _, findings = work.definitions.inspect(bundle, owner)
    return {found.code: found.element_id for found in findings if found.code.startswith("owner.")}


def events(house: House, key: str) -> list[tuple[str, str]]:
    with house.engine.begin(SYSTEM, write=False) as work:
        select = (
            sa.select(HistoryEvent)
            .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
            .where(ProcessInstance.definition_key == key)
            .order_by(HistoryEvent.id)
        )
        return [(row.event, str(row.detail)) for row in work.session.scalars(select)]


def restricted() -> Bundle:
    return diagram("core", user("a"), flows="s>a a>e", process=props(restricted="true"))


def test_a_plugins_own_diagram_is_deployed_in_its_name(house: House) -> None:
    bundle = diagram(
        "fire-drill",
        throw("t", message("own")),
        throw("u", signal("own_s")),
        catch("c", signal("sg")),
        flows="s>t t>u u>c c>e",
    )
    assert codes(house, bundle) == {}
    deployed = deploy(house, bundle, OURS)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.session.get_one(Deployment, deployed).owner == OURS
        assert work.definitions.current("fire-drill").owner == OURS


SEND = waiting("sendTask", "x").replace("<bpmn:sendTask ", '<bpmn:sendTask messageRef="m" ')
RECEIVE = waiting("receiveTask", "x").replace("<bpmn:receiveTask ", '<bpmn:receiveTask messageRef="m" ')
ON_MESSAGE = on_event("v", message("m"), end("v_e"), flows="v_s>v_e")
FORBIDDEN = {
    "handler": ([service("x", "shop.place_order", thing='"椅子"')], "s>x x>e", ("owner.handler", "x")),
    "call": ([call("x", "core")], "s>x x>e", ("owner.call", "x")),
    "throw": ([throw("x", message("m"))], "s>x x>e", ("owner.message", "x")),
    "like": ([throw("x", message("like"))], "s>x x>e", ("owner.message", "x")),
    "send": ([SEND], "s>x x>e", ("owner.message", "x")),
    "catch": ([catch("x", message("m"))], "s>x x>e", ("owner.message", "x")),
    "receive": ([RECEIVE], "s>x x>e", ("owner.message", "x")),
    "boundary": ([user("a"), boundary("x", "a", message("m"))], "s>a a>e x>e", ("owner.message", "x")),
    "event-subprocess": ([user("a"), ON_MESSAGE], "s>a a>e", ("owner.message", "v_s")),
    "signal": ([throw("x", signal("sg"))], "s>x x>e", ("owner.signal", "x")),
    "end": (
        [user("a"), boundary("b", "a", signal("sg")), end("x", signal("sg"))],
        "s>a a>e b>x",
        ("owner.signal", "x"),
    ),
}


@pytest.mark.parametrize(("nodes", "flows", "expected"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_plugins_diagram_may_not(house: House, nodes: list[str], flows: str, expected: tuple[str, str]) -> None:
    deploy(house, restricted())
    handlers = house.engine.plugins.handlers
    handlers["shop.place_order"] = replace(handlers["shop.place_order"], only_in=("core",))
    bundle = diagram("fire-drill", *nodes, flows=flows)
    assert codes(house, bundle) == dict([expected])
    assert codes(house, bundle, "") == {}
    with pytest.raises(DeploymentRefused) as refused:
        deploy(house, bundle, OURS)
    [found] = [each for each in refused.value.findings if each.code.startswith("owner.")]
    assert found.line > 1
    assert found.message_zh
    assert found.message_en
    assert found.hint_zh


def test_a_process_id_begins_with_the_plugins_name(house: House) -> None:
    assert codes(house, diagram("drill", user("a"), flows="s>a a>e")) == {"owner.process-id": "drill"}
    assert codes(house, diagram("fire_drill", user("a"), flows="s>a a>e")) == {"owner.process-id": "fire_drill"}
    assert codes(house, diagram("firefighters-drill", user("a"), flows="s>a a>e")) == {
        "owner.process-id": "firefighters-drill"
    }


def test_a_process_that_calls_one_of_another_file_of_its_bundle_is_read_back(house: House) -> None:
    files = diagram("core", call("x", "part"), flows="s>x x>e").files | diagram("part", flows="s>e").files
    deployment = deploy(house, Bundle("core", files))
    house.engine.runtime.definitions.clear()
    with house.engine.begin(SYSTEM, write=False) as work:
        read = {row.key: work.definitions.of(row.id).key for row in work.definitions.in_deployment(deployment)}
    assert read == {"core": "core", "part": "part"}


def test_a_hint_names_what_was_probably_meant(house: House) -> None:
    with house.engine.begin(SYSTEM, write=False) as work:
        _, findings = work.definitions.inspect(diagram("fire_drill", user("a"), flows="s>a a>e"), OURS)
    [found] = [each for each in findings if each.code == "owner.process-id"]
    assert (found.hint_zh, found.hint_en) == ("是否应为“fire-drill”？", "Did you mean “fire-drill”?")


@pytest.mark.parametrize(("first", "second"), [("", "fire"), ("fire", "water"), ("fire", "")])
def test_nobody_replaces_the_process_of_another(house: House, first: str, second: str) -> None:
    deploy(house, diagram("fire-drill", user("a"), flows="s>a a>e"), first)
    changed = diagram("fire-drill", user("b"), flows="s>b b>e")
    with pytest.raises(DeploymentRefused) as refused:
        deploy(house, changed, second)
    assert "owner.process-taken" in [found.code for found in refused.value.findings]
    deploy(house, changed, first)


def test_bundles_of_one_name_and_different_owners_are_different(house: House) -> None:
    bundle = diagram("fire-drill", user("a"), flows="s>a a>e")
    first = deploy(house, bundle, OURS)
    other = Bundle(bundle.name, {k: v.replace(b"fire-drill", b"water-drill") for k, v in bundle.files.items()})
    assert deploy(house, other, "water") != first
    assert deploy(house, bundle, OURS) == first


def smuggled(house: House, bundle: Bundle) -> None:
    """Deploy as the installation and then write another owner: as if it was deployed before a rule was known."""
    deployed = deploy(house, bundle)
    with house.engine.begin(SYSTEM) as work:
        work.session.get_one(Deployment, deployed).owner = OURS
    house.engine.runtime.definitions.clear()


def begin(house: House, key: str) -> None:
    with house.engine.begin(SYSTEM) as work:
        work.instances.start(key, {}, business_key=None, org_unit="1-a")
    drain(house.engine)


def test_a_restricted_process_is_not_called_at_run_time_either(house: House) -> None:
    deploy(house, restricted())
    deploy(house, diagram("ours", call("x", '="core"'), flows="s>x x>e"))
    begin(house, "ours")
    assert events(house, "ours")[-1][0] != "instance.failed"
    smuggled(house, diagram("drill", call("x", '="core"'), flows="s>x x>e"))
    with pytest.raises(Exception, match="不允许被其他插件的流程调用"):
        begin(house, "drill")


@pytest.mark.parametrize("definition", [message("m"), signal("sg")])
def test_anothers_message_is_not_sent_at_run_time_either(house: House, definition: str) -> None:
    smuggled(house, diagram("drill", throw("x", definition), flows="s>x x>e"))
    with pytest.raises(Exception, match="插件的流程不能发出"):
        begin(house, "drill")


def test_a_handler_of_one_process_does_not_run_in_a_plugins_content(house: House) -> None:
    handlers = house.engine.plugins.handlers
    handlers["shop.place_order"] = replace(handlers["shop.place_order"], only_in=("drill",))
    bundle = diagram("drill", service("x", "shop.place_order", thing='"椅子"'), flows="s>x x>e")
    smuggled(house, bundle)
    begin(house, "drill")
    assert events(house, "drill")[-1][0] == "job.dead"
    assert house.shop.orders == []
