"""Reading what somebody typed into a page: texts, days, choices, numbers. All faults are collected, then refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from engine.core_api import Message
from plugins.workforce.faults import refuse
from plugins.workforce.model import Employer, Employment, Terms, WorkerRole

Choice = TypeVar("Choice", bound=StrEnum)


def printable(text: str) -> str:
    """Return a text without control characters and surrounding white space."""
    return "".join(character for character in text if character.isprintable()).strip()


class Posted:
    """The fields of a form that was sent. Faulty fields have a stand-in value until `check` refuses them."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self._faults: list[tuple[str, Message]] = []

    def text(self, name: str) -> str:
        """Return a text of one line, "" for none."""
        return printable(self._fields.get(name, ""))

    def day(self, name: str) -> date:
        """Return a day."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            self._faults.append((name, Message("日期格式不正确，应为 2026-12-31")))
            return date.min

    def day_or_none(self, name: str) -> date | None:
        """Return a day, or None where nothing is typed."""
        return self.day(name) if self.text(name) else None

    def number(self, name: str) -> int:
        """Return a whole number."""
        text = self.text(name)
        if text.isascii() and text.isdigit() and len(text) < 6:
            return int(text)
        self._faults.append((name, Message("请输入整数")))
        return 0

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        """Return one of the values of an enumeration."""
        try:
            return kind(self.text(name))
        except ValueError:
            self._faults.append((name, Message("选项无效，请重新选择")))
            return next(iter(kind))

    def terms(self) -> Terms:
        """Return what somebody is to be engaged as."""
        return Terms(
            self.choice("employment", Employment),
            self.choice("role", WorkerRole),
            self.choice("employer", Employer),
            suspended=bool(self.text("suspended")),
        )

    def check(self) -> None:
        """Raise FormInvalid when a field was not what it should be."""
        refuse(self._faults)
