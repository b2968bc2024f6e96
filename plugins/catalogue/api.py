"""The catalogue's door for other plugins: what is in force on a day, and the one way to change it."""

from plugins.catalogue.applications import register_application
from plugins.catalogue.draft import Kind
from plugins.catalogue.exchange import read_enactment
from plugins.catalogue.listing import Decision, ItemVersion, decisions, in_force, item_in_force, versions
from plugins.catalogue.model import DocumentType, Guarantees, HandlingMode, Item, LegalBasis, WorkerAction
from plugins.catalogue.register import Enactment, NotReady, enact

__all__ = [
    "Decision",
    "DocumentType",
    "Enactment",
    "Guarantees",
    "HandlingMode",
    "Item",
    "ItemVersion",
    "Kind",
    "LegalBasis",
    "NotReady",
    "WorkerAction",
    "decisions",
    "enact",
    "in_force",
    "item_in_force",
    "read_enactment",
    "register_application",
    "versions",
]
