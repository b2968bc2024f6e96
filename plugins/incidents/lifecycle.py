"""The states of incidents and referrals, and the transitions between them (SPEC 6.2): what is not here is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Protocol

from engine.core_api import GuardRefused

PROCESS: Final = "incident-referral"
DEPARTMENT_PROCESS: Final = "incident-department"
DISPUTE_PROCESS: Final = "incident-dispute"
PROCESSES: Final = (PROCESS, DEPARTMENT_PROCESS, DISPUTE_PROCESS)
"""The processes in which alone the handlers of incidents are drawn."""


class IncidentState(StrEnum):
    """Life of an incident."""

    REPORTED = "reported"
    TRIAGE = "triage"
    SELF_HANDLING = "self_handling"
    REFERRING = "referring"
    """To be dispatched to a department."""
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    HANDLING = "handling"
    RETURNED = "returned"
    """The lead department asked to return it; the platform has to decide."""
    IN_DISPUTE = "in_dispute"
    SUSPENDED = "suspended"
    FEEDBACK = "feedback"
    """The lead department has answered."""
    VERIFICATION = "verification"
    REWORK = "rework"
    SURVEYED = "surveyed"
    REOPENED = "reopened"
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


class ReferralState(StrEnum):
    """Life of a referral to one department."""

    DISPATCHED = "dispatched"
    SIGNED = "signed"
    HANDLING = "handling"
    RETURN_REQUESTED = "return_requested"
    RETURN_REFUSED = "return_refused"
    RETURNED = "returned"
    IN_DISPUTE = "in_dispute"
    DESIGNATED = "designated"
    """Given to this department by arbitration: it cannot return it (I12)."""
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    REWORK = "rework"
    ACCEPTED = "accepted"
    """What the department did passed the verification."""
    TERMINATED = "terminated"
    """Ended without being handled here: the case belongs elsewhere, or went to others."""


UNDECIDED: Final = frozenset(
    {IncidentState.TRIAGE, IncidentState.REFERRING, IncidentState.RETURNED, IncidentState.IN_DISPUTE}
)
"""States in which somebody has to say who is responsible."""

_I, _R = IncidentState, ReferralState
_OPENING = frozenset(
    {_I.TRIAGE, _I.SELF_HANDLING, _I.REFERRING, _I.NOT_ACCEPTED, _I.CANCELLED, _I.DUPLICATE, _I.CLOSED}
)
"""Where a report may go that no department has."""
_WITH_DEPARTMENT = frozenset({_I.RETURNED, _I.IN_DISPUTE, _I.REFERRING, _I.SURVEYED, _I.CLOSED})

INCIDENT: Final[Mapping[str, frozenset[IncidentState]]] = {
    _I.REPORTED: _OPENING - {_I.CLOSED},
    _I.TRIAGE: _OPENING - {_I.TRIAGE},
    _I.SELF_HANDLING: frozenset({_I.TRIAGE, _I.REFERRING, _I.SURVEYED, _I.CLOSED}),
    _I.REFERRING: frozenset({_I.TRIAGE, _I.DISPATCHED, _I.CLOSED}),
    _I.DISPATCHED: _WITH_DEPARTMENT | {_I.SIGNED},
    _I.SIGNED: _WITH_DEPARTMENT | {_I.HANDLING},
    _I.HANDLING: _WITH_DEPARTMENT | {_I.SUSPENDED, _I.FEEDBACK},
    _I.RETURNED: frozenset({_I.REFERRING, _I.DISPATCHED, _I.SIGNED, _I.IN_DISPUTE, _I.CLOSED}),
    _I.IN_DISPUTE: frozenset({_I.REFERRING, _I.DISPATCHED, _I.CLOSED}),
    _I.SUSPENDED: frozenset({_I.HANDLING, _I.SURVEYED, _I.CLOSED}),
    _I.FEEDBACK: frozenset({_I.VERIFICATION, _I.SURVEYED, _I.CLOSED}),
    _I.VERIFICATION: frozenset({_I.REWORK, _I.SURVEYED, _I.CLOSED}),
    _I.REWORK: frozenset({_I.HANDLING, _I.CLOSED}),
    _I.SURVEYED: frozenset({_I.CLOSED, _I.REOPENED}),
    _I.CLOSED: frozenset({_I.REOPENED}),
    _I.REOPENED: frozenset({_I.TRIAGE, _I.SELF_HANDLING, _I.REFERRING, _I.DISPATCHED, _I.CLOSED}),
    _I.NOT_ACCEPTED: frozenset(),
    _I.CANCELLED: frozenset(),
    _I.DUPLICATE: frozenset(),
}
"""State of an incident → where it may go from there."""

_ANY_END = frozenset({_R.TERMINATED})
REFERRAL: Final[Mapping[str, frozenset[ReferralState]]] = {
    _R.DISPATCHED: _ANY_END | {_R.SIGNED, _R.RETURN_REQUESTED},
    _R.SIGNED: _ANY_END | {_R.HANDLING, _R.RETURN_REQUESTED},
    _R.HANDLING: _ANY_END | {_R.COMPLETED, _R.SUSPENDED},
    _R.RETURN_REQUESTED: _ANY_END | {_R.RETURNED, _R.RETURN_REFUSED, _R.IN_DISPUTE},
    _R.RETURN_REFUSED: _ANY_END | {_R.SIGNED},
    _R.IN_DISPUTE: _ANY_END | {_R.RETURNED, _R.DESIGNATED},
    _R.DESIGNATED: _ANY_END | {_R.SIGNED},
    _R.SUSPENDED: _ANY_END | {_R.HANDLING},
    _R.COMPLETED: _ANY_END | {_R.ACCEPTED, _R.REWORK},
    _R.REWORK: _ANY_END | {_R.HANDLING},
    _R.RETURNED: frozenset(),
    _R.ACCEPTED: frozenset(),
    _R.TERMINATED: frozenset(),
}
"""State of a referral → where it may go from there."""

ENDED_INCIDENT: Final = frozenset({_I.CLOSED, _I.NOT_ACCEPTED, _I.CANCELLED, _I.DUPLICATE})
ENDED_REFERRAL: Final = frozenset(state for state, following in REFERRAL.items() if not following)


class WithState(Protocol):
    """A row that is in a state."""

    state: str


def move_incident(incident: WithState, *states: IncidentState) -> None:
    """Take an incident through states, one after the other; a state it is in already is passed over.

    Raises:
        GuardRefused: a transition that the table does not have. Nothing is changed.
    """
    _move(incident, INCIDENT, states, "事件")


def move_referral(referral: WithState, *states: ReferralState) -> None:
    """Take a referral through states, as `move_incident` does an incident."""
    _move(referral, REFERRAL, states, "派遣单")


def _move(row: WithState, table: Mapping[str, frozenset[StrEnum]], states: tuple[StrEnum, ...], what: str) -> None:
    state = row.state
    for following in states:
        if following == state:
            continue
        if following not in table[state]:
            raise GuardRefused(f"{what}处于“{state}”，不能转为“{following}”。", state=state, wanted=str(following))
        state = following
    row.state = str(state)
