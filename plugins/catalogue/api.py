"""The catalogue's door for other plugins: what is in force on a day, and the one way to change it."""

from plugins.catalogue.applications import register_application
from plugins.catalogue.consultations import of_county as consultations
from plugins.catalogue.consultations import said
from plugins.catalogue.draft import Kind
from plugins.catalogue.due_reviews import review_begun
from plugins.catalogue.exchange import read_enactment
from plugins.catalogue.lapses import lapse_found
from plugins.catalogue.listing import Decision, ItemVersion, decisions, holding, in_force, item_in_force, versions
from plugins.catalogue.model import DocumentType, Guarantees, HandlingMode, Item, LegalBasis, WorkerAction
from plugins.catalogue.opinions import answer as answer_opinion
from plugins.catalogue.opinions import give as give_opinion
from plugins.catalogue.opinions import of_agency as opinions_of_agency
from plugins.catalogue.register import Enactment, NotReady, enact
from plugins.catalogue.suspensions import Lapse, register_suspension

__all__ = [
    "Decision",
    "DocumentType",
    "Enactment",
    "Guarantees",
    "HandlingMode",
    "Item",
    "ItemVersion",
    "Kind",
    "Lapse",
    "LegalBasis",
    "NotReady",
    "WorkerAction",
    "answer_opinion",
    "consultations",
    "decisions",
    "enact",
    "give_opinion",
    "holding",
    "in_force",
    "item_in_force",
    "lapse_found",
    "opinions_of_agency",
    "read_enactment",
    "register_application",
    "register_suspension",
    "review_begun",
    "said",
    "versions",
]
