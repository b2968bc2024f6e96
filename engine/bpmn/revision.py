"""What two sets of files have different: the elements of their diagrams and forms, and the lines of the other files."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn import guard
from engine.bpmn.comparison import Change, describe, differences, fields_of
from engine.bpmn.diagram import Diagram
from engine.bpmn.markup import local_name
from engine.bpmn.reading import read
from engine.errors import DeploymentRefused
from engine.feel.runtime import Feel
from engine.forms import parse_form

MOST_LINES = 2_000
"""Lines of a file that are compared with those of another; of longer ones it is only said that they differ."""
MOST_SHOWN = 400

Files = Mapping[str, bytes]

_SHAPE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_MEASURES = ("x", "y", "width", "height")


@dataclass(slots=True)
class ElementChange:
    """What is different about one element.

    Attributes:
        id, name, type: of the element; BPMN's local name, `lane`, `process`, or `form` (the id is the form's).
        file: where it is drawn.
        change: added, removed, changed or moved: only its place in the drawing is another.
        details: (property, before, after) as `Change` has them.
    """

    id: str
    name: str
    type: str
    file: str
    change: str
    details: list[tuple[str, str | None, str | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that was added, removed or changed. `lines` are those of a unified diff; none of a diagram."""

    name: str
    change: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Revision:
    """Everything that is different."""

    elements: list[ElementChange]
    files: list[FileChange]


def revise(old: Files, new: Files, feel: Feel) -> Revision:
    """Return what is different in the new files.

    Raises:
        DeploymentRefused: a diagram of the new ones cannot be read; `findings` says why.
    """
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    faults = [
        fault for name in names if name.endswith(".bpmn") and name in new for fault in guard.inspect(new[name], name)
    ]
    if faults:
        raise DeploymentRefused(findings=faults)
    elements = [change for name in names for change in _elements(name, old.get(name), new.get(name), feel)]
    return Revision(elements, [_file(name, old.get(name), new.get(name)) for name in names])


def _elements(name: str, old: bytes | None, new: bytes | None, feel: Feel) -> Iterator[ElementChange]:
    if name.endswith(".bpmn"):
        yield from _drawn(name, old, new)
    elif name.endswith(".form.json"):
        yield from _grouped(name, _form(name, old, feel), _form(name, new, feel))


def _drawn(name: str, old: bytes | None, new: bytes | None) -> Iterator[ElementChange]:
    before, after = (None if content is None else read(content, name) for content in (old, new))
    changes = list(_grouped(name, _described(before), _described(after)))
    yield from changes
    if before is not None and after is not None:
        yield from _moved(name, before, after, {change.id for change in changes})


def _described(diagram: Diagram | None) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    if diagram is not None:
        for process in diagram.processes:
            found |= describe(diagram, process)
    return found


def _form(name: str, content: bytes | None, feel: Feel) -> dict[str, dict[str, str]]:
    form = None if content is None else parse_form(content, name, feel)[0]
    return {} if form is None else {form.id: {"type": "form", **fields_of(form)}}


def _grouped(
    file: str, before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> Iterator[ElementChange]:
    found: dict[str, ElementChange] = {}
    for change in differences(before, after):
        known = after.get(change.element_id) or before[change.element_id]
        entry = found.setdefault(
            change.element_id,
            ElementChange(change.element_id, known.get("name", ""), known.get("type", ""), file, change.kind),
        )
        if change.kind == "changed":
            entry.details.append((change.property, change.before, change.after))
        else:
            entry.details += _whole(change, before, after)
    yield from found.values()


def _whole(
    change: Change, before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Give what an element that was added or removed says of itself."""
    there, side = (after, after) if change.kind == "added" else (before, None)
    for name, text in there[change.element_id].items():
        if name not in {"type", "name"} and text:
            yield (name, None, text) if side is not None else (name, text, None)


def _moved(name: str, old: Diagram, new: Diagram, said: set[str]) -> Iterator[ElementChange]:
    before, after = _places(old), _places(new)
    elements = {element.get("id"): element for element in new.root.iter() if element.get("id")}
    for id_, place in after.items():
        if id_ in before and before[id_] != place and id_ not in said:
            element = elements.get(id_)
            label = "" if element is None else element.get("name", "")
            yield ElementChange(id_, label, "" if element is None else local_name(element), name, "moved")


def _places(diagram: Diagram) -> dict[str, tuple[str | None, ...]]:
    found = {}
    for shape in diagram.root.iter(_SHAPE):
        bounds = shape.find(_BOUNDS)
        if bounds is not None:
            found[shape.get("bpmnElement", "")] = tuple(bounds.get(measure) for measure in _MEASURES)
    return found


def _file(name: str, old: bytes | None, new: bytes | None) -> FileChange:
    change = "added" if old is None else "removed" if new is None else "changed"
    if name.endswith(".bpmn"):
        return FileChange(name, change, [])
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > MOST_LINES:
        return FileChange(name, change, [])
    lines = [line for line in difflib.unified_diff(before, after, n=1, lineterm="") if line[:3] not in {"---", "+++"}]
    return FileChange(name, change, lines[:MOST_SHOWN])


def _lines(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode("utf-8", "replace").splitlines()
