"""A form as it is deployed, what a plugin adds to it, and what it is filled in with. No reading, no checking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.clock import Clock
    from engine.feel import Feel

Component = Mapping[str, Any]
"""A component of form-js's JSON, as the file has it."""

DISPLAY_TYPES = frozenset({"text", "separator", "spacer"})
LAYOUT_TYPES = frozenset({"group", "dynamiclist"})
INPUT_TYPES = frozenset(
    {"textfield", "textarea", "number", "select", "radio", "checklist", "taglist", "checkbox", "datetime", "filepicker"}
)
KNOWN_TYPES = DISPLAY_TYPES | LAYOUT_TYPES | INPUT_TYPES
"""form-js types that we run. Any other must be a type that a plugin supplies (`FormField`)."""


class PostData(Protocol):
    """An HTML form post: werkzeug's MultiDict, without naming it."""

    def __contains__(self, name: object) -> bool:
        """Return whether the name was posted."""
        ...

    def __iter__(self) -> Iterator[str]:
        """Give the posted names."""
        ...

    def get(self, name: str, default: str = "") -> str:
        """Return the first value posted under the name."""
        ...

    def getlist(self, name: str) -> list[str]:
        """Return all values posted under the name."""
        ...


@dataclass(frozen=True)
class Form:
    """A `*.form.json`.

    Attributes:
        id: the file's name without `.form.json`; what a user task's property `form` says.
        components: the top components; groups and dynamic lists hold theirs under `components`.
        starts_from_last: whether it opens with what was sent in an earlier round (`"startsFrom": "last"` in the file):
            right for a plan that is mended, wrong for a signature or a decision, which is given anew each time.
    """

    id: str
    file: str
    components: tuple[Component, ...]
    starts_from_last: bool = False

    def walk(self) -> Iterator[Component]:
        """Give every component, outer before inner, in the order of the page."""
        yield from _walk(self.components)

    def custom_types(self) -> set[str]:
        """Return the types that a plugin has to supply."""
        return {component["type"] for component in self.walk()} - KNOWN_TYPES


def no_files(_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Tell of no file: where there is no task, none was sent for it."""
    return []


@dataclass(frozen=True)
class FormContext:
    """Where a form is filled in: `variables` is the data of the task, `org_unit` the unit whose task it is.

    `files` tells `{id, name, media_type, size}` of those files, of the ids given, that this form may refer to.
    """

    session: Session
    feel: Feel
    clock: Clock
    variables: Mapping[str, Any]
    org_unit: str
    files: Callable[[Sequence[str]], list[dict[str, Any]]] = no_files


@dataclass(frozen=True)
class FormField:
    """A field type that a core plugin adds.

    Attributes:
        type: the `type` of the components drawn with it.
        template: Jinja template that draws it.
        load: returns the checked value of raw data; raises marshmallow's ValidationError, nested as the data is.
            None for a field that shows and takes nothing.
        from_post: reads the raw value out of an HTML post; the component's `key` is the full dotted name.
        view: what the template needs, of any raw value; never raises on its shape.
    """

    type: str
    template: str
    load: Callable[[Component, Any, FormContext], Any] | None
    from_post: Callable[[Component, Any], Any]
    view: Callable[[Component, Any, FormContext], dict[str, Any]]


def key_of(component: Component) -> str | None:
    """Return the name under which the component's value lies in the data; None when it has none of its own."""
    name = component.get("path") if component["type"] in LAYOUT_TYPES else component.get("key")
    return str(name) if name else None


def children_of(component: Component) -> list[Component]:
    """Return the components inside."""
    return list(component.get("components") or ())


def flat(components: Iterator[Component] | list[Component] | tuple[Component, ...]) -> Iterator[Component]:
    """Give the components of one level of the data: those of groups without a path belong to the level around them."""
    for component in components:
        yield component
        if component["type"] == "group" and key_of(component) is None:
            yield from flat(children_of(component))


def _walk(components: list[Component] | tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield component
        yield from _walk(children_of(component))
