"""Two people changed one drawing: what both did, put together element by element.

XML, not its meaning: whether the result may be deployed is the gate's to say. Where both changed the same thing the
first one's is kept, and what the second one's was is told.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.markup import local_name

_REFERENCES = frozenset({"incoming", "outgoing", "flowNodeRef", "categoryValueRef", "dataInputRefs", "dataOutputRefs"})
"""Children that are a list of names: each is there or is not."""
_NAMED = {"property": "name", "parameter": "id", "input": "target", "output": "target"}
"""Extension elements of which there are several, and the attribute that tells them apart."""
_WHOLE = frozenset({"BPMNShape", "BPMNEdge"})
"""A place in the drawing: halves of two places are none."""
_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_MODEL = ("http://www.omg.org/spec/BPMN/20100524/MODEL", _DI)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that both changed.

    Attributes:
        element, name: id and name of what it belongs to; "" of a whole file.
        what: the attribute, or the local name of what stands inside; "" for the element itself.
        mine, theirs: what each says; None: it was taken away.
    """

    element: str
    name: str
    what: str
    mine: str | None
    theirs: str | None


def merge_trees(base: bytes, mine: bytes, theirs: bytes) -> tuple[bytes, list[Clash]]:
    """Return the first one's document with what the second one did, and where that could not be.

    Raises:
        etree.XMLSyntaxError: one of them is not XML.
    """
    old, kept, other = (etree.fromstring(text, _PARSER) for text in (base, mine, theirs))
    clashes: list[Clash] = []
    _merge(old, kept, other, clashes)
    for text in (mine, theirs):
        if _same(kept, etree.fromstring(text, _PARSER)):
            return text, clashes  # to the byte
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n' if mine.lstrip().startswith(b"<?xml") else b""
    return head + etree.tostring(kept, encoding="unicode").encode() + (b"\n" if mine.endswith(b"\n") else b""), clashes


def _merge(old: Any, mine: Any, theirs: Any, clashes: list[Clash]) -> None:
    """Bring into an element what the other's has different from the old one."""
    if _same(mine, theirs) or _same(old, theirs):
        return
    if _same(old, mine):
        _replace(mine, theirs)
    elif local_name(mine) in _WHOLE:
        clashes.append(Clash(mine.get("bpmnElement", ""), "", "place", "", ""))
    elif mine.tag != theirs.tag:
        clashes.append(Clash(*_owner(mine), "type", local_name(mine), local_name(theirs)))
    else:
        _merge_attributes(old, mine, theirs, clashes)
        _merge_text(old, mine, theirs, clashes)
        _merge_children(old, mine, theirs, clashes)


def _merge_attributes(old: Any, mine: Any, theirs: Any, clashes: list[Clash]) -> None:
    for name in sorted({*old.attrib, *mine.attrib, *theirs.attrib}):
        before, here, there = (each.get(name) for each in (old, mine, theirs))
        if there in (before, here):
            continue
        if here != before:
            clashes.append(Clash(*_owner(mine), etree.QName(name).localname, here, there))
        elif there is None:
            del mine.attrib[name]
        else:
            mine.set(name, there)


def _merge_text(old: Any, mine: Any, theirs: Any, clashes: list[Clash]) -> None:
    before, here, there = ((each.text or "").strip() for each in (old, mine, theirs))
    if there in (before, here):
        return
    if here == before:
        mine.text = theirs.text
    else:
        clashes.append(Clash(*_owner(mine), local_name(mine), here, there))


def _merge_children(old: Any, mine: Any, theirs: Any, clashes: list[Clash]) -> None:
    before, here, there = (_children(each) for each in (old, mine, theirs))
    for key, child in here.items():
        if key in there:
            _merge(before.get(key, etree.Element(child.tag)), child, there[key], clashes)
        elif key in before and _same(before[key], child):
            _remove(child)
        elif key in before:
            clashes.append(Clash(*_owner(child), _part(child), _told(child), None))
    for key, child in ((key, child) for key, child in there.items() if key not in here):
        if key not in before:
            _insert(mine, copy.deepcopy(child), _before(there, key, mine))
        elif not _same(before[key], child):
            clashes.append(Clash(*_owner(child), _part(child), None, _told(child)))


def _children(element: Any) -> dict[Key, Any]:
    """Return an element's children by what tells each from the others."""
    found: dict[Key, Any] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue  # a comment
        key = _key(child)
        number = 0
        while (key[0], f"{key[1]}#{number}" if number else key[1]) in found:
            number += 1
        found[key[0], f"{key[1]}#{number}" if number else key[1]] = child
    return found


def _key(child: Any) -> Key:
    kind = local_name(child)
    if kind in _REFERENCES:
        return child.tag, (child.text or "").strip()
    if etree.QName(child).namespace in _MODEL or kind in {"decision", "rule", "inputData"}:
        return ("", child.get("id")) if child.get("id") else (child.tag, "")
    return child.tag, child.get(_NAMED[kind], "") if kind in _NAMED else ""


def _same(one: Any, other: Any) -> bool:
    return bool(_plain(one) == _plain(other))


def _plain(element: Any) -> Any:
    """Return what an element says, however it is indented."""
    children = [_plain(child) for child in element if isinstance(child.tag, str)]
    return element.tag, sorted(element.attrib.items()), (element.text or "").strip(), children


def _replace(mine: Any, theirs: Any) -> None:
    tail = mine.tail
    parent = mine.getparent()
    made = copy.deepcopy(theirs)
    made.tail = tail
    if parent is not None:
        parent.replace(mine, made)
        return
    mine.attrib.clear()
    mine.attrib.update(made.attrib)
    mine.text = made.text
    mine[:] = list(made)


def _remove(child: Any) -> None:
    parent, last = child.getparent(), child.getnext() is None
    if last and child.getprevious() is not None:
        child.getprevious().tail = child.tail
    parent.remove(child)


def _before(there: Mapping[Key, Any], key: Key, mine: Any) -> Any:
    """Return the child of mine that a new one comes after: the nearest that stands before it at the other's."""
    names = list(there)
    here = _children(mine)
    return next((here[name] for name in reversed(names[: names.index(key)]) if name in here), None)


def _insert(parent: Any, made: Any, after: Any) -> None:
    if after is None:
        made.tail = parent.text
        parent.insert(0, made)
        return
    made.tail, after_tail = after.tail, after.getprevious().tail if after.getprevious() is not None else parent.text
    if after.getnext() is None:
        after.tail = after_tail
    parent.insert(parent.index(after) + 1, made)


def _owner(element: Any) -> tuple[str, str]:
    """Return id and name of the element of the drawing that something belongs to."""
    for each in _upwards(element):
        if each.get("id") and etree.QName(each).namespace == _MODEL[0]:
            return each.get("id"), each.get("name", "")
    return element.get("id", ""), element.get("name", "")


def _upwards(element: Any) -> Iterator[Any]:
    while element is not None:
        yield element
        element = element.getparent()


def _part(child: Any) -> str:
    return "" if etree.QName(child).namespace == _MODEL[0] and child.get("id") else local_name(child)


def _told(element: Any) -> str:
    texts = [*(str(value) for name, value in element.attrib.items() if name != "id"), "".join(element.itertext())]
    return " ".join(" ".join(texts).split())[:200]
