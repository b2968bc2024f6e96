"""Files that people attach: bytes once for each content, a row for each upload, and the cases that refer to it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class AttachmentBytes(Base):
    """A content, known by its SHA-256. `preview` is a small JPEG of a picture, None of anything else."""

    __tablename__ = "attachment_bytes"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    preview: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)


class Attachment(Base):
    """One upload. `kept_for` is the task, or whatever a plugin's page names, whose form may refer to it.

    `submitted` once a case refers to it; what never is goes after a day.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        sa.Index(
            "ix_attachment_waiting",
            "uploaded_at",
            sqlite_where=sa.text("NOT submitted"),
            postgresql_where=sa.text("NOT submitted"),
        ),
        sa.Index("ix_attachment_kept_for", "kept_for"),
        sa.Index("ix_attachment_digest", "digest"),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.ForeignKey("attachment_bytes.digest"))
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]
    kept_for: Mapped[str] = mapped_column(sa.String(64))
    uploaded_by: Mapped[str] = mapped_column(sa.String(64))
    uploaded_at: Mapped[datetime]
    submitted: Mapped[bool] = mapped_column(default=False)


class AttachmentReference(Base):
    """A case that refers to an attachment: whoever may see the case may see it."""

    __tablename__ = "attachment_reference"
    __table_args__ = (sa.Index("ix_attachment_reference_instance_id", "instance_id"),)

    attachment_id: Mapped[str] = mapped_column(sa.ForeignKey("attachment.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    referred_at: Mapped[datetime]
