"""Values as they are stored and as they cross into V8."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import Feel, YearsMonths, pack, unpack

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

zones = st.sampled_from([UTC, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), timezone(timedelta(hours=-3))])


def aware(first: date, last: date) -> st.SearchStrategy[datetime]:
    return st.builds(datetime.combine, st.dates(first, last), st.times(), zones)


# the year leaves room for the step into the time zone of the place
moments = aware(date(1, 1, 3), date(9999, 12, 29))
keys = st.one_of(st.sampled_from(["@", "v", "__proto__", "constructor", "a b", "a-b", ""]), st.text(max_size=8))
# a surrogate is no character: nothing can write it
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.dates(),
    st.times(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=8))])),
    st.timedeltas(),
    st.builds(YearsMonths, st.integers(-100_000, 100_000)),
)
safe_keys = keys.filter(lambda key: not any(0xD800 <= ord(letter) < 0xE000 for letter in key))


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(safe_keys, inner, max_size=4),
        max_leaves=12,
    )


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same type all the way down: 1, 1.0 and True are three values."""
    if isinstance(one, datetime):
        # Python compares moments of two zones as unequal where a clock is put back (PEP 495)
        return isinstance(other, datetime) and one.astimezone(UTC) == other.astimezone(UTC)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        # the order of keys means nothing, and V8 puts those that are numbers first
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@given(nested(plain | moments))
def test_unpacking_what_was_packed_and_stored_gives_the_same_value(value: Any) -> None:
    assert same(value, unpack(orjson.loads(orjson.dumps(pack(value)))))


@given(nested(plain | moments))
def test_a_packed_value_is_what_its_json_is(value: Any) -> None:
    packed = pack(value)

    assert orjson.loads(orjson.dumps(packed)) == packed


# FEEL has one kind of number, so that 1.0 comes back as 1; and Temporal knows no sub-minute offsets and fewer years
whole = st.integers(-(2**70), 2**70)
halves = st.integers(-(10**9), 10**9).map(lambda number: number + 0.5)
crossing = st.one_of(
    st.none(),
    st.booleans(),
    whole,
    halves,
    texts,
    st.dates(),
    st.times(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=8))])),
    st.timedeltas(min_value=timedelta(days=-3_000_000), max_value=timedelta(days=3_000_000)),
    st.builds(YearsMonths, st.integers(-100_000, 100_000)),
    aware(date(1902, 1, 1), date(9999, 12, 29)),
)


@given(value=nested(crossing))
def test_a_value_passes_through_an_expression_unchanged(feel: Feel, value: Any) -> None:
    assert same(value, feel.evaluate("value", {"value": value}, NOW))


def test_text_that_looks_like_a_date_stays_text(feel: Feel) -> None:
    assert feel.evaluate('x = date("2026-12-01")', {"x": "2026-12-01"}, NOW) is None
    assert feel.evaluate('x = date("2026-12-01")', {"x": date(2026, 12, 1)}, NOW) is True


def test_user_data_cannot_pose_as_a_typed_value(feel: Feel) -> None:
    forged = {"@": "date", "v": "2026-12-01"}

    assert unpack(pack(forged)) == forged
    assert feel.evaluate("x", {"x": forged}, NOW) == forged


def test_variables_may_be_named_like_a_tag(feel: Feel) -> None:
    assert feel.evaluate("v", {"@": "date", "v": "2026-12-01"}, NOW) == "2026-12-01"


def test_a_moment_comes_back_in_the_time_zone_of_the_place(feel: Feel) -> None:
    moment = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)

    back = feel.evaluate("m", {"m": moment}, NOW)

    assert back == moment
    assert back.isoformat() == "2026-12-02T00:30:00+08:00"
    assert feel.evaluate("date(m)", {"m": moment}, NOW) == date(2026, 12, 2)


def test_a_moment_in_a_named_zone_keeps_its_instant(feel: Feel) -> None:
    paris = feel.evaluate('date and time("2026-07-01T10:00:00@Europe/Paris")', {}, NOW)

    assert paris == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def test_a_time_in_a_named_zone_keeps_the_zone() -> None:
    value = time(10, 30, tzinfo=ZoneInfo("Europe/Paris"))

    assert unpack(pack(value)) == value
    assert unpack(pack(value)).tzinfo.key == "Europe/Paris"


def test_a_number_beyond_javascript_is_passed_on_but_not_calculated_with(feel: Feel) -> None:
    identity_number = 431103199901011234

    assert feel.evaluate("n", {"n": identity_number}, NOW) == identity_number
    assert feel.evaluate("n + 1", {"n": identity_number}, NOW) is None


@pytest.mark.parametrize(
    "value",
    [Decimal("1.5"), {1, 2}, (1, 2), b"bytes", datetime(2026, 1, 1), {1: "x"}, object()],  # noqa: DTZ001  naive
    ids=["Decimal", "set", "tuple", "bytes", "naive datetime", "number as key", "object"],
)
def test_what_is_no_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        pack({"x": [value]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), datetime.max.replace(tzinfo=UTC)])
def test_what_has_no_place_in_json_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"finite|range"):
        pack(value)


def test_data_nested_without_end_is_refused() -> None:
    deep: Any = None
    for _ in range(5000):
        deep = [deep]

    with pytest.raises(ValueError, match="deep"):
        pack(deep)


@pytest.mark.parametrize("text", ["P", "PT", "-P", "P1Y", "P1DT", "1D", "PT1.S", "P٣D", "P999999999999D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|range"):
        unpack({"@": "days and time duration", "v": text})


def test_an_unknown_tag_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        unpack({"@": "money", "v": "1"})


@pytest.mark.parametrize(("months", "text"), [(14, "P1Y2M"), (12, "P1Y"), (0, "P0M"), (-14, "-P1Y2M"), (5, "P5M")])
def test_a_duration_of_months_is_written_in_years_and_months(months: int, text: str) -> None:
    assert str(YearsMonths(months)) == text
    assert YearsMonths.parse(text) == YearsMonths(months)
