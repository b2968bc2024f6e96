"""A form as the page shows it: its components with names, values, options, errors and findings. Renders nothing.

Names in HTML are the dotted paths of the values, `rows.0.name`; ids are `f-` and the path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from engine.clock import TIMEZONE
from engine.form import key_of
from engine.form_files import FILES, ids_of, most_of
from engine.form_options import options, text_of
from web.findings_view import FindingView
from web.form_hidden import name_of
from web.language import current_language, translated

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.form import Component, FormContext, FormField

Errors = Mapping[str, Sequence[str]]
Findings = Mapping[str, Sequence[FindingView]]

ROW = "__row{depth}__"
"""Stands for the index in the template of a new row; one for each depth of nesting."""

INPUT_TYPES = {"date": "date", "time": "time", "datetime": "datetime-local"}
WIDE = ("textarea", "group", "dynamiclist", "text", "radio", "checklist", "taglist", "checkbox", "filepicker")


@dataclass(frozen=True)
class FieldView:
    """One component, ready to be drawn.

    Attributes:
        kind: the component's type.
        name: dotted path of its value; also the `name` in HTML.
        component: as in the form's file.
        value: typed or as it was posted.
        errors: messages at this very path; `all_errors` holds those of the whole form by path.
        findings: likewise.
        condition: empty for a field without a condition, else `shown` or `hidden`.
        children: of a group, or of the template of a new row.
        rows: of a list, the fields of each row.
        template, view: of a type that a plugin brings.
    """

    kind: str
    name: str
    label: str
    hint: str
    component: Component
    value: Any
    required: bool
    disabled: bool
    condition: str = ""
    errors: Sequence[str] = ()
    findings: Sequence[FindingView] = ()
    options: Sequence[tuple[str, str]] = ()
    children: Sequence[FieldView] = ()
    rows: Sequence[Sequence[FieldView]] = ()
    row_index: str = ""
    template: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    all_errors: Errors = field(default_factory=dict)
    all_findings: Findings = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of its control in HTML."""
        return f"f-{self.name}"

    @property
    def wide(self) -> bool:
        """Whether it takes the whole width rather than a column."""
        return self.kind in WIDE or bool(self.template)

    @property
    def rule(self) -> Mapping[str, Any]:
        """The component's own limits: required, min, max, minLength, maxLength, pattern."""
        found: Mapping[str, Any] = self.component.get("validate") or {}
        return found

    @property
    def input_type(self) -> str:
        """The `type` of an HTML input."""
        if self.kind == "datetime":
            return INPUT_TYPES[self.component.get("subtype", "date")]
        return {"email": "email", "phone": "tel"}.get(self.rule.get("validationType", ""), "text")

    @property
    def input_mode(self) -> str:
        """The keyboard a phone should offer."""
        if self.kind != "number":
            return ""
        return "numeric" if self.component.get("decimalDigits") == 0 else "decimal"

    @property
    def text(self) -> str:
        """The value as an HTML control wants it."""
        if self.value is None:
            return ""
        if isinstance(self.value, datetime):
            return self.value.astimezone(TIMEZONE).strftime("%Y-%m-%dT%H:%M")
        if isinstance(self.value, date | time):
            return self.value.isoformat()
        return str(self.value)

    def chosen(self, option: str) -> bool:
        """Return whether an option is ticked."""
        if isinstance(self.value, list):
            return option in [text_of(item) for item in self.value]
        return self.value is not None and text_of(self.value) == option

    @property
    def described_by(self) -> str:
        """The ids of what explains the control: hint, errors, findings."""
        parts = {"hint": self.hint, "errors": self.errors, "findings": self.findings}
        return " ".join(f"{self.id}-{part}" for part, present in parts.items() if present)


@dataclass(frozen=True)
class FormSource:
    """What fields are made from; the same for all fields of a form."""

    definition: Definition
    context: FormContext
    types: Mapping[str, FormField]
    errors: Errors
    findings: Findings
    hidden: frozenset[str]
    disabled: bool


def field_views(source: FormSource, components: Sequence[Component], values: Mapping[str, Any]) -> list[FieldView]:
    """Return the fields of a form's components, filled with the values."""
    return list(_fields(source, components, values, "", 0))


def _fields(
    source: FormSource, components: Sequence[Component], values: Mapping[str, Any], prefix: str, depth: int
) -> Iterator[FieldView]:
    for component in components:
        if (component.get("properties") or {}).get("rendered_by"):
            continue  # another component's template draws it
        yield _field(source, component, values, prefix, depth)


def _field(source: FormSource, component: Component, values: Mapping[str, Any], prefix: str, depth: int) -> FieldView:
    kind = component["type"]
    key, name = key_of(component), name_of(component, prefix)
    value = values.get(key) if key else values
    rule = component.get("validate") or {}
    inner: dict[str, Any] = {}
    if kind == "group":
        inside = value if isinstance(value, Mapping) else {}
        inner["children"] = list(_fields(source, component["components"], inside, f"{name}." if key else prefix, depth))
    elif kind == "dynamiclist":
        inner = _rows(source, component, value, name, depth)
    elif kind == FILES:
        inner["view"] = {"files": source.context.files(ids_of(value)), "most": most_of(component)}
    elif kind in source.types:
        own = source.types[kind]
        inner = {"template": own.template, "view": own.view(component, value, source.context)}
    return FieldView(
        kind=kind,
        name=name,
        label=_text(source, component, "label") or _text(source, component, "dateLabel"),
        hint=_text(source, component, "description") or _text(source, component, "text"),
        component=component,
        value=value,
        required=bool(rule.get("required")),
        disabled=source.disabled or bool(component.get("disabled")),
        condition=_condition(source, component, name),
        errors=source.errors.get(name, ()),
        findings=source.findings.get(name, ()),
        options=_options(source, component),
        all_errors=source.errors,
        all_findings=source.findings,
        **inner,
    )


def _text(source: FormSource, component: Component, name: str) -> str:
    return translated(source.definition, component.get(name) or "")


def _condition(source: FormSource, component: Component, name: str) -> str:
    if not (component.get("conditional") or {}).get("hide"):
        return ""
    return "hidden" if name in source.hidden else "shown"


def _options(source: FormSource, component: Component) -> list[tuple[str, str]]:
    english = current_language() == "en"
    return [
        (text_of(option.value), (option.label_en if english else "") or translated(source.definition, option.label))
        for option in options(component, source.context)
    ]


def _rows(source: FormSource, component: Component, value: Any, name: str, depth: int) -> dict[str, Any]:
    rows = value if isinstance(value, list) else [{}] * int(component.get("defaultRepetitions") or 0)
    index = ROW.format(depth=depth)

    def row(content: Any, number: str) -> list[FieldView]:
        inside = content if isinstance(content, Mapping) else {}
        return list(_fields(source, component["components"], inside, f"{name}.{number}.", depth + 1))

    return {
        "rows": [row(content, str(number)) for number, content in enumerate(rows)],
        "children": row({}, index),
        "row_index": index,
    }
