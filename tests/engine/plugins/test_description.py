"""A declaration as JSON and back: what the host works with says and refuses the same as the original."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, pre_load, validate

from engine.declaration import GridRef, Handler, Retry, UnitRef, handler
from engine.description import describe_handler, describe_plugin, restore_handler, restore_plugin
from engine.hookspecs import PluginInfo


class Stop(Schema):
    name = fields.String(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(min=1, max=60))


INPUTS = {
    "grid": GridRef(required=True, metadata={"title": "网格"}),
    "unit": UnitRef(),
    "text": fields.String(validate=validate.Length(min=2, max=5, error="长度 2 到 5")),
    "level": fields.String(load_default="normal", validate=validate.OneOf(["normal", "high"], ["一般", "紧急"])),
    "count": fields.Integer(strict=False, load_default=3),
    "share": fields.Float(),
    "money": fields.Decimal(),
    "urgent": fields.Boolean(load_default=False),
    "day": fields.Date(load_default=date(2026, 12, 1)),
    "at": fields.DateTime(),
    "clock": fields.Time(),
    "span": fields.TimeDelta(),
    "mail": fields.Email(),
    "page": fields.Url(),
    "id": fields.UUID(),
    "anything": fields.Raw(allow_none=True),
    "facts": fields.Dict(),
    "grids": fields.List(GridRef(), load_default=list, validate=validate.Length(max=2)),
    "stops": fields.List(fields.Nested(Stop)),
    "one_stop": fields.Nested(Stop),
    "many_stops": fields.Nested(Stop, many=True),
}


@handler(
    "test.do_all",
    "全部",
    inputs=INPUTS,
    outputs={"route": fields.List(fields.Nested(Stop), required=True)},
    errors={"NO_UNIT": "没有单位"},
    timeout=12.5,
    retry=Retry(7, 1.5, 2.0, 60.0),
    idempotency=["grid"],
    uses={"grid:read"},
    icon="route",
)
def original(ctx: Any, **inputs: Any) -> dict[str, Any]:
    """Does all."""
    return {}


def over_the_wire(declared: Handler) -> Handler:
    return restore_handler(json.loads(json.dumps(describe_handler(declared))))


def answer(declared: Handler, data: dict[str, Any]) -> Any:
    try:
        return declared.load_inputs(data)
    except ValidationError as error:
        return error.messages


def test_the_facts_of_a_declaration_survive() -> None:
    restored = over_the_wire(original)
    same = ("id", "title", "doc", "errors", "timeout", "retry", "idempotency", "uses", "icon", "plugin")
    assert {name: getattr(restored, name) for name in same} == {name: getattr(original, name) for name in same}
    assert restored.function is None
    assert restored.inputs().fields["grid"].metadata == {"title": "网格"}


def test_a_second_journey_changes_nothing() -> None:
    assert describe_handler(over_the_wire(original)) == describe_handler(original)


GRID = "431103001001-C001"
VALUES = {
    "grid": st.sampled_from([GRID, "431103001001-X001", "", None, 1]),
    "text": st.sampled_from(["", "ab", "abcdef", 1]),
    "level": st.sampled_from(["normal", "high", "other"]),
    "count": st.one_of(st.integers(), st.just("x"), st.just("12")),
    "share": st.one_of(st.floats(), st.just("1.5")),
    "urgent": st.sampled_from([True, "no", "perhaps"]),
    "day": st.sampled_from(["2026-12-01", "2026-13-01", date(2026, 1, 2)]),
    "at": st.sampled_from(["2026-12-01T09:00:00+08:00", "noon"]),
    "span": st.sampled_from([60, "x"]),
    "mail": st.sampled_from(["a@example.com", "nobody"]),
    "page": st.sampled_from(["http://example.com", "nowhere"]),
    "anything": st.sampled_from([None, {"a": [1]}]),
    "grids": st.lists(st.sampled_from([GRID, "no"]), max_size=3),
    "stops": st.lists(st.fixed_dictionaries({"name": st.just("甲")}, optional={"minutes": st.integers(0, 99)})),
    "one_stop": st.sampled_from([{}, {"name": "甲", "minutes": 5}, {"name": "甲", "minutes": 5, "more": 1}]),
    "many_stops": st.sampled_from([[], [{"name": "甲", "minutes": 61}]]),
    "unknown": st.just(1),
}


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_the_host_accepts_and_refuses_what_the_plugin_does(data: dict[str, Any]) -> None:
    assert answer(over_the_wire(original), data) == answer(original, data)


def test_the_host_never_evaluates_a_plugins_pattern() -> None:
    declared = handler("t.t", "t", inputs={"x": fields.String(validate=validate.Regexp("(a+)+$"))})(lambda ctx, x: None)
    restored = over_the_wire(declared)
    assert restored.inputs().fields["x"].metadata == {"pattern": "(a+)+$"}
    assert restored.load_inputs({"x": "a" * 40 + "!"})


def test_checks_that_are_code_stay_with_the_plugin() -> None:
    def big(value: int) -> None:
        if value <= 3:
            raise ValidationError("too small")

    class Inputs(Schema):
        x = fields.Integer(validate=big)

        @pre_load
        def twist(self, data: Any, **_: Any) -> Any:
            return data

    declared = handler("t.t", "t", inputs=Inputs)(lambda ctx, x: None)
    assert over_the_wire(declared).load_inputs({"x": 1}) == {"x": 1}
    with pytest.raises(ValidationError):
        declared.load_inputs({"x": 1})


class Odd(fields.Field[Any]):
    """A field with a wire form that nobody but the plugin knows."""


class Shouting(fields.String):
    """A known field with a wire form of its own."""

    def _deserialize(self, *given: Any, **named: Any) -> str:
        return str(super()._deserialize(*given, **named)).upper()


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (Shouting(), "Shouting cannot be described"),
        (Odd(), "Odd cannot be described"),
        (fields.String(data_key="y"), "data_key"),
        (fields.String(load_only=True), "load_only"),
        (fields.Date(format="%d.%m.%Y"), "ISO 8601"),
        (fields.List(Odd()), r"x\[\]: Odd cannot be described"),
    ],
)
def test_what_the_host_could_not_know_is_refused(field: fields.Field[Any], reason: str) -> None:
    declared = handler("t.t", "t", inputs={"x": field})(lambda ctx, x: None)
    with pytest.raises(ValueError, match=reason):
        describe_handler(declared)


def test_a_description_has_a_depth() -> None:
    class Deep(Schema):
        x = fields.Nested(lambda: Deep)

    with pytest.raises(ValueError, match="deeper than"):
        describe_handler(handler("t.t", "t", inputs=Deep)(lambda ctx, x: None))


@pytest.mark.parametrize(
    "change",
    [
        {"id": 7},
        {"id": "no id"},
        {"title": ""},
        {"timeout": "soon"},
        {"timeout": 7200},
        {"retry": {"attempts": 10**9, "backoff": 0, "factor": 1, "max_delay": 0}},
        {"inputs": {"x": {"type": "__import__"}}},
        {"inputs": {"X": {"type": "string", "required": True, "allow_none": False, "metadata": {}, "validators": []}}},
        {"inputs": None},
        {"errors": {"small": "x"}},
        {"uses": [1]},
        {"idempotency": ["nothing"]},
    ],
    ids=str,
)
def test_a_description_that_is_none_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, KeyError, AttributeError)):
        restore_handler(describe_handler(original) | change)


def test_a_plugin_is_described_too() -> None:
    info = PluginInfo("urban", "城管", ">=1.0,<2", "UMB", frozenset({"grid:read"}))
    assert restore_plugin(json.loads(json.dumps(describe_plugin(info)))) == info
