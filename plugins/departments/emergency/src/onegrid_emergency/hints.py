"""What the words of a report suggest: an item of the bureau's, how urgent it is, and that it is the bureau's."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plugin_api import Hint

DEPARTMENT = "EMB"
SIGNS = (
    ("012", "emergency", 0.95, ("爆炸", "坍塌", "垮塌", "被困", "中毒", "有人伤亡")),
    ("012", "emergency", 0.85, ("明火", "泄漏", "洪水", "决口", "翻车")),
    ("013", "urgent", 0.8, ("滑坡", "泥石流", "崩塌", "地面塌陷", "山体开裂")),
    ("011", "urgent", 0.6, ("堵塞消防通道", "安全出口上锁", "违规动火", "无证作业", "事故隐患", "带病运行")),
)
"""End of the item's code, urgency, how sure, words. Figures are assumed; a person decides."""


def suggest(text: str, county: str) -> Iterator[Hint]:
    """Give what the surest sign in a text suggests; nothing where there is none."""
    for item, urgency, score, words in SIGNS:
        found = [word for word in words if word in text]
        if found:
            reason = f"提到{'、'.join(f'“{word}”' for word in found)}"
            reason_en = f"It mentions {', '.join(f'“{word}”' for word in found)}"
            yield Hint("category", f"{county}-{DEPARTMENT}-{item}", score, reason, reason_en)
            yield Hint("urgency", urgency, score, reason, reason_en)
            yield Hint("department", DEPARTMENT, score, reason, reason_en)
            return
