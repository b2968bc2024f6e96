"""What may be put on a diagram: handlers, forms, decisions, groups, processes, messages, and the properties we read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from engine.bpmn.dialect import PROPERTIES
from engine.bpmn.ownership import may_call
from engine.derived.handler_card import handler_card
from engine.errors import DeploymentRefused
from engine.tables.people import PersonPost
from web.language import current_language, translated

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.bpmn.definition import Definition
    from engine.bpmn.message_types import MessageType
    from engine.services.versions import Version
    from engine.work import Work

Json = dict[str, Any]

TITLES: Mapping[str, Any] = {
    "title": lazy_gettext("标题"),
    "inputs": lazy_gettext("启动时给出的变量"),
    "restricted": lazy_gettext("不允许部门插件的流程调用"),
    "designers": lazy_gettext("可以修改本流程的岗位组"),
    "group": lazy_gettext("岗位组"),
    "unit": lazy_gettext("机构编码"),
    "form": lazy_gettext("表单"),
    "due": lazy_gettext("办理期限"),
    "findings": lazy_gettext("在表单上显示的提示"),
    "milestone": lazy_gettext("进展"),
    "resultVariable": lazy_gettext("结果变量"),
    "assignee": lazy_gettext("指定办理人"),
    "reassigners": lazy_gettext("可以转交他人的岗位组"),
    "senders": lazy_gettext("可以发送的岗位组"),
    "variable": lazy_gettext("存入的变量"),
    "correlation": lazy_gettext("关联键"),
}
"""Property → what people call it; a property without an entry is shown by its name."""

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("title", "due", "findings", "unit", "correlation"), "feel"),
    **dict.fromkeys(("senders", "designers", "reassigners"), "groups"),
    "group": "group",
    "form": "form",
    "restricted": "boolean",
}
"""Property → how it is entered; text for whatever is not named."""


def palette(work: Work, engine: Engine, key: str) -> Json:
    """Return the palette for the diagram of a process, which need not be deployed yet, as JSON."""
    latest = work.versions.latest()
    definitions = dict(_read(work, latest))
    own = definitions.get(key)
    return {
        "handlers": _handlers(engine, key),
        "forms": _forms(own),
        "decisions": [
            {"id": each.id, "title": translated(own, each.name) if own else each.name, "file": each.file}
            for each in (own.decisions.values() if own else ())
        ],
        "groups": _groups(work, definitions.values()),
        "processes": _processes(latest, definitions, own),
        "messages": _messages(own),
        "properties": _properties(),
    }


def _read(work: Work, latest: Iterable[Version]) -> Iterator[tuple[str, Definition]]:
    for version in latest:
        with suppress(DeploymentRefused):  # by an older engine, and not read by this one
            yield version.definition.key, work.definitions.of(version.definition.id)


def _handlers(engine: Engine, key: str) -> list[Json]:
    cards = []
    for handler in engine.plugins.handlers.values():
        if not handler.only_in or key in handler.only_in:
            info = engine.plugins.info(handler.plugin)
            cards.append(handler_card(handler, info.title if info else handler.plugin, info.department if info else ""))
    return sorted(cards, key=lambda card: (card["department"], card["plugin"], card["id"]))


def _forms(own: Definition | None) -> list[Json]:
    """Return the forms of a process; one is called as the first task that shows it."""
    if own is None:
        return []
    shown: dict[str, str] = {}
    for element in own.elements.values():
        shown.setdefault(element.properties.get("form", ""), element.name)
    return [
        {"id": id_, "title": translated(own, shown.get(id_, id_)), "file": form.file} for id_, form in own.forms.items()
    ]


def _groups(work: Work, definitions: Iterable[Definition]) -> list[Json]:
    """Return the groups that anybody holds or works in; one is called as a lane of it."""
    titles = dict.fromkeys(work.session.scalars(sa.select(PersonPost.group).distinct()), "")
    for definition in definitions:
        for element in definition.elements.values():
            lane = element.lane
            if lane is not None and lane.candidate_group and not titles.get(lane.candidate_group):
                titles[lane.candidate_group] = translated(definition, lane.name)
    return [{"id": group, "title": title or group} for group, title in sorted(titles.items())]


def _processes(latest: list[Version], definitions: Mapping[str, Definition], own: Definition | None) -> list[Json]:
    """Return what a call activity may call: of others, what is not restricted to somebody else."""
    found = []
    for each in latest:
        called = definitions.get(each.definition.key)
        if called is None:
            continue
        if (own is not None and may_call(own, called)) or not called.restricted:
            found.append(
                {
                    "key": called.key,
                    "title": translated(called, called.name),
                    "owner": called.owner,
                    "version": each.definition.version,
                }
            )
    return found


def _messages(own: Definition | None) -> list[Json]:
    return [{"name": name, "title": _title(kind)} for name, kind in (own.messages.items() if own else ())]


def _title(kind: MessageType) -> str:
    return (kind.title_zh if current_language() == "zh" else kind.title_en) or kind.name


def _properties() -> dict[str, list[Json]]:
    """Return element → the properties that are read of it; `*` for all that are not named."""
    known = {**PROPERTIES, "*": frozenset({"milestone"})}
    return {
        kind: [
            {"id": name, "title": str(TITLES.get(name, name)), "type": TYPES.get(name, "text")}
            for name in sorted(names)
        ]
        for kind, names in known.items()
    }
