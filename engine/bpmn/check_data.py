"""Data: whether what an association or a loop names is there, in sight, and can be copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.bpmn import data
from engine.bpmn.check_elements import unsupported
from engine.bpmn.data import Association, Item
from engine.bpmn.diagram import Node, Process
from engine.bpmn.dialect import EVENTS, bpmn
from engine.bpmn.markup import local_name, text_of
from engine.bpmn.report import Report, Words, spot

_PARTS = ("sourceRef", "targetRef", "transformation", "assignment", "documentation", "extensionElements")
_CARRYING = (*EVENTS, "receiveTask", "sendTask")
_ENDS = ("dataInput", "dataOutput", "property", "inputDataItem", "outputDataItem")


def check(process: Process, report: Report) -> None:
    """Check the data of a process."""
    for node in process.nodes.values():
        _check_sets(node, report)
        associations = data.copying(process, node)
        for association in associations:
            if _check_ends(process, node, association, report):
                _check_content(process, node, association, report)
        _check_drawings(process, node, associations, report)
        if node.type in _CARRYING and associations:
            _check_carried(process, node, associations, report)
        _check_fed(node, associations, report)


def _check_sets(node: Node, report: Report) -> None:
    """One set of inputs and one of outputs: of several, the standard takes the first that is there."""
    holders = [node.element, *node.element.findall(bpmn("ioSpecification"))]
    for name in ("inputSet", "outputSet"):
        sets = [each for holder in holders for each in holder.findall(bpmn(name))]
        if len(sets) > 1:
            words = Words(
                f"不支持多个 {name}",
                f"more than one {name} is not supported",
                "请合并为一个。",
                "Make it one.",
            )
            report.error("data.sets", spot(node, sets[1]), words)


def _check_ends(process: Process, node: Node, association: Association, report: Report) -> bool:
    """Return whether the association leads from and to what is there and in sight."""
    place = spot(node, association.element)
    well = True
    for id_ in (*association.sources, association.target):
        item = process.data.get(id_)
        if item is None or item.kind == "dataStoreReference":
            report.error("data.unknown", place, _unknown(id_, item))
            well = False
        elif item.holder not in set(_in_sight(process, node)):
            words = Words(
                f"数据“{id_}”属于另一层，此处看不到",
                f"{id_!r} belongs to another scope, and is out of sight here",
                "请把它移到包含两者的流程或子流程中。",
                "Move it to the process or subprocess that holds both.",
            )
            report.error("data.scope", place, words)
            well = False
    return well and _check_direction(process, node, association, report)


def _unknown(id_: str, item: Item | None) -> Words:
    if item is not None:
        return Words(
            f"不支持与数据存储“{id_}”之间复制数据",
            f"data cannot be copied from or to the data store {id_!r}",
            "请用服务任务读写外部数据；只作说明时，请去掉来源。",
            "Read and write data outside by a service task; as a mere drawing, leave the source out.",
        )
    return Words(
        f"数据关联指向不存在的“{id_}”",
        f"the data association refers to {id_!r}, which does not exist",
        "请引用数据对象、属性、数据输入或数据输出的 id。",
        "Refer to the id of a data object, property, data input or data output.",
    )


def _in_sight(process: Process, node: Node) -> Iterator[str]:
    scope: str | None = node.id
    for _ in range(len(process.nodes) + 1):  # of two elements with one id, one can be around itself
        if scope is None:
            break
        yield scope
        scope = process.nodes[scope].scope if scope in process.nodes else None
    yield process.id


def _check_direction(process: Process, node: Node, association: Association, report: Report) -> bool:
    inner = [association.target] if association.is_input else list(association.sources)
    if all(process.data[id_].holder == node.id and process.data[id_].kind in _ENDS for id_ in inner):
        return True
    words = Words(
        "数据输入关联须通向本元素的数据输入或属性，数据输出关联须从本元素的数据输出或属性出发",
        "an input association leads to a data input or property of its element, an output association comes from one",
    )
    report.error("data.direction", spot(node, association.element), words)
    return False


def _check_content(process: Process, node: Node, association: Association, report: Report) -> None:
    place = spot(node, association.element)
    for child in association.element:
        if local_name(child) not in _PARTS:
            unsupported(spot(node, child), local_name(child), report)
    if len(association.sources) > 1 and not association.transformation and not association.assignments:
        words = Words(
            "多个来源的数据关联需要 transformation",
            "an association with several sources needs a transformation",
            "请在 transformation 中写 FEEL。",
            "Write FEEL in a transformation.",
        )
        report.error("data.sources", place, words)
    for given, to in association.assignments:
        if not given or not _is_path(process, association, to):
            words = Words(
                f"赋值的目标“{to}”不是数据项“{process.data[association.target].name}”或其中的路径",
                f"the assignment's target {to!r} is neither {process.data[association.target].name!r} nor a path in it",
                "from 写 FEEL，to 写目标的名称，或名称加点号路径，如 order.no。",
                "Write FEEL in from, and in to the target's name, or a path from it, e.g. order.no.",
            )
            report.error("data.assignment", place, words)
    _check_language(node, association, report)


def _is_path(process: Process, association: Association, to: str) -> bool:
    try:
        data.path_of(process, association, to)
    except ValueError:
        return False
    return True


def _check_language(node: Node, association: Association, report: Report) -> None:
    for element in association.element.iter(bpmn("transformation"), bpmn("from")):
        language = element.get("language", "")
        if language and "feel" not in language.lower():
            words = Words(
                f"表达式的语言是 {language}，这里只有 FEEL",
                f"the language is {language}; here it is FEEL alone",
                "请改写为 FEEL，并把语言设为 feel。",
                "Rewrite it in FEEL, and set the language to feel.",
            )
            report.error("script.language", spot(node, element), words)


def _check_drawings(process: Process, node: Node, copying: list[Association], report: Report) -> None:
    """An input that a modeler without data draws copies nothing anybody reads; an output without source, nothing."""
    copied = {id(association.element) for association in copying}
    for association in data.associations_of(node):
        place = spot(node, association.element)
        if id(association.element) in copied:
            continue
        if association.target not in process.data:
            report.error("data.unknown", place, _unknown(association.target, None))
        elif not association.is_input:
            words = Words(
                "数据输出关联没有来源，只是图示，不复制数据",
                "the output association has no source: it is a drawing and copies nothing",
                "要复制数据，请给出 sourceRef、transformation 或 assignment；变量在流程中本来共享。",
                "To copy, give a sourceRef, transformation or assignment; the process shares its variables anyway.",
            )
            report.warning("data.drawing", place, words)


def _check_carried(process: Process, node: Node, associations: list[Association], report: Report) -> None:
    """What an event copies is what it carries: one data input that it throws, or data outputs that it catches."""
    place = spot(node, associations[0].element)
    throws = node.type in ("endEvent", "intermediateThrowEvent", "sendTask")
    targets = {association.target for association in associations}
    if any(association.is_input != throws for association in associations) or (throws and len(targets) > 1):
        words = Words(
            "抛出的事件只有一个数据输入，捕获的事件只有数据输出",
            "a throwing event has one data input, a catching event data outputs alone",
        )
        report.error("data.direction", place, words)
    elif process.position(node) == "startEvent" or node in process.entries():
        words = Words(
            "流程的开始事件不支持数据关联",
            "data associations are not supported at a start event of a process",
            "请用 spiffworkflow:messageVariable 指定变量。",
            "Name the variable in spiffworkflow:messageVariable.",
        )
        report.error("data.start", place, words)
    elif _names_payload(node):
        words = Words(
            "所携带的内容既在扩展元素中、又在数据关联中给出",
            "what is carried is said twice: by an extension element and by a data association",
            "请只用其中之一。",
            "Use one of the two.",
        )
        report.error("data.carried-twice", place, words)


def _names_payload(node: Node) -> bool:
    names = ("payloadExpression", "messagePayload", "messageVariable", "variableName")
    return any(local_name(each) in names for each in node.element.iter() if isinstance(each.tag, str))


def _check_fed(node: Node, associations: list[Association], report: Report) -> None:
    """The standard lets an activity wait for its inputs; one that nothing fills would wait for ever."""
    ends = {association.target for association in associations}
    ends |= {source for association in associations for source in association.sources}
    specification: Any = node.element.find(bpmn("ioSpecification"))
    for element in () if specification is None else specification:
        name = element.get("name") or element.get("id")
        if local_name(element) == "dataInput" and element.get("id") not in ends | _optional(specification):
            words = Words(
                f"没有数据关联填写数据输入“{name}”",
                f"no association fills the data input {name!r}",
                "请画一条数据输入关联，或在 optionalInputRefs 中列出它。",
                "Draw an input association to it, or list it in optionalInputRefs.",
            )
            report.error("data.input-unfed", spot(node, element), words)
        elif local_name(element) == "dataOutput" and element.get("id") not in ends | _collected(node):
            words = Words(
                f"没有数据关联取走数据输出“{name}”，其值会丢失",
                f"no association takes the data output {name!r}: its value is lost",
                "请画一条从它出发的数据输出关联。",
                "Draw an output association from it.",
            )
            report.warning("data.output-lost", spot(node, element), words)


def _optional(specification: Any) -> set[str]:
    return {text_of(each) for each in specification.iter(bpmn("optionalInputRefs"))}


def _collected(node: Node) -> set[str]:
    return set() if node.loop is None else {text_of(node.loop.find(bpmn("loopDataOutputRef")))}
