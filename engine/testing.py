"""The public test kit: a frozen clock, and jobs that run when told to."""

from engine.clock import FixedClock
from engine.jobs.table_queue import TableQueue, drain

__all__ = ["FixedClock", "TableQueue", "drain"]
