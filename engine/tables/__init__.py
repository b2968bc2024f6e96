"""What is remembered. Tables only, no behaviour: deciding is the business of `engine.services`."""

from engine.tables import (
    attachments,
    calendar,
    correlated_starts,
    definitions,
    deliveries,
    drafts,
    history,
    idempotency,
    instances,
    jobs,
    messages,
    people,
    plugins,
    start_timers,
    tasks,
    workers,
)

__all__ = [
    "attachments",
    "calendar",
    "correlated_starts",
    "definitions",
    "deliveries",
    "drafts",
    "history",
    "idempotency",
    "instances",
    "jobs",
    "messages",
    "people",
    "plugins",
    "start_timers",
    "tasks",
    "workers",
]
