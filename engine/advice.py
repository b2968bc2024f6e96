"""Asking departments' plugins for advice: hints about a report, and who somebody is. What they say is checked here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.outcome import Answered, Failed
from engine.plugins.answers import Hint, IdentityFacts
from engine.plugins.process import NO_CASE
from engine.plugins.record import PluginRecord, PluginState
from engine.services.deliveries import Place
from engine.types import SYSTEM
from engine.wording import Wording, worded

if TYPE_CHECKING:
    from engine.application import Engine

log = logging.getLogger(__name__)

HINTS = "onegrid_hints"
IDENTITY = "onegrid_identity"
HINT_SECONDS = 2.0
"""Seconds within which all plugins are asked: a person waits. Who answers later is left out."""
IDENTITY_SECONDS = 5.0
ABOUT = ("category", "department", "urgency", "duplicate_of")
MOST_HINTS = 20
"""Hints of one plugin about one report."""
TEXT = 300
ISSUER = "issuer"
"""The setting by which a plugin registers for a sign-on."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one or more plugins suggest, for a person to take or leave.

    Attributes:
        about, value: see `Hint`.
        score: of the plugin that is surest.
        reasons: (plugin's title, its reason), the surest first.
    """

    about: str
    value: str
    score: float
    reasons: tuple[tuple[str, Wording], ...]


def suggest(engine: Engine, report: Mapping[str, Any], place: Place, seconds: float = HINT_SECONDS) -> list[Suggestion]:
    """Ask all plugins about a report that has come in; return what they suggest, the surest first.

    No transaction may be open around it. A plugin that is late, broken or switched off in the county is left out, and
    so is what it may not say: of departments it may name its own alone.

    Args:
        engine: the engine.
        report: JSON: what came in, e.g. `{"text", "grid"}`.
        place: where it belongs.
        seconds: how long to wait for the answers.
    """
    with engine.begin(SYSTEM, write=False) as work:
        off = work.switches.off(place.county)
        asked = [each for each in _implementing(engine, HINTS) if each.name not in off]
        cases = {each.name: _case(place, work.settings.of(each.name, place.county)) for each in asked}
    if not asked:
        return []
    pool = ThreadPoolExecutor(len(asked), thread_name_prefix="hints")
    answers = {
        pool.submit(
            engine.plugins.call, each.name, HINTS, {"report": report}, seconds, cases[each.name], engine.begin
        ): each
        for each in asked
    }
    done, _ = wait(answers, seconds)
    pool.shutdown(wait=False)
    said = [(answers[each], each.result()) for each in answers if each in done]
    return _merged([(record, hint) for record, answer in said for hint in _hints(record, answer)])


def identify(engine: Engine, issuer: str, claims: Mapping[str, Any]) -> IdentityFacts | None:
    """Ask the plugin that is registered for a sign-on who somebody is; None when none is, or it does not know.

    The facts are about the plugin's own department. What the person may do is not for it to say. No transaction may be
    open around it.
    """
    with engine.begin(SYSTEM, write=False) as work:
        settings = {each.name: work.settings.of(each.name, "") for each in _implementing(engine, IDENTITY)}
    registered = [name for name, values in settings.items() if values.get(ISSUER) == issuer]
    if len(registered) != 1:
        if registered:
            log.warning("more than one plugin for an issuer", extra={"issuer": issuer, "plugins": registered})
        return None
    name = registered[0]
    case = {**NO_CASE, "settings": settings[name]}
    answer = engine.plugins.call(name, IDENTITY, {"issuer": issuer, "claims": dict(claims)}, IDENTITY_SECONDS, case)
    record = next(each for each in engine.plugins.records if each.name == name)
    return _facts(record, answer)


def _implementing(engine: Engine, hook: str) -> list[PluginRecord]:
    return [each for each in engine.plugins.records if each.state is PluginState.READY and hook in each.hooks]


def _case(place: Place, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **NO_CASE,
        "county": place.county,
        "org_unit": place.org_unit,
        "org_path": place.org_path,
        "business_key": place.business_key,
        "settings": settings,
    }


def _hints(record: PluginRecord, answer: Answered | Failed) -> Iterator[Hint]:
    if isinstance(answer, Failed):
        log.warning("no hints", extra={"plugin": record.name, "reason": answer.message})
        return
    said = answer.value if isinstance(answer.value, list) else []
    for each in said[:MOST_HINTS]:
        match each:
            case {"about": str(about), "value": str(value), "score": int() | float() as score, "reason": str(reason)}:
                hint = Hint(about, value[:TEXT], float(score), reason[:TEXT], str(each.get("reason_en") or "")[:TEXT])
                if _may_say(record, hint):
                    yield hint


def _may_say(record: PluginRecord, hint: Hint) -> bool:
    if hint.about not in ABOUT or not 0 < hint.score <= 1 or not hint.value or not hint.reason:
        return False
    own = record.info.department if record.info else ""
    return hint.about != "department" or (own != "" and hint.value == own)


def _merged(hints: list[tuple[PluginRecord, Hint]]) -> list[Suggestion]:
    groups: dict[tuple[str, str], list[tuple[PluginRecord, Hint]]] = {}
    for record, hint in sorted(hints, key=lambda each: (-each[1].score, each[0].name)):
        groups.setdefault((hint.about, hint.value), []).append((record, hint))
    return [
        Suggestion(about, value, group[0][1].score, tuple(_reason(*said) for said in group))
        for (about, value), group in groups.items()
    ]


def _reason(record: PluginRecord, hint: Hint) -> tuple[str, Wording]:
    return record.title, worded(hint.reason, hint.reason_en)


def _facts(record: PluginRecord, answer: Answered | Failed) -> IdentityFacts | None:
    if isinstance(answer, Failed):
        log.warning("no identity", extra={"plugin": record.name, "reason": answer.message})
        return None
    own = record.info.department if record.info else ""
    match answer.value:
        case {"person": str(person), "name": str(name), "department": str(department), "posts": list(posts)}:
            if person and own and department == own and all(isinstance(post, str) for post in posts):
                return IdentityFacts(person[:TEXT], name[:TEXT], department, tuple(posts[:MOST_HINTS]))
    return None
