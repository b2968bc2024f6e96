"""The door for core plugins, beside `engine.plugin_api`: tables, transactions and the case. `__all__` is the contract.

Core plugins are trusted: they share the engine's transaction and its migration history. Departments never come here.
"""

from engine.access import OPERATOR, below, takes_part, visible
from engine.application import Engine
from engine.bundle import Bundle, read_bundle
from engine.calendar import WorkCalendar, work_calendar
from engine.clock import TIMEZONE, Clock, FixedClock, today
from engine.contents import deploy_content
from engine.db import Base, UtcDateTime
from engine.errors import (
    EngineError,
    Forbidden,
    FormInvalid,
    GuardRefused,
    InstanceChanged,
    MessageInvalid,
    MessageNotAwaited,
    NotFound,
)
from engine.feel.decisions import Decision, DecisionResult
from engine.feel.runtime import Feel
from engine.feel.values import pack, unpack
from engine.form_messages import Message
from engine.forms import FormContext, FormField
from engine.handlers import Completion, HandlerContext
from engine.hookspecs import Attached, Capability, DatabaseRules
from engine.jobs.table_queue import Due, drain, next_due
from engine.limits import Deadline, Limit, Unit
from engine.passwords import hash_password
from engine.plugins.listening import channel_function
from engine.plugins.own_databases import OwnDatabases
from engine.plugins.own_reports import OwnReport
from engine.plugins.own_tables import OwnColumn, OwnTable, Reference
from engine.services.deliveries import Letter, Place
from engine.services.external_jobs import Claim, Wish
from engine.services.waits import Wait, WaitKind
from engine.services.worker_tokens import Scope
from engine.tables.instances import ProcessInstance
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, Actor, ActorKind, Post, TaskState, new_id
from engine.wording import Wording, in_chinese, in_language, rewritten, worded
from engine.work import Work

__all__ = [
    "OPERATOR",
    "SYSTEM",
    "TIMEZONE",
    "Actor",
    "ActorKind",
    "Attached",
    "Base",
    "Bundle",
    "Capability",
    "Claim",
    "Clock",
    "Completion",
    "DatabaseRules",
    "Deadline",
    "Decision",
    "DecisionResult",
    "Due",
    "Engine",
    "EngineError",
    "Feel",
    "FixedClock",
    "Forbidden",
    "FormContext",
    "FormField",
    "FormInvalid",
    "GuardRefused",
    "HandlerContext",
    "InstanceChanged",
    "Letter",
    "Limit",
    "Message",
    "MessageInvalid",
    "MessageNotAwaited",
    "NotFound",
    "OrgUnit",
    "OwnColumn",
    "OwnDatabases",
    "OwnReport",
    "OwnTable",
    "Person",
    "PersonPost",
    "Place",
    "Post",
    "ProcessInstance",
    "Reference",
    "Scope",
    "TaskState",
    "Unit",
    "UserTask",
    "UtcDateTime",
    "Wait",
    "WaitKind",
    "Wish",
    "Wording",
    "Work",
    "WorkCalendar",
    "below",
    "channel_function",
    "deploy_content",
    "drain",
    "hash_password",
    "in_chinese",
    "in_language",
    "new_id",
    "next_due",
    "pack",
    "read_bundle",
    "rewritten",
    "takes_part",
    "today",
    "unpack",
    "visible",
    "worded",
    "work_calendar",
]
