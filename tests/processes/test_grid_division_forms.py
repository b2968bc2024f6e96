"""The five forms: what they accept, and what they say of the rest (SPEC 8(a): a1, a7, a8, a10, a13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import FormInvalid
from engine.form_values import defaults
from engine.forms import Form, FormContext, parse_form, validate
from plugins.grid_registry.form_field import FIELDS

if TYPE_CHECKING:
    from engine.bundle import Bundle
    from engine.clock import FixedClock
    from engine.feel import Feel

TYPES = {field.type: field for field in FIELDS}
RENAME = {"op": "rename", "grid": "431103001001-C001", "name": "梅湾一网格"}
PLAN = {
    "reason_type": "community_resized",
    "reason_text": "小区二期交付，新增住户较多，原网格规模过大。",
    "effective_date": "2026-12-31",
    "guidance_ref": "",
    "base_revision": 3,
    "changes": [RENAME],
}
REVIEW = {"checks": ["boundary_clear", "size_standard"], "conclusion": "approve"}
OPINION = "边界与相邻社区重叠，请核对后再报。"

Check = Callable[..., dict[str, Any]]
Errors = Callable[..., set[str]]


@pytest.fixture
def context(feel: Feel, clock: FixedClock) -> Iterator[FormContext]:
    with Session(sa.create_engine("sqlite://")) as session:
        yield FormContext(session, feel, clock, {"proposal": {"no": "HF-431103001-2026-0001"}}, "431103001")


def form(bundle: Bundle, name: str) -> Form:
    parsed, findings = parse_form(bundle.files[f"{name}.form.json"], f"{name}.form.json")
    assert findings == []
    assert parsed is not None
    return parsed


@pytest.fixture
def accepted(bundle: Bundle, context: FormContext) -> Check:
    def check(name: str, payload: dict[str, Any], **changed: Any) -> dict[str, Any]:
        return validate(form(bundle, name), payload | changed, context, TYPES)

    return check


@pytest.fixture
def refused_at(accepted: Check) -> Errors:
    """Returns the fields that are complained of; empty when the form is accepted."""

    def check(name: str, payload: dict[str, Any], **changed: Any) -> set[str]:
        try:
            accepted(name, payload, **changed)
        except FormInvalid as error:
            return set(error.errors)
        return set()

    return check


def test_every_form_is_in_order(bundle: Bundle) -> None:
    names = {path.removesuffix(".form.json") for path in bundle.files if path.endswith(".form.json")}
    assert names == {"propose", "sign", "review", "decide", "file", "staff"}
    own = {"propose": {"grid_changes"}, "staff": {"grid_staffing"}}
    for name in names:
        assert form(bundle, name).custom_types() == own.get(name, {"grid_difference"})


def test_a_plan_comes_with_its_date_as_a_date(accepted: Check) -> None:
    assert accepted("propose", PLAN)["effective_date"] == date(2026, 12, 31)


def test_the_effective_date_starts_thirty_days_ahead(bundle: Bundle, context: FormContext) -> None:
    assert defaults(form(bundle, "propose"), context) == {"effective_date": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason_type": "whim"}, "reason_type"),
        ({"reason_text": "太短了"}, "reason_text"),
        ({"reason_text": "字" * 19}, "reason_text"),
        ({"reason_text": "字" * 2001}, "reason_text"),
        ({"effective_date": "2026-11-30"}, "effective_date"),
        ({"effective_date": ""}, "effective_date"),
        ({"base_revision": None}, "base_revision"),
        ({"base_revision": -1}, "base_revision"),
        ({"changes": []}, "changes"),
        ({"changes": [RENAME | {"name": ""}]}, "changes.0.name"),
    ],
)
def test_a_plan_is_refused_at_the_field(refused_at: Errors, changed: dict[str, Any], field: str) -> None:
    assert refused_at("propose", PLAN, **changed) == {field}


@pytest.mark.parametrize("changed", [{"reason_text": "字" * 20}, {"reason_text": "字" * 2000}, {"base_revision": 0}])
def test_a_plan_at_the_limits_is_accepted(refused_at: Errors, changed: dict[str, Any]) -> None:
    assert refused_at("propose", PLAN, **changed) == set()


def test_a_plan_may_take_effect_today(refused_at: Errors) -> None:
    assert refused_at("propose", PLAN, effective_date="2026-12-01") == set()


def test_the_leader_must_confirm_the_statement_to_submit(refused_at: Errors) -> None:
    assert refused_at("sign", {"decision": "submit"}) == {"statement"}
    assert refused_at("sign", {"decision": "submit", "statement": False}) == {"statement"}
    assert refused_at("sign", {"decision": "submit", "statement": True}) == set()


def test_the_leader_must_say_why_a_plan_is_returned(refused_at: Errors) -> None:
    assert refused_at("sign", {"decision": "return"}) == {"opinion"}
    assert refused_at("sign", {"decision": "return", "opinion": "不妥"}) == {"opinion"}
    assert refused_at("sign", {"decision": "return", "opinion": OPINION}) == set()


def test_a_signature_without_a_decision_is_refused(refused_at: Errors) -> None:
    assert "decision" in refused_at("sign", {"statement": True})


def test_approving_needs_no_opinion(accepted: Check) -> None:
    values = accepted("review", REVIEW)
    assert values["conclusion"] == "approve"
    assert values.get("opinion") is None


@pytest.mark.parametrize("conclusion", ["return", "reject"])
def test_returning_and_rejecting_need_an_opinion(refused_at: Errors, conclusion: str) -> None:
    assert refused_at("review", REVIEW, conclusion=conclusion) == {"opinion"}
    assert refused_at("review", REVIEW, conclusion=conclusion, opinion="太少") == {"opinion"}
    assert refused_at("review", REVIEW, conclusion=conclusion, opinion=OPINION) == set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"checks": []}, "checks"), ({"checks": ["weather"]}, "checks"), ({"conclusion": "perhaps"}, "conclusion")],
)
def test_a_review_is_refused_at_the_field(refused_at: Errors, changed: dict[str, Any], field: str) -> None:
    assert field in {name.split(".")[0] for name in refused_at("review", REVIEW | {"opinion": OPINION}, **changed)}


@pytest.mark.parametrize("conclusion", ["approve", "return", "reject"])
def test_a_special_approval_always_needs_its_reasons(refused_at: Errors, conclusion: str) -> None:
    assert refused_at("decide", {"conclusion": conclusion}) == {"opinion"}
    assert refused_at("decide", {"conclusion": conclusion, "opinion": OPINION}) == set()


@pytest.mark.parametrize("number", ["永网备〔2026〕12号", "YZ-2026-0001", "备案（2026）7"])
def test_receipt_numbers_as_offices_write_them_are_accepted(refused_at: Errors, number: str) -> None:
    assert refused_at("file", {"receipt_no": number, "remark": "recorded"}) == set()


@pytest.mark.parametrize("number", ["", "12", "YZ 2026", "YZ;2026", "一" * 41])
def test_other_receipt_numbers_are_refused(refused_at: Errors, number: str) -> None:
    assert refused_at("file", {"receipt_no": number, "remark": "recorded"}) == {"receipt_no"}


def test_a_query_says_what_is_asked(refused_at: Errors) -> None:
    filing = {"receipt_no": "YZ-2026-0001", "remark": "query"}
    assert refused_at("file", filing) == {"note"}
    assert refused_at("file", filing, note="请说明专属网格的人口依据和统计口径。") == set()
