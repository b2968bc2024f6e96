"""Forms filled in: which values are taken, which are refused, and with which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import TIMEZONE
from engine.errors import FormInvalid
from engine.feel import Feel, FeelError
from engine.forms import Form, Message, validate
from tests.engine.forming import FIELDS, context, errors, fill, form

CHOICES = [{"label": "同意", "value": "approve"}, {"label": "退回", "value": "return"}, {"label": "三", "value": 3}]


@pytest.fixture(scope="module")
def feel() -> Iterator[Feel]:
    with Feel() as feel:
        yield feel


def field(kind: str, *, rules: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": "x", "validate": rules or {}, **more}


@pytest.mark.parametrize(
    ("component", "raw", "value"),
    [
        (field("textfield"), " a ", "a"),
        (field("textarea"), "a\r\nb\r\n", "a\nb"),
        (field("textfield"), None, ""),
        (field("textfield", rules={"minLength": 3}), "", ""),
        (field("textfield", rules={"maxLength": 3}), "网格员", "网格员"),
        (field("textfield", rules={"pattern": "^[0-9]{4}$"}), "2026", "2026"),
        (field("textfield", rules={"validationType": "email"}), "a@b.cn", "a@b.cn"),
        (field("textfield", rules={"validationType": "phone"}), "13800138000", "13800138000"),
        (field("textfield", rules={"validationType": "phone"}), "0746-8359999", "0746-8359999"),
        (field("textfield", rules={"validationType": "phone"}), "+86 138 0013 8000", "+86 138 0013 8000"),
        (field("number"), 5, 5),
        (field("number"), 5.0, 5),
        (field("number"), "1.50", 1.5),
        (field("number"), "１２", 12),
        (field("number"), None, None),
        (field("number", rules={"required": True}), 0, 0),
        (field("number", decimalDigits=0), "7", 7),
        (field("number", decimalDigits=2), 0.25, 0.25),
        (field("number", rules={"min": 1, "max": "3"}), 3, 3),
        (field("select", values=CHOICES), "approve", "approve"),
        (field("radio", values=CHOICES), "3", 3),
        (field("radio", values=CHOICES), None, None),
        (field("checklist", values=CHOICES), ["return", "approve"], ["return", "approve"]),
        (field("taglist", values=CHOICES), None, []),
        (field("checkbox"), True, True),
        (field("checkbox"), None, False),
        (field("datetime"), "2026-12-01", date(2026, 12, 1)),
        (field("datetime", subtype="date", disallowPassedDates=True), "2026-11-23", date(2026, 11, 23)),
        (field("datetime", subtype="time"), "17:30", time(17, 30)),
        (field("datetime", subtype="datetime"), "2026-12-01T09:00", datetime(2026, 12, 1, 9, tzinfo=TIMEZONE)),
        (field("datetime", subtype="datetime"), "2026-12-01T01:00Z", datetime(2026, 12, 1, 1, tzinfo=UTC)),
        (field("datetime"), "", None),
        (field("point"), {"lon": "111.6", "lat": 26}, {"lon": 111.6, "lat": 26.0}),
    ],
)
def test_a_good_value_is_taken(feel: Feel, component: dict[str, Any], raw: Any, value: Any) -> None:
    taken = fill(feel, [component], {"x": raw})["x"]

    assert taken == value
    assert type(taken) is type(value)


@pytest.mark.parametrize(
    ("component", "raw", "message"),
    [
        (field("textfield", rules={"required": True}), "", "必填项"),
        (field("textfield", rules={"required": True}), " \n ", "必填项"),
        (field("textfield", rules={"required": True}), None, "必填项"),
        (field("textfield"), 5, "请输入文字"),
        (field("textfield"), "a\x00b", "含有无法保存的字符"),
        (field("textfield", rules={"minLength": 3}), "ab ", "至少 3 个字"),
        (field("textfield", rules={"maxLength": 3}), "abcd", "最多 3 个字"),
        (field("textfield", rules={"maxLength": 3}), "😀😀", "最多 3 个字"),
        (field("textfield"), "x" * 20_001, "最多 20000 个字"),
        (field("textfield", rules={"pattern": r"^\d{4}$"}), "２０２６", "格式不正确"),
        (field("textfield", rules={"pattern": r"^\w+$"}), "网格", "格式不正确"),
        (field("textfield", rules={"pattern": "^a+$"}), "a\nb", "格式不正确"),
        (field("textfield", rules={"pattern": "^a$", "patternErrorMessage": "应为 a"}), "b", "应为 a"),
        (field("textfield", rules={"validationType": "email"}), "a@b", "邮箱格式不正确"),
        (field("textfield", rules={"validationType": "phone"}), "12345", "电话号码格式不正确"),
        (field("number", rules={"required": True}), "", "必填项"),
        (field("number"), "abc", "请输入数字"),
        (field("number"), True, "请输入数字"),
        (field("number"), "NaN", "请输入数字"),
        (field("number"), "1_000", "请输入数字"),
        (field("number"), "1e999999999", "数值过大"),
        (field("number"), 10**16, "数值过大"),
        (field("number", decimalDigits=0), 1.5, "请输入整数"),
        (field("number", decimalDigits=2), "1.125", "最多 2 位小数"),
        (field("number", rules={"min": 1}), 0, "不能小于 1"),
        (field("number", rules={"max": 2.5}), 3, "不能大于 2.5"),
        (field("select", values=CHOICES), "reject", "选项无效，请重新选择"),
        (field("radio", values=CHOICES), True, "选项无效，请重新选择"),
        (field("radio", values=CHOICES, rules={"required": True}), "", "必填项"),
        (field("checklist", values=CHOICES), "approve", "格式不正确，请重新选择"),
        (field("checklist", values=CHOICES), ["no"], "选项无效，请重新选择"),
        (field("checklist", values=CHOICES), [3, "3"], "同一选项选了两次"),
        (field("checklist", values=CHOICES, rules={"required": True}), [], "必填项"),
        (field("checkbox", rules={"required": True}), False, "请勾选确认"),
        (field("checkbox"), "on", "请选择是或否"),
        (field("datetime"), "2026-02-30", "日期格式不正确，应为 2026-12-31"),
        (field("datetime"), "20261201", "日期格式不正确，应为 2026-12-31"),
        (field("datetime"), "２０２６-12-01", "日期格式不正确，应为 2026-12-31"),
        (field("datetime"), 20261201, "日期格式不正确，应为 2026-12-31"),
        (field("datetime"), "0026-12-01", "日期超出范围"),
        (field("datetime", disallowPassedDates=True), "2026-11-22", "不能早于今天"),
        (field("datetime", subtype="time"), "25:00", "时间格式不正确，应为 17:30"),
        (field("datetime", subtype="datetime"), "2026-12-01", "日期时间格式不正确，应为 2026-12-31T17:30"),
        (field("point", rules={"required": True}), None, "必填项"),
        (field("point"), "x", "坐标无效"),
    ],
)
def test_a_bad_value_is_refused_with_a_reason(feel: Feel, component: dict[str, Any], raw: Any, message: str) -> None:
    assert errors(feel, [component], {"x": raw}) == {"x": [message]}


def test_messages_can_be_said_in_another_language(feel: Feel) -> None:
    [message] = errors(feel, [field("textfield", rules={"minLength": 3})], {"x": "a"})["x"]

    assert isinstance(message, Message)
    assert (message.msgid, message.params) == ("至少 %(least)s 个字", {"least": 3})


def test_every_wrong_field_is_named_at_once(feel: Feel) -> None:
    components = [
        {"type": "textfield", "key": "a", "validate": {"required": True}},
        {"type": "number", "key": "b"},
        {"type": "checkbox", "key": "c"},
    ]

    assert errors(feel, components, {"b": "x"}) == {"a": ["必填项"], "b": ["请输入数字"]}


def test_a_field_that_the_form_does_not_have_is_refused(feel: Feel) -> None:
    assert errors(feel, [field("textfield")], {"x": "a", "approved": True}) == {"approved": ["表单没有此字段"]}


def test_display_components_take_nothing(feel: Feel) -> None:
    components = [{"type": "text", "text": "说明"}, {"type": "picture", "key": "p"}, field("textfield")]

    assert fill(feel, components, {"x": "a"}) == {"x": "a"}
    assert errors(feel, components, {"x": "a", "p": 1}) == {"p": ["表单没有此字段"]}


def test_a_group_with_a_path_is_an_object_and_one_without_is_not(feel: Feel) -> None:
    inner = [{"type": "number", "key": "n", "validate": {"required": True}}]
    components = [
        {"type": "group", "path": "g", "components": inner},
        {"type": "group", "components": [{"type": "textfield", "key": "t"}]},
    ]

    assert fill(feel, components, {"g": {"n": 1}, "t": "a"}) == {"g": {"n": 1}, "t": "a"}
    assert errors(feel, components, {}) == {"g.n": ["必填项"]}
    assert errors(feel, components, {"g": [1]}) == {"g": ["内容格式不正确"]}


ROWS = [
    {
        "type": "dynamiclist",
        "path": "rows",
        "components": [
            {"type": "textfield", "key": "name", "validate": {"required": True}},
            {"type": "select", "key": "kind", "values": CHOICES},
            {"type": "point", "key": "at", "conditional": {"hide": '=kind = "return"'}},
        ],
    }
]


def test_the_rows_of_a_list_are_objects_and_their_errors_have_their_number(feel: Feel) -> None:
    rows = [{"name": "a", "kind": "return", "at": "junk"}, {"name": "b", "at": {"lon": 1, "lat": 2}}]

    assert fill(feel, ROWS, {"rows": rows}) == {
        "rows": [{"name": "a", "kind": "return"}, {"name": "b", "kind": None, "at": {"lon": 1.0, "lat": 2.0}}]
    }
    assert errors(feel, ROWS, {"rows": [{"name": "a"}, {"at": {"lon": 1}}, 7]}) == {
        "rows.1.name": ["必填项"],
        "rows.1.at.lat": ["必填项"],
        "rows.2": ["内容格式不正确"],
    }
    assert errors(feel, ROWS, {"rows": {}}) == {"rows": ["内容格式不正确"]}
    assert errors(feel, ROWS, {"rows": [{"name": "a"}] * 501}) == {"rows": ["最多 500 项"]}


def test_a_hidden_field_is_neither_required_nor_taken(feel: Feel) -> None:
    components = [
        {"type": "radio", "key": "decision", "values": CHOICES, "validate": {"required": True}},
        {
            "type": "textarea",
            "key": "opinion",
            "validate": {"required": True},
            "conditional": {"hide": '=decision = "approve"'},
        },
    ]

    assert fill(feel, components, {"decision": "approve", "opinion": "left over"}) == {"decision": "approve"}
    assert errors(feel, components, {"decision": "return"}) == {"opinion": ["必填项"]}


def test_a_hidden_group_takes_its_fields_along(feel: Feel) -> None:
    components = [
        {"type": "checkbox", "key": "more"},
        {
            "type": "group",
            "conditional": {"hide": "=more != true"},
            "components": [
                {"type": "number", "key": "n", "validate": {"required": True}},
                {"type": "group", "components": [{"type": "number", "key": "m"}]},
            ],
        },
    ]

    assert fill(feel, components, {"more": False, "n": 1, "m": 2}) == {"more": False}
    assert errors(feel, components, {"more": True, "m": "x"}) == {"n": ["必填项"], "m": ["请输入数字"]}


def test_conditions_see_the_tasks_data_the_clock_and_the_row_around_them(feel: Feel) -> None:
    def hidden_when(condition: str) -> bool:
        components = [
            {"type": "textfield", "key": "a"},
            {
                "type": "dynamiclist",
                "path": "rows",
                "components": [
                    {"type": "number", "key": "n"},
                    {"type": "textfield", "key": "x", "conditional": {"hide": condition}},
                ],
            },
        ]
        values = fill(feel, components, {"a": "outer", "rows": [{"n": 1, "x": ""}]}, proposal={"no": "P1"})
        return "x" not in values["rows"][0]

    for condition in (
        '=proposal.no = "P1"',
        '=a = "outer"',
        "=n = 1",
        "=this.n = 1",
        '=parent.a = "outer"',
        "=i[1] = 1",
        '=today() = date("2026-11-23")',
    ):
        assert hidden_when(condition), condition
    for condition in ("=n = 2", "=null", "=nobody", '="true"'):
        assert not hidden_when(condition), condition


def test_a_condition_that_cannot_be_evaluated_is_the_forms_fault(feel: Feel) -> None:
    with pytest.raises(FeelError):
        fill(feel, [field("textfield", conditional={"hide": "=function(a) a"})], {})


def test_a_disabled_field_is_not_taken(feel: Feel) -> None:
    assert fill(feel, [field("textfield", disabled=True, rules={"required": True})], {"x": "a"}) == {}


def test_options_come_from_the_tasks_data_or_an_expression(feel: Feel) -> None:
    from_data = field("select", valuesKey="units")
    from_feel = field("select", valuesExpression="=for u in units return {label: u.label, value: u.value}")
    units = [{"label": "甲", "value": "u1"}, {"label": "乙", "value": "u2"}]

    for component in (from_data, from_feel):
        assert fill(feel, [component], {"x": "u2"}, units=units) == {"x": "u2"}
        assert errors(feel, [component], {"x": "u3"}, units=units) == {"x": ["选项无效，请重新选择"]}
        assert errors(feel, [component], {"x": "u1"}) == {"x": ["选项无效，请重新选择"]}


def test_a_pattern_that_never_ends_is_stopped() -> None:
    component = field("textfield", rules={"pattern": "^(a+)+$"})
    with Feel(seconds=0.2) as feel:
        assert errors(feel, [component], {"x": "a" * 40 + "!"}) == {"x": ["格式不正确"]}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "rows", "name", "@"]), inner),
    max_leaves=8,
)
EVERY = [
    form(
        {"type": kind, "key": "x", "values": CHOICES} if kind in ("select", "checklist") else {"type": kind, "key": "x"}
    )
    for kind in ("textfield", "textarea", "number", "select", "checklist", "checkbox", "datetime", "point")
] + [form(*ROWS)]


@given(payload=st.dictionaries(st.sampled_from(["x", "rows", "other"]), json_values))
def test_whatever_is_sent_is_taken_or_refused_with_words(feel: Feel, payload: dict[str, Any]) -> None:
    for each in EVERY:
        refused = refusals(each, payload, feel)
        assert all(isinstance(text, str) and text for texts in refused.values() for text in texts)


def refusals(each: Form, payload: dict[str, Any], feel: Feel) -> dict[str, list[str]]:
    try:
        validate(each, payload, context(feel), FIELDS)
    except FormInvalid as invalid:
        return invalid.errors
    return {}


def test_data_nested_without_end_is_refused(feel: Feel) -> None:
    deep: Any = "x"
    for _ in range(3000):
        deep = [deep]

    assert errors(feel, [field("textfield")], {"x": deep}) == {"": ["内容格式不正确"]}


def test_half_a_surrogate_pair_is_refused_like_any_other_shape_that_is_no_text(feel: Feel) -> None:
    with pytest.raises(FormInvalid):
        validate(form(field("textfield")), {"x": "\ud800"}, context(feel), FIELDS)
