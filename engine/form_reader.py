"""From a `*.form.json` to a Form: every fault a finding, nothing raised."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.clock import SystemClock
from engine.feel import Feel, FeelError
from engine.findings import Finding, Severity
from engine.form import DISPLAY_TYPES, INPUT_TYPES, KNOWN_TYPES, LAYOUT_TYPES, Component, Form, key_of
from engine.upload import MOST_FILES

SUFFIX = ".form.json"
UNKNOWN_TYPE = "form.type-unknown"
MAX_BYTES = 500_000
MAX_DEPTH = 8
MAX_COMPONENTS = 500

_KEY = re.compile(r"[^\W\d]\w*")
_OPTION_TYPES = ("select", "radio", "checklist", "taglist")
_SUBTYPES = ("date", "time", "datetime")
_NUMBERS = ("minLength", "maxLength", "min", "max", "minFiles", "maxFiles")
_CAMERAS = ("environment", "user")


def parse_form(
    content: bytes, file: str, feel: Feel | None = None, field_types: Collection[str] | None = None
) -> tuple[Form | None, list[Finding]]:
    """Read a form and check it.

    Args:
        content: the file.
        file: its path in the bundle; the form's id is the name without `.form.json`.
        feel: checks the expressions and patterns, when given.
        field_types: those of plugins; when given, a type that nobody supplies is an error.

    Returns:
        The form, or None when there are errors; and the findings.
    """
    reader = _Reader(content, file, feel, field_types)
    components = reader.read()
    if reader.findings or components is None:
        return None, reader.findings
    name = file.rsplit("/", 1)[-1].removesuffix(SUFFIX)
    return Form(name, file, tuple(components), reader.starts_from_last), []


@dataclass
class _Reader:
    content: bytes
    file: str
    feel: Feel | None
    field_types: Collection[str] | None
    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    starts_from_last: bool = False

    def read(self) -> list[Component] | None:
        document = self._json()
        if document is None:
            return None
        components = document.get("components") if isinstance(document, dict) else None
        if not isinstance(components, list) or not components:
            self.report("form.shape", None, "不是 form-js 表单：缺少 components", "not a form-js form: no components")
            return None
        self._level(components, set(), 1)
        self._start(document.get("startsFrom"))
        return components

    def _start(self, value: object) -> None:
        if value not in {None, "last"}:
            hint = {"hint_zh": '写 "last"，或者去掉此项', "hint_en": 'Write "last", or leave it out'}
            self.report("form.starts-from", None, f"未知的 startsFrom：{value}", f"unknown startsFrom: {value}", **hint)
        self.starts_from_last = value == "last"

    def report(self, code: str, component: Component | None, zh: str, en: str, **hint: str) -> None:
        """Add an error at a component; its line is where its id, or key, stands in the file."""
        name = None if component is None else component.get("key") or component.get("path") or component.get("id")
        self.findings.append(
            Finding(Severity.ERROR, code, self.file, self._line(component), str(name) if name else None, zh, en, **hint)
        )

    def _line(self, component: Component | None) -> int:
        text = self.content.decode("utf-8", "replace")
        for attribute in ("id", "key", "path"):
            value = component.get(attribute) if component is not None else None
            found = isinstance(value, str) and re.search(rf'"{attribute}"\s*:\s*{re.escape(json.dumps(value))}', text)
            if found:
                return text.count("\n", 0, found.start()) + 1
        return 1

    def _json(self) -> Any:
        if len(self.content) > MAX_BYTES:
            self.report("form.too-large", None, f"文件超过 {MAX_BYTES} 字节", f"larger than {MAX_BYTES} bytes")
            return None
        try:
            return json.loads(self.content)
        except json.JSONDecodeError as error:
            zh, en = f"不是有效的 JSON：{error.msg}", f"not valid JSON: {error.msg}"
            finding = Finding(Severity.ERROR, "json.malformed", self.file, error.lineno, None, zh, en)
            self.findings.append(finding)
        except (UnicodeDecodeError, RecursionError):
            self.report("json.malformed", None, "不是有效的 JSON", "not valid JSON")
        return None

    def _level(self, components: list[Any], keys: set[str], depth: int) -> None:
        """Check the components of one level of the data; `keys` are those already taken there."""
        if depth > MAX_DEPTH:
            self.report("form.too-deep", None, f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels")
            return
        for component in components:
            self.count += 1
            if self.count > MAX_COMPONENTS:
                self.report(
                    "form.too-many", None, f"字段超过 {MAX_COMPONENTS} 个", f"more than {MAX_COMPONENTS} fields"
                )
                return
            if not isinstance(component, dict) or not isinstance(component.get("type"), str):
                self.report("form.shape", None, "字段缺少 type", "a component has no type")
                continue
            self._component(component, keys, depth)

    def _component(self, component: Component, keys: set[str], depth: int) -> None:
        kind = component["type"]
        shape = list(_shape_faults(component))
        if shape:
            self.report(*shape[0])
            return
        if kind not in KNOWN_TYPES and self.field_types is not None and kind not in self.field_types:
            self.report(
                UNKNOWN_TYPE,
                component,
                f"没有此字段类型：{kind}",
                f"no such field type: {kind}",
                hint_zh=f"可用类型：{'、'.join(sorted(KNOWN_TYPES | set(self.field_types)))}",
                hint_en=f"known types: {', '.join(sorted(KNOWN_TYPES | set(self.field_types)))}",
            )
        self._key(component, keys)
        if kind in LAYOUT_TYPES:
            # a group without a path adds no level
            inner = keys if kind == "group" and key_of(component) is None else set()
            self._level(component["components"], inner, depth + 1)
        for fault in _faults(component):
            self.report(*fault)
        self._expressions(component)

    def _key(self, component: Component, keys: set[str]) -> None:
        kind, key = component["type"], key_of(component)
        if key is None:
            if kind in INPUT_TYPES or kind == "dynamiclist":
                self.report("form.key-missing", component, f"字段（{kind}）缺少 key", f"the {kind} has no key")
        elif not _KEY.fullmatch(key):
            self.report(
                "form.key-invalid",
                component,
                f"key 只能由字母、数字和下划线组成：{key}",
                f"a key has letters, digits and underscores only: {key}",
            )
        elif key in keys and kind not in DISPLAY_TYPES:
            self.report("form.key-twice", component, f"key 重复：{key}", f"the key {key} is used twice")
        if key is not None:
            keys.add(key)

    def _expressions(self, component: Component) -> None:
        if self.feel is None:
            return
        for name, expression in _expressions(component):
            error = self.feel.check(expression)
            if error is not None:
                zh = f"{name}：{error}"
                self.report("feel.syntax", component, zh, f"{name}: FEEL syntax error at {error.position + 1}")
        pattern = component.get("validate", {}).get("pattern")
        if isinstance(pattern, str) and not _is_pattern(pattern, self.feel):
            self.report("form.pattern", component, f"正则表达式无效：{pattern}", f"not a valid pattern: {pattern}")


Fault = tuple[str, Component, str, str]


def _faults(component: Component) -> Iterator[Fault]:
    yield from _rule_faults(component, component.get("validate", {}))
    if component["type"] in _OPTION_TYPES:
        yield from _option_faults(component)
    if component["type"] == "filepicker":
        yield from _file_faults(component)
    if component["type"] == "datetime" and component.get("subtype", "date") not in _SUBTYPES:
        yield "form.subtype", component, f"subtype 应为 {'、'.join(_SUBTYPES)}", f"subtype is one of {_SUBTYPES}"


def _file_faults(component: Component) -> Iterator[Fault]:
    rules = component.get("validate", {})
    for name in ("minFiles", "maxFiles"):
        count = rules.get(name)
        if _is_number(count) and count is not None and not 1 <= float(count) <= MOST_FILES:
            zh, en = f"validate.{name} 应为 1 至 {MOST_FILES}", f"validate.{name} is 1 to {MOST_FILES}"
            yield "form.rule", component, zh, en
    if not isinstance(component.get("accept", ""), str):
        yield "form.rule", component, "accept 应为文字，如 image/*,.pdf", "accept is a text such as image/*,.pdf"
    capture = (component.get("properties") or {}).get("capture")
    if capture not in {None, *_CAMERAS}:
        zh, en = f"properties.capture 应为 {'、'.join(_CAMERAS)}", f"properties.capture is one of {_CAMERAS}"
        yield "form.rule", component, zh, en


def _shape_faults(component: Component) -> Iterator[Fault]:
    if not isinstance(component.get("validate", {}), dict):
        yield "form.shape", component, "validate 必须是对象", "validate must be an object"
    conditional = component.get("conditional", {})
    if not isinstance(conditional, dict) or not isinstance(conditional.get("hide") or "", str):
        yield "form.shape", component, 'conditional 应为 {"hide": 表达式}', 'conditional is {"hide": expression}'
    if component["type"] in LAYOUT_TYPES and not isinstance(component.get("components"), list):
        yield "form.shape", component, "缺少 components", "components is missing"


def _rule_faults(component: Component, rules: Mapping[str, Any]) -> Iterator[Fault]:
    for name, rule in rules.items():
        if isinstance(rule, str) and rule.startswith("=") and name != "pattern":
            yield (
                "form.expression",
                component,
                f"validate.{name} 不支持表达式",
                f"validate.{name} cannot be an expression",
            )
        elif name in _NUMBERS and not _is_number(rule):
            yield "form.rule", component, f"validate.{name} 必须是数字", f"validate.{name} must be a number"
    digits = component.get("decimalDigits")
    if digits is not None and not (isinstance(digits, int) and 0 <= digits <= 15):
        yield "form.rule", component, "decimalDigits 应为 0 至 15", "decimalDigits is 0 to 15"


def _is_number(rule: Any) -> bool:
    try:
        return rule is None or float(rule) == float(rule)
    except (TypeError, ValueError):
        return False


def _option_faults(component: Component) -> Iterator[Fault]:
    sources = [name for name in ("values", "valuesKey", "valuesExpression") if component.get(name)]
    if len(sources) != 1:
        yield (
            "form.options",
            component,
            "需要且只能有 values、valuesKey、valuesExpression 之一",
            "needs one of values, valuesKey, valuesExpression",
        )
        return
    listed = component.get("values")
    if listed is not None and not _are_options(listed):
        yield (
            "form.options",
            component,
            "values 的每一项都要有不重复的 value",
            "each of values needs a value of its own",
        )


def _are_options(listed: Any) -> bool:
    if not isinstance(listed, list) or not all(isinstance(each, dict) and "value" in each for each in listed):
        return False
    return len({json.dumps(each["value"]) for each in listed}) == len(listed)


def _expressions(component: Component) -> Iterator[tuple[str, str]]:
    """Give the FEEL in a component, with where it stands."""
    hide = component.get("conditional", {}).get("hide")
    if hide:
        yield "conditional.hide", hide
    if isinstance(component.get("valuesExpression"), str):
        yield "valuesExpression", component["valuesExpression"]
    default = component.get("default")
    if isinstance(default, str) and default.startswith("="):
        yield "default", default


def _is_pattern(pattern: str, feel: Feel) -> bool:
    try:
        return feel.evaluate('matches("", pattern)', {"pattern": pattern}, SystemClock().now()) is not None
    except FeelError:
        return False
