"""The words of the workforce: who grid workers are, what they are engaged as, and what they may do by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Employment(StrEnum):
    """Full-time or part-time (R5)."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"


class WorkerRole(StrEnum):
    """What somebody is in the grids."""

    GRID_WORKER = "grid_worker"
    GRID_HEAD = "grid_head"
    GRID_INSTRUCTOR = "grid_instructor"


class Employer(StrEnum):
    """Who employs the worker: the township, the residents' or villagers' committee, or a purchased service."""

    TOWNSHIP = "township"
    COMMITTEE = "committee"
    PURCHASED_SERVICE = "purchased_service"


class Policy(StrEnum):
    """What a county does about a worker without the training for an item (R50, SPEC 8(f))."""

    BLOCK = "block"
    WARN = "warn"


class Obstacle(StrEnum):
    """Why a worker may not handle an item alone."""

    NOT_SERVING = "not_serving"
    NOT_IN_FORCE = "not_in_force"
    REPORT_ONLY = "report_only"
    NOT_TRAINED = "not_trained"


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody is engaged as."""

    employment: Employment
    role: WorkerRole
    employer: Employer
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class NewWorker:
    """Somebody to be engaged by a township from a day on. `staff_no` is unique in the whole installation."""

    staff_no: str
    name: str
    phone: str
    terms: Terms
    since: date


@dataclass(frozen=True, slots=True)
class AssignedWorker:
    """A worker of a grid on a day. `person_id` is the login, or None. No personal data beyond the name."""

    worker_id: str
    staff_no: str
    name: str
    person_id: str | None
    township: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class SelfHandling:
    """Whether a worker may handle an item alone on a day, and why not.

    A worker without training has `obstacle` NOT_TRAINED also where the county only warns: then `allowed` is true.
    """

    allowed: bool
    policy: Policy
    obstacle: Obstacle | None = None


def masked(phone: str) -> str:
    """Return a telephone number of which only the beginning and the end can be read."""
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) >= 7 else "****"
