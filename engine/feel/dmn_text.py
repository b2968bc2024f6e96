"""The FEEL texts of a DMN file, each checked where it stands, over the names that are known there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.feel.dmn_reader import DmnFile, is_feel, text_of
from engine.feel.errors import FeelError, FeelSyntaxError
from engine.feel.runtime import IRRELEVANT, Feel

MAX_TEXTS = 20_000
"""Texts of one file. A table of 2,000 rules with 10 columns is not read by people either."""

_SPACE = re.compile(r"\s+")
_SIGN = re.compile(r" ?([^\w ]) ?")


def plain_name(name: str) -> str:
    """Return the name as `Feel.names` gives it: single spaces, none around signs."""
    return _SIGN.sub(r"\1", _SPACE.sub(" ", name.strip()))


@dataclass(frozen=True, slots=True)
class Known:
    """The names known at a place: `tree` tells how names with spaces are read, `bound` which come from the file.

    `filtered`: names may be those of an item that is being filtered.
    """

    tree: Mapping[str, Any] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    filtered: bool = False

    def binding(self, name: str, tree: Mapping[str, Any] | None = None) -> Known:
        """Return the names of a place further in, where `name` is known too."""
        return Known({**self.tree, name: tree or {}}, self.bound | {plain_name(name)}, self.filtered)

    def filtering(self) -> Known:
        """Return the names inside a filter."""
        inner = self.binding("item")
        return Known(inner.tree, inner.bound, True)


class TextReader:
    """Reads FEEL. `free` gathers the names that must come from outside the file, `mentioned` those that may."""

    def __init__(self, dmn: DmnFile, feel: Feel) -> None:
        self.free: set[str] = set()
        self.mentioned: set[str] = set()
        self._dmn = dmn
        self._feel = feel
        self._left = MAX_TEXTS

    def read(self, element: etree._Element, known: Known, *, unary: bool = False) -> str:
        """Return the FEEL of an element, with a finding when it is none; "" for none (for unary tests also `-`)."""
        text = text_of(element).removeprefix("=").strip() if not unary else text_of(element)
        if not is_feel(element):
            self._dmn.report("dmn.language", element, "表达式语言必须是 FEEL", "the expression language must be FEEL")
            return text
        if text in IRRELEVANT:
            return text if unary else ""
        if not self._allowed(element):
            return text
        try:
            names = self._feel.parse(text, unary=unary, known=known.tree)
        except FeelSyntaxError as fault:
            self._dmn.report(
                "feel.syntax",
                element,
                str(fault),
                f"FEEL syntax error at {fault.position + 1}: {text!r}",
                hint_zh="请核对此处的括号、引号和运算符。",
                hint_en="Check the brackets, quotes and operators here.",
            )
        except FeelError as fault:
            self._dmn.report("feel.error", element, str(fault), f"the expression cannot be read: {fault.code}")
        else:
            self.mentioned |= names.mentioned
            if not known.filtered:
                self.free |= names.free - known.bound
        return text

    def _allowed(self, element: etree._Element) -> bool:
        self._left -= 1
        if self._left == -1:
            self._dmn.report(
                "dmn.too-large", element, f"表达式超过 {MAX_TEXTS} 个", f"more than {MAX_TEXTS} expressions"
            )
        return self._left >= 0
