"""The guard at the gate: one streaming pass over a file's bytes, before any parser builds a tree of them.

An uploaded diagram is data from a person. Entities, depth and sheer size are what XML attacks are made of; none of
them is needed to draw a process. Well-formedness is checked in the same pass, so nothing later meets broken XML.
"""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from engine.bpmn.dialect import BPMN
from engine.findings import Finding, Severity

MAX_BYTES = 2_000_000
MAX_DEPTH = 64
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 64
MAX_FLOW_NODES = 2_000
XINCLUDE = "http://www.w3.org/2001/XInclude"

_FLOW_NODE_ENDINGS = ("Task", "task", "Event", "Gateway", "rocess", "callActivity", "transaction")


class _Refused(Exception):
    """Stops expat; carries the finding's code and texts."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


class _Watch:
    """Counts what passes, and refuses what is too much."""

    def __init__(self) -> None:
        self.depth = self.elements = self.flow_nodes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        namespace, _, local = name.rpartition(" ")
        self.flow_nodes += namespace == BPMN and local.endswith(_FLOW_NODE_ENDINGS)
        if namespace == XINCLUDE:
            raise _Refused("xml.include", "不允许使用 XInclude", "XInclude is not allowed")
        for count, limit, zh, en in (
            (self.depth, MAX_DEPTH, "元素嵌套层数", "levels of nesting"),
            (self.elements, MAX_ELEMENTS, "元素数量", "elements"),
            (len(attributes), MAX_ATTRIBUTES, "单个元素的属性数量", "attributes of one element"),
            (self.flow_nodes, MAX_FLOW_NODES, "流程节点数量", "flow nodes"),
        ):
            if count > limit:
                raise _Refused("xml.too-large", f"{zh}超过上限 {limit}", f"more than {limit} {en}")

    def end(self, _name: str) -> None:
        self.depth -= 1

    def doctype(self, *_: object) -> None:
        raise _Refused("xml.doctype", "不允许 DOCTYPE 与实体声明", "DOCTYPE and entity declarations are not allowed")

    def instruction(self, *_: object) -> None:
        raise _Refused("xml.instruction", "不允许处理指令", "processing instructions are not allowed")


def inspect(content: bytes, file: str) -> list[Finding]:
    """Return why the file cannot be read safely: at most one finding, empty when it can."""
    if len(content) > MAX_BYTES:
        return [_finding(file, 0, "xml.too-large", f"文件超过 {MAX_BYTES} 字节", f"file larger than {MAX_BYTES} bytes")]
    watch = _Watch()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.end
    parser.StartDoctypeDeclHandler = watch.doctype
    parser.EntityDeclHandler = watch.doctype
    parser.ProcessingInstructionHandler = watch.instruction
    try:
        parser.Parse(content, True)
    except _Refused as refused:
        return [_finding(file, parser.CurrentLineNumber, refused.code, refused.zh, refused.en)]
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        return [_finding(file, error.lineno, "xml.malformed", f"XML 格式错误：{reason}", f"malformed XML: {reason}")]
    except (ValueError, LookupError) as error:  # an encoding that does not exist, or does not fit
        return [_finding(file, 1, "xml.encoding", f"无法识别的编码：{error}", f"unreadable encoding: {error}")]
    return _second_opinion(content, file)


def _second_opinion(content: bytes, file: str) -> list[Finding]:
    """What is small and flat enough goes through the parser that reads it later, which is stricter about namespaces."""
    try:
        etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        reason = error.msg or "not XML"
        line = error.lineno or 0
        return [_finding(file, line, "xml.malformed", f"XML 格式错误：{reason}", f"malformed XML: {reason}")]
    return []


def _finding(file: str, line: int, code: str, zh: str, en: str) -> Finding:
    return Finding(
        Severity.ERROR,
        code,
        file,
        line,
        None,
        zh,
        en,
        "请用建模工具重新导出该文件。",
        "Export the file again from the modeler.",
    )
