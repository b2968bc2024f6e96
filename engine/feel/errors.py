"""What can go wrong with an expression. Each error carries the expression; none carries the data it ran over."""

from __future__ import annotations

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
