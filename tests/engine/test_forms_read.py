"""Form files: what is read, and what is refused with its place and a reason."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.errors import FormInvalid
from engine.feel import Feel, FeelError
from engine.findings import Finding
from engine.form_values import from_post
from engine.forms import parse_form, validate
from tests.engine.forming import FIELDS, context


@pytest.fixture(scope="module")
def feel() -> Iterator[Feel]:
    with Feel() as feel:
        yield feel


def faults(content: bytes | dict[str, Any], feel: Feel | None = None) -> list[Finding]:
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False, indent=1).encode()
    form, findings = parse_form(raw, "deep/plan.form.json", feel, FIELDS)
    assert (form is None) == bool(findings)
    return findings


def test_a_form_is_called_by_its_file() -> None:
    content = b'{"id": "other", "components": [{"type": "text", "text": "x"}, {"type": "map", "key": "m"}]}'

    form, findings = parse_form(content, "deep/plan.form.json")

    assert findings == []
    assert form is not None
    assert form.id == "plan"
    assert form.custom_types() == {"map"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "json.malformed"),
        (b"{", "json.malformed"),
        (b"\xff", "json.malformed"),
        (b"[" * 100_000, "json.malformed"),
        (b"[]", "form.shape"),
        (b'{"components": []}', "form.shape"),
        (b'{"startsFrom": "first", "components": [{"type": "text", "text": "x"}]}', "form.starts-from"),
        (b'{"components": [1]}', "form.shape"),
        (b'{"components": [{"type": 1}]}', "form.shape"),
        (b" " * 500_001, "form.too-large"),
    ],
)
def test_what_is_no_form_is_a_finding(content: bytes, code: str) -> None:
    assert [finding.code for finding in faults(content)] == [code]


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({"type": "hologram", "key": "x"}, "form.type-unknown"),
        ({"type": "textfield"}, "form.key-missing"),
        ({"type": "dynamiclist", "components": []}, "form.key-missing"),
        ({"type": "textfield", "key": "a.b"}, "form.key-invalid"),
        ({"type": "textfield", "key": "a b"}, "form.key-invalid"),
        ({"type": "textfield", "key": "x", "validate": []}, "form.shape"),
        ({"type": "textfield", "key": "x", "conditional": "=a"}, "form.shape"),
        ({"type": "group", "components": {}}, "form.shape"),
        ({"type": "textfield", "key": "x", "validate": {"minLength": "=a"}}, "form.expression"),
        ({"type": "textfield", "key": "x", "validate": {"maxLength": "many"}}, "form.rule"),
        ({"type": "number", "key": "x", "decimalDigits": -1}, "form.rule"),
        ({"type": "select", "key": "x"}, "form.options"),
        ({"type": "select", "key": "x", "values": [], "valuesKey": ""}, "form.options"),
        ({"type": "select", "key": "x", "values": [{"label": "a"}]}, "form.options"),
        ({"type": "radio", "key": "x", "values": [{"value": "a"}, {"value": "a"}]}, "form.options"),
        ({"type": "datetime", "key": "x", "subtype": "week"}, "form.subtype"),
        ({"type": "textfield", "key": "x", "validate": {"pattern": "(["}}, "form.pattern"),
        ({"type": "textfield", "key": "x", "conditional": {"hide": "=a >"}}, "feel.syntax"),
        ({"type": "select", "key": "x", "valuesExpression": "=[1,"}, "feel.syntax"),
        ({"type": "datetime", "key": "x", "default": "=today( +"}, "feel.syntax"),
    ],
)
def test_what_cannot_be_run_is_refused(feel: Feel, component: dict[str, Any], code: str) -> None:
    [finding] = faults({"components": [component]}, feel)

    assert finding.code == code
    assert finding.message_zh
    assert finding.message_en


def test_a_finding_has_the_line_and_the_key_of_its_component(feel: Feel) -> None:
    content = b'{\n"components": [\n{"type": "text"},\n{"key": "when",\n"type": "datetime", "subtype": "week"}]}'

    [finding] = faults(content, feel)

    assert (finding.line, finding.element_id, finding.file) == (4, "when", "deep/plan.form.json")


def test_a_key_is_unique_on_its_level_and_may_come_again_inside() -> None:
    field = {"type": "textfield", "key": "x"}
    group = {"type": "group", "components": [field]}
    inside = {"type": "group", "path": "g", "components": [field]}

    assert faults({"components": [field, inside]}) == []
    assert [finding.code for finding in faults({"components": [field, group]})] == ["form.key-twice"]


def test_forms_without_end_are_refused() -> None:
    component: dict[str, Any] = {"type": "textfield", "key": "x"}
    for _ in range(20):
        component = {"type": "group", "components": [component]}
    many = [{"type": "text"}] * 501

    assert [finding.code for finding in faults({"components": [component]})] == ["form.too-deep"]
    assert [finding.code for finding in faults({"components": many})] == ["form.too-many"]


NAMES = (
    ("type", "key", "path", "components", "validate", "conditional", "hide", "values", "value", "pattern", "required"),
    ("minLength", "decimalDigits", "subtype", "default", "valuesExpression", "id", "label"),
)
names = st.sampled_from([name for group in NAMES for name in group])
scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "x", "=a", "=a >", "([", "é", "\ud800"])
types = st.sampled_from(["textfield", "number", "select", "group", "dynamiclist", "datetime", "checkbox", "point"])
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)
components = st.recursive(
    st.fixed_dictionaries({"type": types, "key": st.sampled_from(["x", "y"])}, optional={"validate": anything}),
    lambda inner: st.builds(
        lambda extra, kind, inside: {**extra, "type": kind, "components": inside},
        st.dictionaries(names, anything, max_size=4),
        types,
        st.lists(inner | anything, max_size=3),
    ),
    max_leaves=6,
)


@given(content=st.lists(components | anything, min_size=1, max_size=3))
def test_no_file_breaks_the_reading(feel: Feel, content: list[Any]) -> None:
    raw = json.dumps({"components": content}).encode()

    form, findings = parse_form(raw, "x.form.json", feel, FIELDS)

    assert (form is None) == bool(findings)
    assert all(finding.message_zh and finding.line >= 1 for finding in findings)


def plausible(key: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "type": types,
            "key": st.just(key),
            "path": st.just(key),
            "components": st.just([{"type": "number", "key": "n"}]),
        },
        optional={
            "validate": st.dictionaries(
                st.sampled_from(["required", "patternErrorMessage", "validationType"]), anything
            ),
            "conditional": st.fixed_dictionaries({"hide": st.sampled_from(["", "=x = 1", "=y", "=count(x) > 0"])}),
            "disabled": anything,
            "values": st.lists(st.fixed_dictionaries({"value": anything}), min_size=1, max_size=2, unique_by=repr),
            "subtype": st.sampled_from(["date", "time", "datetime"]),
        },
    )


@given(one=plausible("x"), other=plausible("y"), payload=st.dictionaries(st.sampled_from("xy"), anything))
def test_a_form_that_was_read_can_be_filled_in(
    feel: Feel, one: dict[str, Any], other: dict[str, Any], payload: dict[str, Any]
) -> None:
    form, _ = parse_form(json.dumps({"components": [one, other]}).encode(), "x.form.json", feel, FIELDS)
    if form is None:
        return

    from_post(form, MultiDict([("x", "1"), ("y.0.n", "2")]), FIELDS)
    with contextlib.suppress(FormInvalid, FeelError):
        validate(form, payload, context(feel), FIELDS)


def test_all_faults_are_found_at_once(feel: Feel) -> None:
    components = [{"type": "textfield"}, {"type": "select", "key": "x"}, {"type": "hologram"}]

    assert [finding.code for finding in faults({"components": components}, feel)] == [
        "form.key-missing",
        "form.options",
        "form.type-unknown",
    ]
