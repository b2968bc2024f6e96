"""What can go wrong with an expression. Each error carries the expression; none carries the data it ran over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import EngineError


class FeelError(EngineError):
    """表达式无法计算。"""

    code = "feel.error"
    expression: str


class FeelSyntaxError(FeelError):
    """表达式有语法错误。

    `position` and `end` count characters of `expression` from 0.
    """

    code = "feel.syntax"
    position: int
    end: int

    def __init__(self, expression: str, position: int, end: int, detail: str) -> None:
        near = expression[position:end].strip()
        at = f"第 {position + 1} 个字符" + (f"“{near}”" if near else "")
        super().__init__(
            f"表达式有语法错误：{at}（{detail}）",
            expression=expression,
            position=position,
            end=end,
            detail=detail,
        )


class FeelTimeout(FeelError):
    """表达式计算超过时限，已中止。"""

    code = "feel.timeout"


class FeelMemory(FeelError):
    """表达式占用内存过多，已中止。"""

    code = "feel.memory"


class FeelUnavailable(EngineError):
    """缺少 FEEL 运行库 engine/feel/dist/feelin.js，请先运行 make。"""

    code = "feel.unavailable"


class DecisionConflict(FeelError):
    """决策表的规则互相冲突，无法得出唯一结果。"""

    code = "decision.conflict"
    decision: str
    rules: list[int]


class DecisionValueRefused(FeelError):
    """输入或结果的值不符合其类型。

    `what`: input, output, entry, parameter or result; `name`, `value` (JSON, cut short), `type`, `allowed`: unary
    tests, "" when the type itself is not met.
    """

    code = "decision.value"
    decision: str
    what: str
    name: str
    value: str
    type: str
    allowed: str

    def __init__(self, decision: str, fault: Mapping[str, Any]) -> None:
        allowed = fault.get("allowed") or ""
        reason = f"允许的值是 {allowed}" if allowed else f"应为 {fault['type']}"
        super().__init__(
            f"{_PLACES[fault['what']]}“{fault['name']}”的值 {fault['value']} 不符合要求：{reason}",
            decision=decision,
            what=fault["what"],
            name=fault["name"],
            value=fault["value"],
            type=fault["type"],
            allowed=allowed,
            expression="",
        )

    @property
    def english(self) -> str:
        """The message in English."""
        reason = f"allowed are {self.allowed}" if self.allowed else f"it must be {self.type}"
        return f"the value {self.value} of the {self.what} {self.name!r} is refused: {reason}"


_PLACES = {"input": "输入", "output": "输出", "entry": "条目", "parameter": "参数", "result": "结果"}
