"""Handlers that do nothing but remember what they were asked, and answer as the test has said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree
from marshmallow import Schema, fields

from engine.bundle import Bundle
from engine.declaration import BusinessError, Handler
from engine.scenarios.rehearsal import Answer

Reply = Answer | Callable[..., Mapping[str, Any] | None]
"""What a handler does: an `Answer`, or a function of the inputs that returns outputs or raises as a handler may."""


@dataclass(frozen=True, slots=True)
class Called:
    """One call of a handler."""

    handler: str
    inputs: Mapping[str, Any]


class Anything(Schema):
    """Outputs that nobody has declared: all are let through."""

    def load(self, data: Any, **_: Any) -> Any:
        """Return the data."""
        return dict(data)

    def dump(self, obj: Any, **_: Any) -> Any:
        """Return the data."""
        return dict(obj)


@dataclass
class StandIns:
    """The handlers of a stage. `answers`: by id; a handler without one keeps its task waiting."""

    answers: dict[str, Reply] = field(default_factory=dict)
    calls: list[Called] = field(default_factory=list)

    def of(self, bundle: Bundle, declared: Mapping[str, Handler]) -> dict[str, Handler]:
        """Return a stand-in for each handler that is declared, or that the bundle's diagrams name."""
        drawn = {id_: Handler(id_, id_, inputs, Anything, errors) for id_, inputs, errors in _drawn(bundle)}
        return {id_: self._in_place_of(handler) for id_, handler in {**drawn, **declared}.items()}

    def _in_place_of(self, handler: Handler) -> Handler:
        def function(_context: Any, **inputs: Any) -> Mapping[str, Any] | None:
            self.calls.append(Called(handler.id, inputs))
            reply = self.answers[handler.id]
            if not isinstance(reply, Answer):
                return reply(**inputs)
            if reply.error:
                raise BusinessError(reply.error, reply.error, **reply.outputs)
            return reply.outputs

        return replace(handler, function=function, transactional=True, reserved=False, external=False)


def _drawn(bundle: Bundle) -> Iterator[tuple[str, type[Schema], dict[str, str]]]:
    """Yield id, inputs and errors of the handlers that diagrams name; a bad diagram is the deploy gate's to refuse."""
    given: dict[str, set[str]] = {}
    errors: dict[str, str] = {}
    for path, content in bundle.files.items():
        if not path.endswith(".bpmn"):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        for element in etree.fromstring(content, parser).iter("{*}serviceTaskOperator", "{*}error"):
            if element.get("errorCode"):
                errors[element.get("errorCode")] = element.get("name", "")
            elif element.get("id") and etree.QName(element).localname == "serviceTaskOperator":
                names = {each.get("id") for each in element.iter("{*}parameter")}
                given.setdefault(element.get("id"), set()).update(names)
    for id_, names in given.items():
        inputs: dict[str, fields.Field[Any]] = {
            name: fields.Raw(allow_none=True) for name in names if name and name.isidentifier()
        }
        yield id_, Schema.from_dict(inputs, name="Drawn"), errors
