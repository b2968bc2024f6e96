"""How each type of field turns raw data (JSON, or strings of an HTML post) into a value, and what it refuses.

The rules are form-js's, as its viewer applies them in the browser; where it silently drops what it cannot read,
we say so. Each loader has the signature of `FormField.load`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from marshmallow import ValidationError

from engine import form_messages as say
from engine.clock import TIMEZONE, today
from engine.feel import FeelError
from engine.form import Component, FormContext
from engine.form_files import FILES, load_files
from engine.form_options import Option, options

MAX_TEXT = 20_000
"""UTF-16 units of a text whose form sets no limit."""
MAX_NUMBER = Decimal(10) ** 15
"""JavaScript, and so FEEL, is exact up to here."""
FIRST_YEAR, LAST_YEAR = 1900, 2200

AnyDate = TypeVar("AnyDate", bound=date)
Read = TypeVar("Read")

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
# E.164 as form-js has it, and as people write it here: a mobile number, or a landline with its area code
_PHONE = re.compile(r"\+(?:[0-9] ?){6,14}[0-9]|1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


def load_text(component: Component, raw: Any, context: FormContext) -> str:
    """Return the text with line feeds for line ends, trimmed, as form-js does before it counts."""
    if not isinstance(raw, str):
        raise ValidationError(say.NOT_TEXT)
    text = raw.replace("\r\n", "\n").strip()
    if _UNSTORABLE.search(text):
        # PostgreSQL stores no NUL, and a lone surrogate is no character
        raise ValidationError(say.UNSTORABLE)
    rules = component.get("validate") or {}
    _check_length(text, rules)
    if text:
        _check_form(text, rules, context)
    return text


def _check_length(text: str, rules: Mapping[str, Any]) -> None:
    length = len(text.encode("utf-16-le")) // 2  # as JavaScript counts
    least, most = int(rules.get("minLength") or 0), int(rules.get("maxLength") or MAX_TEXT)
    if text and length < least:
        raise ValidationError(say.too_short(least))
    if length > most:
        raise ValidationError(say.too_long(most))


def _check_form(text: str, rules: Mapping[str, Any], context: FormContext) -> None:
    if rules.get("pattern") and not matches(str(rules["pattern"]), text, context):
        message = rules.get("patternErrorMessage")
        raise ValidationError(str(message) if message else say.PATTERN)
    if rules.get("validationType") == "email" and not _EMAIL.fullmatch(text):
        raise ValidationError(say.EMAIL)
    if rules.get("validationType") == "phone" and not _PHONE.fullmatch(text):
        raise ValidationError(say.PHONE)


def matches(pattern: str, text: str, context: FormContext) -> bool:
    """Return whether an ECMAScript pattern occurs in the text.

    V8 decides, not `re`: `$` and the classes of characters differ, and a pattern that never ends is stopped.
    """
    try:
        return bool(
            context.feel.evaluate("matches(text, pattern)", {"text": text, "pattern": pattern}, context.clock.now())
        )
    except FeelError:
        return False


def load_number(component: Component, raw: Any, context: FormContext) -> int | float:
    """Return a whole number as int, any other as float."""
    number = _number(raw)
    rules = component.get("validate") or {}
    _check_digits(number, component.get("decimalDigits"))
    if rules.get("min") is not None and number < Decimal(str(rules["min"])):
        raise ValidationError(say.below(rules["min"]))
    if rules.get("max") is not None and number > Decimal(str(rules["max"])):
        raise ValidationError(say.above(rules["max"]))
    return int(number) if number == number.to_integral_value() else float(number)


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValidationError(say.NOT_NUMBER)
    # NFKC: an input method for Chinese types full-width digits
    text = unicodedata.normalize("NFKC", raw).strip() if isinstance(raw, str) else str(raw)
    try:
        number = Decimal(text) if text.isascii() and "_" not in text else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ValidationError(say.NOT_NUMBER)
    # abs() would calculate, and overflow, for 1e999999999
    if number.copy_abs() > MAX_NUMBER:
        raise ValidationError(say.TOO_LARGE)
    return number


def _check_digits(number: Decimal, most: Any) -> None:
    if most is None:
        return
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > int(most):
        raise ValidationError(say.digits(int(most)) if int(most) else say.NOT_WHOLE)


def load_option(component: Component, raw: Any, context: FormContext) -> Any:
    """Return the value of the one option chosen."""
    return _option(options(component, context), raw)


def load_options(component: Component, raw: Any, context: FormContext) -> list[Any]:
    """Return the values of the options chosen, in the order chosen."""
    if not isinstance(raw, list):
        raise ValidationError(say.NOT_LIST)
    offered = options(component, context)
    chosen = [_option(offered, each) for each in raw]
    if any(each in chosen[:index] for index, each in enumerate(chosen)):
        raise ValidationError(say.TWICE)
    return chosen


def _option(offered: list[Option], raw: Any) -> Any:
    for option in offered:
        if option.is_value(raw):
            return option.value
    raise ValidationError(say.NOT_OPTION)


def load_checkbox(component: Component, raw: Any, context: FormContext) -> bool:
    """Return the boolean; nothing else counts as one."""
    if not isinstance(raw, bool):
        raise ValidationError(say.NOT_YES_NO)
    return raw


def load_datetime(component: Component, raw: Any, context: FormContext) -> date | time | datetime:
    """Return a date, a time or an aware moment, by `subtype`. A moment without offset is one of Asia/Shanghai."""
    read = _SUBTYPES[str(component.get("subtype") or "date")]
    value = read(raw)
    if component.get("disallowPassedDates") and isinstance(value, date):
        day = value.astimezone(TIMEZONE).date() if isinstance(value, datetime) else value
        if day < today(context.clock):
            raise ValidationError(say.PAST)
    return value


def _date(raw: Any) -> date:
    day = _parse(raw, _DATE, date.fromisoformat, say.NOT_DATE)
    return _in_range(day)


def _time(raw: Any) -> time:
    return _parse(raw, _TIME, time.fromisoformat, say.NOT_TIME)


def _moment(raw: Any) -> datetime:
    moment = _in_range(_parse(raw, _MOMENT, datetime.fromisoformat, say.NOT_MOMENT))
    return moment.replace(tzinfo=TIMEZONE) if moment.tzinfo is None else moment.astimezone(TIMEZONE)


def _in_range(day: AnyDate) -> AnyDate:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(say.DATE_RANGE)
    return day


def _parse(raw: Any, form: re.Pattern[str], read: Callable[[str], Read], message: str) -> Read:
    # fromisoformat takes more than people should write: 20261231, 2026-W53-4
    if not isinstance(raw, str) or not form.fullmatch(raw.strip()):
        raise ValidationError(message)
    try:
        return read(raw.strip())
    except ValueError as error:
        raise ValidationError(message) from error


_SUBTYPES: Mapping[str, Callable[[Any], date | time | datetime]] = {
    "date": _date,
    "time": _time,
    "datetime": _moment,
}

LOADERS: Mapping[str, Callable[[Component, Any, FormContext], Any]] = {
    "textfield": load_text,
    "textarea": load_text,
    "number": load_number,
    "select": load_option,
    "radio": load_option,
    "checklist": load_options,
    "taglist": load_options,
    "checkbox": load_checkbox,
    "datetime": load_datetime,
    FILES: load_files,
}

_EMPTY: Mapping[str, Any] = {"textfield": "", "textarea": "", "checkbox": False}


def empty(component: Component) -> Any:
    """Return the value of a field that was left empty, as form-js has it."""
    if component["type"] in ("checklist", "taglist", FILES):
        return []
    return _EMPTY.get(component["type"])
