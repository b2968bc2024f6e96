"""Deployments and the process definitions in them; both immutable, the definition's files addressed by content."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class Origin(StrEnum):
    """Where the files of a deployment came from: a folder or a plugin, or the studio, where somebody changed them."""

    FILES = "files"
    STUDIO = "studio"


class Deployment(Base):
    """A set of files accepted at one moment from one person, with the reason.

    `owner` is the plugin whose content it is; "" for the installation's own. `origin` is one of Origin.
    """

    __tablename__ = "deployment"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    deployed_by: Mapped[str] = mapped_column(sa.String(64))
    deployed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text)
    owner: Mapped[str] = mapped_column(sa.String(64), default="")
    origin: Mapped[str] = mapped_column(sa.String(10), default=Origin.FILES)


class DeployedFile(Base):
    """One file of a deployment, kept byte for byte: the library cannot write BPMN back."""

    __tablename__ = "deployed_file"

    deployment_id: Mapped[str] = mapped_column(sa.ForeignKey("deployment.id"), primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class ProcessDefinition(Base):
    """One version of a process. `key` is the BPMN process id; versions of a key count up from 1."""

    __tablename__ = "process_definition"
    __table_args__ = (sa.UniqueConstraint("key", "version"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(100))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    digest: Mapped[str] = mapped_column(sa.String(64))
    deployment_id: Mapped[str] = mapped_column(sa.ForeignKey("deployment.id"))
