"""The marshmallow schema of a form for one payload: which fields it has depends on the payload (`conditional.hide`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from engine import form_messages as say
from engine.form import DISPLAY_TYPES, Component, Form, FormContext, FormField, children_of, flat, key_of
from engine.form_fields import LOADERS, empty

MAX_ROWS = 500
Loader = Callable[[Component, Any, FormContext], Any]


@dataclass(frozen=True)
class Scope:
    """A level of the data: the form's own, a group's, or a row's of a dynamic list.

    Attributes:
        data: the raw values of this level.
        around: the level around it.
        index: the row's number, from 1, when the level is a row.
    """

    context: FormContext
    types: Mapping[str, FormField]
    data: Mapping[str, Any]
    around: Scope | None = None
    index: int | None = None

    def inner(self, data: Mapping[str, Any], index: int | None = None) -> Scope:
        """Return the scope of a level inside."""
        return replace(self, data=data, around=self, index=index)

    def variables(self) -> dict[str, Any]:
        """Return what an expression of this level sees, as in form-js: all data around it, `this`, `parent` and `i`."""
        outer = dict(self.context.variables) if self.around is None else self.around.variables()
        parent = None if self.around is None else dict(self.around.data)
        index = outer.get("i", []) if self.index is None else [*outer.get("i", []), self.index]
        return {**outer, **self.data, "this": dict(self.data), "parent": parent, "i": index}

    def hidden(self, components: list[Component]) -> set[int]:
        """Return the positions of the components whose `conditional.hide` holds, in one go.

        Raises:
            FeelError: a condition cannot be evaluated.
        """
        conditions = [
            (position, str(component["conditional"]["hide"]))
            for position, component in enumerate(components)
            if (component.get("conditional") or {}).get("hide")
        ]
        if not conditions:
            return set()
        expressions = [expression for _, expression in conditions]
        answers = self.context.feel.evaluate_all(expressions, self.variables(), self.context.clock.now())
        return {position for (position, _), answer in zip(conditions, answers, strict=True) if answer is True}


class FormSchema(Schema):
    """What all schemas of forms share: a field that the form does not have is refused."""

    error_messages = {"unknown": say.UNKNOWN_FIELD, "type": say.SHAPE}  # noqa: RUF012  marshmallow's own way

    class Meta:
        """Strict."""

        unknown = RAISE


class FormValue(fields.Field[Any]):
    """One input of a form."""

    def __init__(self, component: Component, load: Loader, context: FormContext) -> None:
        super().__init__()
        self._component = component
        self._load = load
        self._context = context

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Return the value; a missing one, null and an empty one are the same thing to a person."""
        result = empty(self._component)
        if value is not missing and value is not None and value != "":
            result = self._load(self._component, value, self._context)
        if (self._component.get("validate") or {}).get("required") and _is_empty(result):
            raise ValidationError(say.TICK if self._component["type"] == "checkbox" else say.REQUIRED)
        return result


def _is_empty(value: Any) -> bool:
    # 0 is no empty value, though it equals False
    return value is None or value is False or value in ("", [])


class Section(fields.Field[Any]):
    """A group with a path: an object in the data."""

    def __init__(self, component: Component, scope: Scope) -> None:
        super().__init__(load_default=dict)
        self._component = component
        self._scope = scope

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Return the group's values, empty ones included."""
        data = {} if value is missing or value is None else value
        return load_level(children_of(self._component), data, self._scope)


class Rows(fields.Field[Any]):
    """A dynamic list: a list of objects."""

    def __init__(self, component: Component, scope: Scope) -> None:
        super().__init__()
        self._component = component
        self._scope = scope

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Return the values of the rows; errors by the row's position from 0."""
        if value is missing or value is None:
            return []
        if not isinstance(value, list):
            raise ValidationError(say.SHAPE)
        if len(value) > MAX_ROWS:
            raise ValidationError(say.rows(MAX_ROWS))
        loaded, errors = [], {}
        for index, row in enumerate(value):
            try:
                loaded.append(load_level(children_of(self._component), row, self._scope, index + 1))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors)
        return loaded


def load_form(form: Form, payload: Mapping[str, Any], context: FormContext, types: Mapping[str, FormField]) -> Any:
    """Return the checked values of a payload; raises marshmallow's ValidationError, and FeelError of a condition."""
    scope = Scope(context, types, payload)
    return _load(list(form.components), scope)


def load_level(components: list[Component], data: Any, around: Scope, index: int | None = None) -> Any:
    """Return the checked values of a level inside."""
    if not isinstance(data, Mapping):
        raise ValidationError(say.SHAPE)
    return _load(components, around.inner(data, index))


def _load(components: list[Component], scope: Scope) -> Any:
    shown, hidden = divide(components, scope)
    attributes = {key: _field(component, scope) for key, component in shown.items()}
    schema = FormSchema.from_dict(attributes)()
    # what the browser hid it may still have sent; a field that is shown under the same name is meant then
    return schema.load({key: value for key, value in scope.data.items() if key not in hidden - set(attributes)})


def divide(components: list[Component], scope: Scope) -> tuple[dict[str, Component], set[str]]:
    """Return the inputs of a level that are shown, by key, and the keys of those that are not taken."""
    level = list(components)
    hidden = scope.hidden(level)
    shown: dict[str, Component] = {}
    dropped: set[str] = set()
    for position, component in enumerate(level):
        if position in hidden or component.get("disabled"):
            dropped |= _keys(component)
        elif component["type"] == "group" and key_of(component) is None:
            inner_shown, inner_dropped = divide(children_of(component), scope)
            shown |= inner_shown
            dropped |= inner_dropped
        elif _takes_input(component, scope.types):
            shown[str(key_of(component))] = component
    return shown, dropped


def _keys(component: Component) -> set[str]:
    return {key for each in flat([component]) if (key := key_of(each)) is not None}


def _takes_input(component: Component, types: Mapping[str, FormField]) -> bool:
    if component["type"] in DISPLAY_TYPES or key_of(component) is None:
        return False
    custom = types.get(component["type"])
    return custom is None or custom.load is not None


def _field(component: Component, scope: Scope) -> fields.Field[Any]:
    kind = component["type"]
    if kind == "group":
        return Section(component, scope)
    if kind == "dynamiclist":
        return Rows(component, scope)
    load = LOADERS.get(kind) or scope.types[kind].load
    assert load is not None  # noqa: S101  _takes_input left those out
    return FormValue(component, load, scope.context)
