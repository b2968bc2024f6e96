"""From one declaration: palette entry, page, JSON Schema, texts; and what a new version takes away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, validate

from engine.declaration import GridRef, Handler, IncidentRef, Retry, handler
from engine.derived.contract import breaches, contract
from engine.derived.json_schema import json_schema
from engine.derived.page import page
from engine.derived.palette import palette_entry
from engine.derived.texts import texts
from engine.description import describe_handler, restore_handler

URGENCY = validate.OneOf(["normal", "high"], ["一般", "紧急"])


@handler(
    "patrol.send",
    "派出巡逻",
    inputs={
        "grid": GridRef(required=True, metadata={"title": "网格"}),
        "incident": IncidentRef(metadata={"title": "事件"}),
        "urgency": fields.String(load_default="normal", validate=URGENCY, metadata={"title": "缓急"}),
        "people": fields.Integer(validate=validate.Range(min=1, max=9), metadata={"title": "人数"}),
        "note": fields.String(validate=validate.Length(max=200), allow_none=True),
        "stops": fields.List(fields.String(), validate=validate.Length(min=1)),
        "car": fields.Nested(Schema.from_dict({"plate": fields.String(required=True)})),
        "at": fields.DateTime(),
    },
    outputs={"unit": fields.String(required=True), "minutes": fields.Float()},
    errors={"NO_UNIT": "无人值勤"},
    timeout=20,
    retry=Retry(4, backoff=5),
    idempotency=["grid"],
    uses={"grid:read"},
)
def send(ctx: Any, **inputs: Any) -> dict[str, Any]:
    """Send whoever is nearest.

    More of it.
    """
    return {"unit": "1"}


def test_the_schema_says_what_the_fields_do() -> None:
    found = json_schema(send.inputs)
    assert found["required"] == ["grid"]
    assert found["additionalProperties"] is False
    properties = found["properties"]
    assert properties["grid"]["format"] == "grid-code"
    assert properties["grid"]["pattern"] == r"^\d{12}-[CE]\d{3}$"
    assert properties["urgency"] == {"type": "string", "enum": ["normal", "high"], "title": "缓急", "default": "normal"}
    assert properties["people"] == {"type": "integer", "minimum": 1, "maximum": 9, "title": "人数"}
    assert properties["note"] == {"type": ["string", "null"], "maxLength": 200}
    assert properties["stops"] == {"type": "array", "items": {"type": "string"}, "minItems": 1}
    assert properties["car"]["properties"] == {"plate": {"type": "string"}}
    assert properties["at"] == {"type": "string", "format": "date-time"}


def test_the_palette_offers_typed_parameters() -> None:
    entry = palette_entry(send, "公安")
    assert (entry["id"], entry["name"], entry["category"]) == (
        "patrol.send",
        "派出巡逻",
        {"id": "patrol", "name": "公安"},
    )
    assert entry["description"] == "Send whoever is nearest."
    by_id = {each["id"]: each for each in entry["properties"] if "id" in each}
    assert by_id["grid"]["type"] == "GridRef"
    assert by_id["grid"]["constraints"]["notEmpty"] is True
    assert by_id["urgency"]["choices"] == [{"name": "一般", "value": "normal"}, {"name": "紧急", "value": "high"}]
    assert by_id["people"]["constraints"] == {"notEmpty": False, "minimum": 1, "maximum": 9}
    assert by_id["resultVariable"]["value"] == "send"
    assert entry["errors"] == [{"code": "NO_UNIT", "description": "无人值勤"}]
    assert "deprecated" not in entry


def test_what_is_deprecated_says_what_to_use() -> None:
    old = replace(send, deprecated="请用 patrol.send_nearest")
    assert palette_entry(old, "公安")["deprecated"] == {"message": "请用 patrol.send_nearest"}
    assert "请用 patrol.send_nearest" in page(old, "公安")


def test_the_page_has_all_that_is_declared() -> None:
    text = page(send, "公安")
    for said in (
        "# 派出巡逻",
        "`patrol.send`",
        "| `urgency` | 缓急 | Dropdown |",
        "`high` 紧急",
        "NO_UNIT",
        "时限 20 秒",
        "4 次",
        "`grid:read`",
    ):
        assert said in text


def test_the_texts_to_translate_are_each_there_once() -> None:
    found = texts(send)
    assert found == ["派出巡逻", "网格", "事件", "缓急", "一般", "紧急", "人数", "无人值勤"]


def test_what_follows_is_the_same_from_the_declaration_as_described() -> None:
    """The host never sees the function's module, only its description."""
    told = restore_handler(describe_handler(send))
    assert palette_entry(told, "公安") == palette_entry(send, "公安")
    assert page(told, "公安") == page(send, "公安")
    assert texts(told) == texts(send)


