"""What a scenario may say, in Chinese and in English, and what each phrase does. The README lists them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.definition import Element
from engine.clock import TIMEZONE
from engine.feel.values import parse_duration
from engine.scenarios.feature import ScenarioStep
from engine.scenarios.rehearsal import Answer, Rehearsal, Unfulfilled

Act = Callable[[Rehearsal, list[str], str], None]

_NAMED = re.compile(r"`([^`]*)`|[“\"]([^”\"]*)[”\"]")
"""A condition in backticks, for FEEL has quotation marks; or a name between Chinese or straight quotation marks."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to say something, with “…” where a quoted name stands, and … in backticks where a condition does.

    Attributes:
        zh, en: as written; a colon at the end asks for a text block.
        act: called as act(rehearsal, [names and conditions], block).
    """

    zh: str
    en: str
    act: Act


def take(step: ScenarioStep, rehearsal: Rehearsal) -> None:
    """Take one step.

    Raises:
        Unfulfilled: it did not come true, or nothing is said like that.
        EngineError: the process cannot go on (`ProcessFailed`), or an expression cannot be evaluated (`FeelError`).
    """
    shape, names = _shape(step.text)
    phrase = _KNOWN.get(_plain(shape))
    if phrase is None:
        raise Unfulfilled(f"没有这样的说法：{step.text}", f"nothing is said like this: {step.text}")
    if phrase.zh.endswith("：") and not step.block.strip():
        raise Unfulfilled("这一步下面要有一段文字，用三个引号括起", "this step needs a text block in triple quotes")
    phrase.act(rehearsal, names, step.block)


def is_said(text: str) -> bool:
    """Return whether there is a phrase for the text of a step."""
    return _plain(_shape(text)[0]) in _KNOWN


def _shape(text: str) -> tuple[str, list[str]]:
    """Return a text with “…” and `…` in place of its names and conditions, and these."""
    names: list[str] = []

    def note(found: re.Match[str]) -> str:
        condition = found[1] is not None
        names.append((found[1] if condition else found[2]).strip())
        return "`…`" if condition else "“…”"

    return _NAMED.sub(note, text), names


def shapes() -> list[tuple[str, str]]:
    """Return all phrases, Chinese and English."""
    return [(phrase.zh, phrase.en) for phrase in PHRASES]


def _plain(shape: str) -> str:
    return re.sub(r"[\s，,、。：:.]+", "", re.sub(r"(“…”[、,，\s]*(and|和)?\s*)+", "“…”", shape)).lower()


def _values(rehearsal: Rehearsal, block: str) -> Mapping[str, Any]:
    value = rehearsal.feel(block) if block.strip() else {}
    if not isinstance(value, Mapping):
        raise Unfulfilled(
            f"应为一组名称和值（FEEL 或 JSON）：{block}", f"a context (FEEL or JSON) is expected: {block}"
        )
    return value


def _element(rehearsal: Rehearsal, name: str) -> str:
    """Return the id of the element with this id, or with this name if only one has it.

    The process that is played comes first, then those of its bundle that it may call.
    """
    for elements in rehearsal.elements():
        if name in elements:
            return name
        if any(element.name == name for element in elements.values()):
            return _named(name, elements)
    raise Unfulfilled(f"图中没有“{name}”", f"the diagram has no {name!r}")


def _named(name: str, elements: Mapping[str, Element]) -> str:
    found = [element.id for element in elements.values() if element.name == name]
    if len(found) == 1:
        return found[0]
    raise Unfulfilled(
        f"有 {len(found)} 个元素叫“{name}”，请写 id", f"{len(found)} elements are named {name!r}: write the id"
    )


def _now(rehearsal: Rehearsal, names: list[str], block: str) -> None:
    try:
        moment = datetime.fromisoformat(names[0])
    except ValueError as error:
        raise Unfulfilled(f"不是时间：{names[0]}", f"not a moment: {names[0]}") from error
    rehearsal.clock.set(moment if moment.tzinfo else moment.replace(tzinfo=TIMEZONE))


def _variables(rehearsal: Rehearsal, names: list[str], block: str) -> None:
    rehearsal.variables |= _values(rehearsal, block)


def _always_returns(rehearsal: Rehearsal, names: list[str], block: str) -> None:
    rehearsal.answers[names[0]] = Answer(_values(rehearsal, block))


def _always_raises(rehearsal: Rehearsal, names: list[str], block: str) -> None:
    rehearsal.answers[names[0]] = Answer(error=names[1])


def _advance(rehearsal: Rehearsal, names: list[str], block: str) -> None:
    try:
        duration = parse_duration(names[0])
    except ValueError as error:
        raise Unfulfilled(f"不是时长：{names[0]}", f"not a duration: {names[0]}") from error
    rehearsal.advance(duration)


def _at(rehearsal: Rehearsal, names: list[str], block: str) -> None:
    rehearsal.expect_at(_element(rehearsal, name) for name in names)


def _passed(passed: bool) -> Act:
    def act(rehearsal: Rehearsal, names: list[str], block: str) -> None:
        for name in names:
            rehearsal.expect_passed(_element(rehearsal, name), passed=passed)

    return act


PHRASES = (
    Phrase("现在是“…”", "it is “…”", _now),
    Phrase("流程是“…”", "the process is “…”", lambda r, names, _: r.choose(names[0])),
    Phrase("启动变量为：", "the variables are:", _variables),
    Phrase("处理器“…”总是返回：", "the handler “…” always returns:", _always_returns),
    Phrase("处理器“…”总是完成", "the handler “…” always succeeds", lambda r, names, _: _always_returns(r, names, "")),
    Phrase("处理器“…”总是报错误码“…”", "the handler “…” always raises the error “…”", _always_raises),
    Phrase("流程启动", "the process starts", lambda r, _names, _block: r.start()),
    Phrase("收到“…”", "“…” is received", lambda r, names, _: r.receive(names[0], {})),
    Phrase(
        "收到“…”，内容为：", "“…” is received with:", lambda r, names, block: r.receive(names[0], _values(r, block))
    ),
    Phrase("办理“…”", "“…” is completed", lambda r, names, _: r.fill(_element(r, names[0]), {})),
    Phrase(
        "办理“…”，填写：",
        "“…” is completed with:",
        lambda r, names, block: r.fill(_element(r, names[0]), _values(r, block)),
    ),
    Phrase("“…”完成", "“…” succeeds", lambda r, names, _: r.serve(_element(r, names[0]), Answer())),
    Phrase(
        "“…”返回：", "“…” returns:", lambda r, names, block: r.serve(_element(r, names[0]), Answer(_values(r, block)))
    ),
    Phrase(
        "“…”报错误码“…”",
        "“…” raises the error “…”",
        lambda r, names, _: r.serve(_element(r, names[0]), Answer(error=names[1])),
    ),
    Phrase("过了“…”", "“…” has passed", _advance),
    Phrase("停在“…”", "it waits at “…”", _at),
    Phrase("经过了“…”", "it has passed “…”", _passed(True)),
    Phrase("没有经过“…”", "it has not passed “…”", _passed(False)),
    Phrase("流程办结", "the process has ended", lambda r, _names, _block: r.expect_ended()),
    Phrase("流程办结于“…”", "the process has ended at “…”", lambda r, names, _: r.expect_ended(_element(r, names[0]))),
    Phrase("流程因错误码“…”失败", "the process has failed with “…”", lambda r, names, _: r.expect_failed(names[0])),
    Phrase("`…`成立", "`…` holds", lambda r, names, _: r.expect_true(names[0])),
)

_KNOWN = {_plain(text): phrase for phrase in PHRASES for text in (phrase.zh, phrase.en)}
