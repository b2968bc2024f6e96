"""What a test may expect of the instance on a stage; each says where the instance is when it is not so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from engine.scenarios.rehearsal import Unfulfilled


class Expectations(ABC):
    """Checks over what a stage shows of its instance. Each raises Unfulfilled, in Chinese and English."""

    @property
    @abstractmethod
    def waiting(self) -> list[str]:
        """The elements where tokens are, in alphabetical order."""

    @property
    @abstractmethod
    def history(self) -> Sequence[tuple[str, str | None]]:
        """(event, element id), oldest first."""

    @property
    @abstractmethod
    def ended(self) -> str | None:
        """The end event that it ended at."""

    @property
    @abstractmethod
    def failures(self) -> list[str]:
        """The codes of errors that nobody caught."""

    @abstractmethod
    def feel(self, text: str) -> Any:
        """Return the value of a FEEL text."""

    def expect_at(self, elements: Iterable[str]) -> None:
        """Raise Unfulfilled unless the tokens are at these elements and at no others."""
        wanted = sorted(set(elements))
        if wanted != self.waiting:
            zh, en = self._standing()
            raise Unfulfilled(f"应当停在 {_listed(wanted)}；{zh}", f"expected at {_listed(wanted)}; {en}")

    def expect_passed(self, element: str, *, passed: bool) -> None:
        """Raise Unfulfilled unless a token has, or has not, been at the element."""
        been = {place for _, place in self.history} | set(self.waiting)
        if (element in been) is not passed:
            zh, en = ("没有经过", "was not entered") if passed else ("经过了", "was entered")
            raise Unfulfilled(f"{zh}“{element}”；{self._standing()[0]}", f"{element} {en}; {self._standing()[1]}")

    def expect_ended(self, element: str = "") -> None:
        """Raise Unfulfilled unless the instance has ended, at this end event if one is named."""
        if self.ended is None:
            raise Unfulfilled(f"流程尚未办结；{self._standing()[0]}", f"it has not ended; {self._standing()[1]}")
        if element and self.ended != element:
            raise Unfulfilled(f"结束于“{self.ended}”，而不是“{element}”", f"it ended at {self.ended}, not {element}")

    def expect_failed(self, code: str) -> None:
        """Raise Unfulfilled unless an error of the diagram with this code was caught by nobody."""
        if code not in self.failures:
            zh, en = self._standing()
            raise Unfulfilled(f"流程没有因错误“{code}”失败；{zh}", f"it did not fail with {code!r}; {en}")

    def expect_true(self, condition: str) -> None:
        """Raise Unfulfilled unless the FEEL condition is true."""
        value = self.feel(condition)
        if value is not True:
            raise Unfulfilled(f"条件不成立（得 {value!r}）：{condition}", f"not true but {value!r}: {condition}")

    def not_here(self, element: str) -> Unfulfilled:
        """Return the error that nothing waits at the element."""
        zh, en = self._standing()
        return Unfulfilled(f"“{element}”此时不在等待；{zh}", f"{element!r} does not wait now; {en}")

    def _standing(self) -> tuple[str, str]:
        places = _listed(self.waiting)
        return f"现在停在 {places}", f"it is at {places}"


def _listed(elements: Iterable[str]) -> str:
    return "、".join(f"“{element}”" for element in elements) or "—"
