"""The words of the catalogue: what a worker may do, what a basis is, and what an item needs to be in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple


class WorkerAction(StrEnum):
    """What a grid worker does about an item (SPEC 6.1)."""

    PUBLICISE = "publicise"
    COLLECT = "collect"
    INSPECT = "inspect"
    ASSIST = "assist"
    HANDLE = "handle"
    REPORT_ONLY = "report_only"


class HandlingMode(StrEnum):
    """Who handles what is found: the worker, or the department after the worker's report (R41)."""

    SELF_HANDLE = "self_handle"
    REPORT_AND_REFER = "report_and_refer"


class DocumentType(StrEnum):
    """The rank of a legal text, the highest first."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    LOCAL_REGULATION = "local_regulation"
    AUTONOMOUS_REGULATION = "autonomous_regulation"
    DEPARTMENT_RULE = "department_rule"
    LOCAL_GOVERNMENT_RULE = "local_government_rule"
    NORMATIVE_DOCUMENT = "normative_document"


SUFFICIENT = frozenset(
    {
        DocumentType.LAW,
        DocumentType.ADMINISTRATIVE_REGULATION,
        DocumentType.LOCAL_REGULATION,
        DocumentType.AUTONOMOUS_REGULATION,
    }
)
"""Ranks of which an item needs at least one: R39 asks for 法律法规; rules alone are not enough (assumed)."""


class Fault(NamedTuple):
    """What keeps an item from being in force (I9), in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One article that an item rests on.

    Attributes:
        title, article: the text and the article in it, as it is cited.
        doc_type: its rank.
        excerpt: the article's text, or "".
        recheck: why it must be read again, or "".
        effective_from, effective_to: when the text is in force, half open; None where nobody said.
        source: where `excerpt` was read, or "".
    """

    title: str
    article: str
    doc_type: DocumentType
    excerpt: str = ""
    recheck: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    source: str = ""

    def ended(self, day: date) -> bool:
        """Return whether the basis was repealed by a day."""
        return self.effective_to is not None and self.effective_to <= day


@dataclass(frozen=True, slots=True)
class Guarantees:
    """What the department owes to the workers for an item (R49-R51).

    Attributes:
        guidance_person: `{name, phone, unit}`, the dedicated person for business guidance (R49).
        training: `{hours, on, materials}`, the special training (R50).
        resources: what is provided in kind (R51).
        funding: `{amount_cny, source}` (R51); an amount of 0 needs resources.
    """

    guidance_person: Mapping[str, str] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    resources: str = ""
    funding: Mapping[str, Any] = field(default_factory=dict)

    def missing(self) -> Iterator[Fault]:
        """Give what is missing."""
        if not (self.guidance_person.get("name") and self.guidance_person.get("phone")):
            yield Fault("没有明确业务指导专人（第九条，R49）", "nobody is named for business guidance (Article 9, R49)")
        if not self.training.get("hours"):
            yield Fault("没有专题培训安排（第九条，R50）", "no special training is arranged (Article 9, R50)")
        if not self.resources and not self.funding.get("amount_cny"):
            yield Fault("没有资源、经费保障（第九条，R51）", "there are neither resources nor funds (Article 9, R51)")


@dataclass(frozen=True, slots=True)
class Item:
    """What an item says, in one version of it."""

    code: str
    name_zh: str
    name_en: str
    description: str
    worker_action: WorkerAction
    requires_professional_skill: bool
    requires_enforcement_qualification: bool
    legal_bases: Sequence[LegalBasis]
    guarantees: Guarantees = Guarantees()
    temporary_until: date | None = None

    @property
    def county(self) -> str:
        """The county whose item it is: the code's first part."""
        return self.code.split("-")[0]

    @property
    def department(self) -> str:
        """The department that leads it, `<county>-<department>`."""
        return self.code.rpartition("-")[0]

    @property
    def handling_mode(self) -> HandlingMode:
        """Whatever needs skill or enforcement power is reported only, whatever else the item says (R41, I10)."""
        qualified = self.requires_professional_skill or self.requires_enforcement_qualification
        return HandlingMode.REPORT_AND_REFER if qualified else HandlingMode.SELF_HANDLE

    def obstacles(self) -> list[Fault]:
        """Return what keeps the item from being in force (I9); empty when nothing does."""
        return list(self._obstacles())

    def _obstacles(self) -> Iterator[Fault]:
        if not any(basis.doc_type in SUFFICIENT for basis in self.legal_bases):
            yield Fault("没有法律法规依据（第九条，R39）", "no law or regulation is given as a basis (Article 9, R39)")
        if any(not basis.title or not basis.article for basis in self.legal_bases):
            yield Fault("依据没有写明名称和条款（第九条，R39）", "a basis lacks its title or article (Article 9, R39)")
        if self.worker_action is WorkerAction.HANDLE and self.handling_mode is HandlingMode.REPORT_AND_REFER:
            yield Fault(
                "须专业能力或者执法资格的事项，网格员只能上报，不能处理（第九条，R41）",
                "what needs skill or enforcement power a worker may only report, not handle (Article 9, R41)",
            )
        yield from self.guarantees.missing()
