"""The workforce's door for other plugins: who serves where, who manages whom, and who may handle what alone."""

from plugins.workforce.acting import ActingWorker, acting_on
from plugins.workforce.assignments import (
    assign,
    end_assignment,
    grids_of,
    managing_township,
    worker_of_person,
    workers_of,
)
from plugins.workforce.coverage import CoveredGrid, coverage, uncovered
from plugins.workforce.listing import engaged_on
from plugins.workforce.model import (
    AssignedWorker,
    Employer,
    Employment,
    NewWorker,
    Obstacle,
    Policy,
    SelfHandling,
    Terms,
    WorkerRole,
)
from plugins.workforce.staff import engage, give_login
from plugins.workforce.staffing import proposed as proposed_staffing
from plugins.workforce.training import NewTraining, hold, may_self_handle, record

__all__ = [
    "ActingWorker",
    "AssignedWorker",
    "CoveredGrid",
    "Employer",
    "Employment",
    "NewTraining",
    "NewWorker",
    "Obstacle",
    "Policy",
    "SelfHandling",
    "Terms",
    "WorkerRole",
    "acting_on",
    "assign",
    "coverage",
    "end_assignment",
    "engage",
    "engaged_on",
    "give_login",
    "grids_of",
    "hold",
    "managing_township",
    "may_self_handle",
    "proposed_staffing",
    "record",
    "uncovered",
    "worker_of_person",
    "workers_of",
]
