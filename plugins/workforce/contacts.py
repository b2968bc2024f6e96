"""The telephone numbers that a township publishes beside its grids. Officials' own, never a worker's (I20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from engine.core_api import Message
from plugins.workforce import log
from plugins.workforce.faults import Faults, refuse
from plugins.workforce.staff import PHONE
from plugins.workforce.tables import TownshipContact

PHONE_FIELDS: Final = ("office_phone", "supervision_phone")


@dataclass(frozen=True, slots=True)
class Contact:
    """Where residents reach the township's office, and where they complain. Both empty until somebody writes them."""

    office_phone: str = ""
    supervision_phone: str = ""


def contact_of(session: Session, township: str) -> Contact:
    """Return what a township publishes."""
    row = session.get(TownshipContact, township)
    return Contact(row.office_phone, row.supervision_phone) if row else Contact()


def publish(work: log.Writer, township: str, contact: Contact) -> None:
    """Publish a township's telephone numbers; nothing is written where they are published already.

    Raises:
        FormInvalid: one of them is not a telephone number.
    """
    refuse(faults(contact))
    if contact_of(work.session, township) == contact:
        return
    row = TownshipContact(
        township=township, office_phone=contact.office_phone, supervision_phone=contact.supervision_phone
    )
    work.session.merge(row)
    log.write(work, "contact.published", township, office=contact.office_phone, supervision=contact.supervision_phone)


def faults(contact: Contact) -> Faults:
    """Yield what is wrong with the numbers."""
    for name in PHONE_FIELDS:
        if not PHONE.fullmatch(getattr(contact, name)):
            yield name, Message("请填写电话号码，例如 0746-8000000")
