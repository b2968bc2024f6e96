"""Files that people attach: kept till their form is submitted, then seen by whoever may see a case that has them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

import orjson
import sqlalchemy as sa

from engine import access
from engine import form_messages as say
from engine.context import Context
from engine.db import insert_of
from engine.errors import FormInvalid, NotFound
from engine.tables.attachments import Attachment, AttachmentBytes, AttachmentReference
from engine.tables.instances import ProcessInstance
from engine.tables.tasks import UserTask
from engine.types import ActorKind, TaskState
from engine.upload import Upload, UploadUnfit, read_upload

KEPT = timedelta(days=1)
"""How long an upload is kept that nothing refers to: neither a case nor the draft of an open task."""
MOST_WAITING = 60
"""Uploads for one form that were not submitted: more is no person's work."""
TIDIED = 200
"""Uploads looked at in one round of tending."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be sent. `digest` is the SHA-256 of what is kept, whichever of the two `content` is."""

    name: str
    media_type: str
    content: bytes
    digest: str


class Attachments:
    """Attachments, seen from one transaction and by one actor."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def keep(self, name: str, media_type: str, stream: IO[bytes], *, kept_for: str) -> Attachment:
        """Keep a file that was sent; see `add`. `media_type` is what the browser says, and is not believed.

        Raises:
            FormInvalid: the file is not taken, or too many wait; the text is under the path "".
        """
        try:
            upload = read_upload(name, stream)
        except UploadUnfit as unfit:
            raise FormInvalid(errors={"": [unfit.said]}) from unfit
        return self.add(upload, kept_for)

    def add(self, upload: Upload, kept_for: str) -> Attachment:
        """Keep a file that was read, for a form: `kept_for` is the task's id, or what a plugin's page calls its form.

        Raises:
            FormInvalid: too many files wait for this form already.
        """
        session = self._context.session
        waiting = sa.select(sa.func.count()).where(Attachment.kept_for == kept_for, Attachment.submitted.is_(False))
        if (session.scalar(waiting) or 0) >= MOST_WAITING:
            raise FormInvalid(errors={"": [say.files_waiting(MOST_WAITING)]})
        content = {"digest": upload.digest, "content": upload.content, "preview": upload.preview}
        session.execute(insert_of(session)(AttachmentBytes).values(content).on_conflict_do_nothing())
        attachment = Attachment(
            id=secrets.token_hex(16),
            digest=upload.digest,
            name=upload.name,
            media_type=upload.media_type,
            size=len(upload.content),
            kept_for=kept_for,
            uploaded_by=self._context.actor.id,
            uploaded_at=self._context.clock.now(),
            submitted=False,
        )
        session.add(attachment)
        session.flush()
        return attachment

    def find(self, ids: Sequence[str], kept_for: str) -> list[dict[str, Any]]:
        """Return `{id, name, media_type, size}` of those files that were sent for a form, in the order of the ids."""
        return self._told(ids, Attachment.kept_for == kept_for)

    def usable(self, task: UserTask, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return the same of the files that a task's form may refer to: sent for it, or the case has them already."""
        of_case = sa.exists().where(
            AttachmentReference.attachment_id == Attachment.id, AttachmentReference.instance_id == task.instance_id
        )
        return self._told(ids, sa.or_(Attachment.kept_for == task.id, of_case))

    def _told(self, ids: Sequence[str], condition: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        ids = ids[:MOST_WAITING]  # no form keeps more, and no statement takes names without end
        if not ids:
            return []
        found = self._context.session.scalars(sa.select(Attachment).where(Attachment.id.in_(ids), condition))
        known = {file.id: _metadata(file) for file in found}
        return [known[each] for each in ids if each in known]

    def refer(self, ids: Iterable[str], instance: ProcessInstance) -> None:
        """Let a case refer to files: they stay, and whoever may see the case may see them. The caller has checked."""
        ids = list(dict.fromkeys(ids))
        if not ids:
            return
        session, now = self._context.session, self._context.clock.now()
        rows = [{"attachment_id": each, "instance_id": instance.id, "referred_at": now} for each in ids]
        session.flush()
        session.execute(insert_of(session)(AttachmentReference).values(rows).on_conflict_do_nothing())
        session.execute(sa.update(Attachment).where(Attachment.id.in_(ids)).values(submitted=True))

    def of(self, instance_id: str) -> list[dict[str, Any]]:
        """Return the files that a case refers to, with the SHA-256 of each, in the order they were sent."""
        select = (
            sa.select(Attachment)
            .join(AttachmentReference, AttachmentReference.attachment_id == Attachment.id)
            .where(AttachmentReference.instance_id == instance_id)
            .order_by(Attachment.uploaded_at, Attachment.id)
        )
        return [{**_metadata(file), "sha256": file.digest} for file in self._context.session.scalars(select)]

    def see(self, attachment_id: str, *, small: bool = False) -> Opened:
        """Return a file that the actor may see; raise NotFound.

        That is one of a case that the actor may see; one that a task shows which the actor may do; one that was sent
        for a task's form which the actor may do, or by the actor.
        """
        file = self._context.session.get(Attachment, attachment_id)
        if file is None or not self._may_see(file):
            raise NotFound(attachment_id=attachment_id)
        return self._open(file, small=small)

    def open(self, attachment_id: str, *, small: bool = False) -> Opened:
        """Return a file; who may see it the caller has checked. Raises NotFound."""
        file = self._context.session.get(Attachment, attachment_id)
        if file is None:
            raise NotFound(attachment_id=attachment_id)
        return self._open(file, small=small)

    def tidy(self) -> int:
        """Delete uploads of more than a day ago that nothing refers to; return how many."""
        session = self._context.session
        old = sa.select(Attachment).where(
            Attachment.submitted.is_(False), Attachment.uploaded_at < self._context.clock.now() - KEPT
        )
        waiting = list(session.scalars(old.order_by(Attachment.uploaded_at).limit(TIDIED)))
        if not waiting:
            return 0
        drafts = self._drafts({file.kept_for for file in waiting})
        gone = [file for file in waiting if file.id not in drafts.get(file.kept_for, "")]
        session.execute(sa.delete(Attachment).where(Attachment.id.in_([file.id for file in gone])))
        unused = ~sa.exists().where(Attachment.digest == AttachmentBytes.digest)
        digests = [file.digest for file in gone]
        session.execute(sa.delete(AttachmentBytes).where(AttachmentBytes.digest.in_(digests), unused))
        return len(gone)

    def _drafts(self, task_ids: Iterable[str]) -> dict[str, str]:
        select = sa.select(UserTask.id, UserTask.draft).where(
            UserTask.id.in_(list(task_ids)), UserTask.state == TaskState.OPEN, UserTask.draft.is_not(None)
        )
        return {task_id: orjson.dumps(draft).decode() for task_id, draft in self._context.session.execute(select)}

    def _open(self, file: Attachment, *, small: bool) -> Opened:
        session = self._context.session
        if small:
            preview = session.scalar(sa.select(AttachmentBytes.preview).where(AttachmentBytes.digest == file.digest))
            if preview is not None:
                return Opened(file.name, "image/jpeg", preview, file.digest)
        content = session.scalars(sa.select(AttachmentBytes.content).where(AttachmentBytes.digest == file.digest)).one()
        return Opened(file.name, file.media_type, content, file.digest)

    def _may_see(self, file: Attachment) -> bool:
        actor = self._context.actor
        if actor.kind is ActorKind.SYSTEM:
            return True
        referring = sa.select(AttachmentReference.instance_id).where(AttachmentReference.attachment_id == file.id)
        seen = sa.select(ProcessInstance.id).where(ProcessInstance.id.in_(referring), access.visible(actor)).limit(1)
        if self._context.session.scalar(seen) is not None:
            return True
        return self._in_a_task(file, referring) or (not file.submitted and self._sent_it(file))

    def _in_a_task(self, file: Attachment, referring: sa.Select[str]) -> bool:
        """Return whether a task shows it that the actor may do: a department's case lies in another unit."""
        theirs = sa.tuple_(UserTask.candidate_group, UserTask.org_unit).in_(access.places(self._context.actor))
        shown = sa.select(UserTask.data).where(UserTask.instance_id.in_(referring), theirs)
        return any(file.id in orjson.dumps(data).decode() for data in self._context.session.scalars(shown))

    def _sent_it(self, file: Attachment) -> bool:
        task = self._context.session.get(UserTask, file.kept_for)
        if task is not None:
            return access.may_do(self._context.actor, task)
        return bool(self._context.actor.posts) and file.uploaded_by == self._context.actor.id


def _metadata(file: Attachment) -> dict[str, Any]:
    return {"id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size}
