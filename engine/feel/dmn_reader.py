"""From a DMN file to its elements: the XML, what of it we run, and findings for the rest. No evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.findings import Finding, Severity

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
MAX_BYTES = 2_000_000
_FEEL = ("", "feel", "http://www.omg.org/spec/feel/20140401")


@dataclass
class DmnFile:
    """A DMN file being read. `report` adds a finding; elements are addressed without namespace."""

    name: str
    root: etree._Element | None = None
    findings: list[Finding] = field(default_factory=list)

    def report(
        self, code: str, element: etree._Element | int, zh: str, en: str, *, hint_zh: str = "", hint_en: str = ""
    ) -> None:
        """Add an error at an element, or at a line when the file has no elements yet."""
        line, element_id = (element, None) if isinstance(element, int) else (line_of(element), owner_of(element))
        self.findings.append(
            Finding(Severity.ERROR, code, self.name, line, element_id, zh, en, hint_zh=hint_zh, hint_en=hint_en)
        )


def read_dmn(content: bytes, name: str) -> DmnFile:
    """Read the XML of a DMN 1.2–1.5 file. Never raises: a file that is none has no root and a finding."""
    file = DmnFile(name)
    if len(content) > MAX_BYTES:
        file.report("dmn.too-large", 0, f"文件超过 {MAX_BYTES} 字节", f"the file is larger than {MAX_BYTES} bytes")
        return file
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        file.report("xml.malformed", line, f"不是有效的 XML：{error.msg}", f"not well-formed XML: {error.msg}")
        return file
    if root.getroottree().docinfo.doctype:
        file.report("xml.doctype", 1, "不允许 DOCTYPE", "a DOCTYPE is not allowed")
    elif not _is_definitions(root):
        file.report(
            "dmn.not-dmn",
            line_of(root),
            "不是 DMN 1.2–1.5 文件",
            "not a DMN 1.2–1.5 file",
            hint_zh="请用 dmn-js 或 Camunda Modeler 保存为 DMN 1.3 或更高版本",
            hint_en="save it as DMN 1.3 or later",
        )
    else:
        file.root = root
    return file


def _is_definitions(root: etree._Element) -> bool:
    name = etree.QName(root)
    return name.localname == "definitions" and name.namespace in NAMESPACES


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Give the child elements of DMN with one of the local names, in order."""
    namespace = etree.QName(element).namespace
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child)
        if name.namespace == namespace and name.localname in names:
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first such child, or None."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """Return the content of the element's `text` child, stripped; nothing for no element."""
    if element is None:
        return ""
    text = child(element, "text")
    return "" if text is None else "".join(str(part) for part in text.itertext()).strip()


def is_feel(element: etree._Element) -> bool:
    """Return whether the element's expression language, given or inherited, is FEEL."""
    for node in (element, *element.iterancestors()):
        language = node.get("expressionLanguage")
        if language is not None:
            return language.lower() in _FEEL or language.rstrip("/") in {
                space.rstrip("/").replace("MODEL", "FEEL") for space in NAMESPACES
            }
    return True


def line_of(element: etree._Element) -> int:
    """Return the line in the file, from 1."""
    return int(element.sourceline or 0)


def owner_of(element: etree._Element) -> str | None:
    """Return the id of the element, or of the nearest one around it that has an id."""
    for node in (element, *element.iterancestors()):
        if node.get("id"):
            return str(node.get("id"))
    return None
