"""FEEL, the expression language of DMN, and the decision tables written in it. Evaluated by feelin inside V8."""

from engine.feel.errors import FeelError, FeelMemory, FeelSyntaxError, FeelTimeout, FeelUnavailable
from engine.feel.runtime import Feel
from engine.feel.values import YearsMonths, pack, unpack

__all__ = [
    "Feel",
    "FeelError",
    "FeelMemory",
    "FeelSyntaxError",
    "FeelTimeout",
    "FeelUnavailable",
    "YearsMonths",
    "pack",
    "unpack",
]