@given(
    st.dictionaries(
        st.sampled_from(["grid", "urgency", "people", "note", "x"]),
        st.none() | st.integers(-2, 12) | st.sampled_from(["high", "low", "431103001001-C001", "a" * 201]),
    )
)
def test_the_schema_refuses_what_the_declaration_refuses(data: dict[str, Any]) -> None:
    """JSON Schema is what others check by before they send: it must not let through what the host refuses."""
    if not _fits(json_schema(send.inputs), data):
        with pytest.raises(ValidationError):
            send.load_inputs(data)


def _fits(schema: dict[str, Any], data: dict[str, Any]) -> bool:
    """As much of JSON Schema as these data need."""
    if set(schema["required"]) - set(data) or set(data) - set(schema["properties"]):
        return False
    return all(_value_fits(schema["properties"][name], value) for name, value in data.items())


def _value_fits(schema: dict[str, Any], value: Any) -> bool:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if value is None:
        return "null" in types
    if isinstance(value, int):
        return "integer" in types and schema["minimum"] <= value <= schema["maximum"]
    return "string" in types and len(value) <= schema.get("maxLength", 10**9) and value in schema.get("enum", [value])


COUNTED = [validate.Length(max=200), validate.OneOf(["a"])]
NINE = validate.Range(1, 9)
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "an input that is gone": ({"grid": None}, "输入 grid 没有了"),
    "a new required input": ({"more": fields.String(required=True)}, "输入 more 成了必填"),
    "now required": ({"people": fields.Integer(required=True, validate=NINE)}, "输入 people 成了必填"),
    "another type": ({"people": fields.String()}, "输入 people 的类型由 integer 变为 string"),
    "fewer choices": ({"urgency": fields.String(validate=validate.OneOf(["normal"]))}, "选项少了 high"),
    "choices where there were none": ({"note": fields.String(allow_none=True, validate=COUNTED)}, "选项少了"),
    "a smaller range": ({"people": fields.Integer(validate=validate.Range(1, 5))}, "范围变小了（maximum 5）"),
    "a shorter text": ({"note": fields.String(allow_none=True, validate=validate.Length(max=20))}, "maxLength 20"),
}


@pytest.mark.parametrize(("inputs", "words"), CHANGES.values(), ids=CHANGES.keys())
def test_what_a_new_version_takes_away_is_said(inputs: dict[str, Any], words: str) -> None:
    declared = {**send.inputs._declared_fields, **inputs}
    new = replace(send, inputs=Schema.from_dict({name: field for name, field in declared.items() if field is not None}))
    (breach,) = breaches(contract({send.id: send}), contract({new.id: new}))
    assert breach.startswith("patrol.send：")
    assert words in breach


def test_outputs_errors_and_handlers_that_go_are_said() -> None:
    new = replace(send, outputs=Schema.from_dict({"minutes": fields.String()}), errors={})
    found = breaches(contract({send.id: send}), contract({new.id: new}))
    assert found == [
        "patrol.send：结果 unit 没有了",
        "patrol.send：结果 minutes 的类型由 number 变为 string",
        "patrol.send：错误 NO_UNIT 没有了",
    ]
    assert breaches(contract({send.id: send}), {}) == ["patrol.send：处理器没有了"]


def test_adding_is_no_breach() -> None:
    more = Schema.from_dict({**send.inputs._declared_fields, "more": fields.String()})
    new = replace(send, inputs=more, errors={**send.errors, "BUSY": "忙"})
    other = replace(send, id="patrol.recall")
    assert breaches(contract({send.id: send}), contract({new.id: new, other.id: other})) == []


def test_a_contract_is_plain_json() -> None:
    handlers: dict[str, Handler] = {send.id: send}
    assert set(contract(handlers)["patrol.send"]) == {"inputs", "outputs", "errors"}
