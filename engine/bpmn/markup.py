"""Reading XML: names, texts and our properties. No meaning."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn.dialect import BPMN, NODES, bpmn, spiff


def text_of(element: Any) -> str:
    """Return an element's text, stripped; "" for None."""
    return "" if element is None else (element.text or "").strip()


def local_name(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(etree.QName(element).localname)


def namespace_of(element: Any) -> str:
    """Return the namespace of an element, "" when it has none."""
    return str(etree.QName(element).namespace or "")


def properties_of(element: Any) -> dict[str, str]:
    """Return the extension properties of an element."""
    path = f"{bpmn('extensionElements')}/{spiff('properties')}/{spiff('property')}"
    return {item.get("name", ""): item.get("value", "") for item in element.findall(path)}


def is_node(element: Any) -> bool:
    """Return whether the element is drawn as a flow node, known to us or not."""
    return namespace_of(element) == BPMN and (
        local_name(element) in NODES
        or local_name(element).endswith(("Task", "Event", "Gateway", "Process", "Activity"))
    )


def expression_of(text: str) -> str:
    """Return FEEL without the leading `=` that other modelers write."""
    return text.strip().removeprefix("=").strip()
