"""What an archive of one instance holds, gathered from the rows; and the note in the history that one was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.access import OPERATOR
from engine.anchors import Anchors
from engine.archive.layout import Contents, Making, Piece
from engine.bpmn.repairing import Repairing
from engine.chain import START, Facts, content_digest, link, moment, row_digest
from engine.context import Context
from engine.db import Base
from engine.errors import ArchiveRefused, Forbidden
from engine.feel.values import pack
from engine.services.attachments import Attachments
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.locking import lock_instance
from engine.tables.definitions import DeployedFile, Deployment, ProcessDefinition
from engine.tables.history import HistoryEvent, HistoryHead
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.messages import Message
from engine.tables.tasks import UserTask
from engine.types import ActorKind, InstanceState

BATCH = 2000


class Archives:
    """Archives of instances, seen from one transaction, by an operator or the system."""

    def __init__(self, context: Context, instances: Instances, history: History) -> None:
        self._context = context
        self._instances = instances
        self._history = history

    def contents(self, instance_id: str, anchors: Anchors) -> Contents:
        """Return all of an instance, of one moment. The links are read from the database as they are asked for.

        Args:
            instance_id: the instance.
            anchors: those that lie on its county's chain, from its first row on, go into the archive.

        Raises:
            Forbidden, NotFound: the actor is no operator, or may not see it.
            ArchiveRefused: rows of the instance or of the chain behind them are not those that were written.
        """
        session = self._context.session
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        instance = self._find(instance_id)
        known = anchors.get(instance.county, {})
        rows = _rows(session, instance)
        piece = _piece(session, instance.county, rows)
        definitions = _definitions(session, sorted({row.definition_id for row in rows} | {instance.definition_id}))
        return Contents(
            instance=self._instance(instance),
            history=[_row(row) for row in rows],
            definitions=[_version(definition, deployment, files) for definition, deployment, files in definitions],
            files={(definition.id, path): file for definition, _, files in definitions for path, file in files.items()},
            tasks=_of(session, UserTask, instance_id, UserTask.created_at),
            jobs=_of(session, Job, instance_id, Job.created_at),
            messages=_of(session, Message, instance_id, Message.published_at),
            attachments=Attachments(self._context).of(instance_id),
            piece=piece,
            anchors={seq: known[seq] for seq in known if piece.first - 1 <= seq <= piece.until},
            links=_links(session, piece),
        )

    def note(self, instance_id: str, making: Making, sha256: str) -> None:
        """Write into the history that an archive of these bytes was made."""
        lock_instance(self._context.session, instance_id)
        detail = {"reason": making.reason, "full": making.full, "sha256": sha256}
        self._history.write(self._find(instance_id), "archive.made", detail=detail)

    def _find(self, instance_id: str) -> ProcessInstance:
        actor = self._context.actor
        if actor.kind is not ActorKind.SYSTEM and not actor.holds(OPERATOR):
            raise Forbidden(group=OPERATOR)
        return self._instances.get(instance_id)

    def _instance(self, instance: ProcessInstance) -> dict[str, Any]:
        execution = self._instances.execution(instance)
        active = instance.state == InstanceState.ACTIVE
        waiting = Repairing.of(execution).waiting() if active else []
        return {
            **_plain(instance),
            "variables": pack(execution.variables),
            "waiting": [{"token": each.token, "element": each.element_id, "kind": each.kind} for each in waiting],
        }


def _rows(session: Session, instance: ProcessInstance) -> list[HistoryEvent]:
    select = sa.select(HistoryEvent).where(HistoryEvent.instance_id == instance.id).order_by(HistoryEvent.seq)
    rows = list(session.scalars(select.options(sa.orm.undefer("*"))))
    for row in rows:
        whole = not row.salt or row.content_digest == content_digest(row.salt, row.actor_name, row.detail, row.changes)
        if not whole:
            raise _refused(row.county, row.seq)
    if not rows:
        raise ArchiveRefused("该办件没有历史记录。", instance_id=instance.id)
    return rows


def _piece(session: Session, county: str, rows: list[HistoryEvent]) -> Piece:
    """Return the chain from the first of these rows to its end."""
    first = rows[0].seq
    head = session.get_one(HistoryHead, county)
    before = sa.select(HistoryEvent.digest).where(HistoryEvent.county == county, HistoryEvent.seq == first - 1)
    digest = START if first == 1 else session.scalar(before)
    if digest is None:
        raise _refused(county, first - 1)
    return Piece(county, first, head.seq, digest, head.digest)


def _links(session: Session, piece: Piece) -> Iterator[bytes]:
    """Yield the digests of the piece's rows; raise ArchiveRefused at one that does not continue the chain."""
    facts = [getattr(HistoryEvent, name) for name in Facts._fields if name != "at"]
    at = sa.type_coerce(HistoryEvent.at, sa.DateTime(timezone=True))
    select = (
        sa.select(*facts, at, HistoryEvent.content_digest, HistoryEvent.digest)
        .where(HistoryEvent.county == piece.county, HistoryEvent.seq.between(piece.first, piece.until))
        .order_by(HistoryEvent.seq)
    )
    expected, reached = piece.first, piece.before
    with session.connection().execute(select, execution_options={"yield_per": BATCH}) as rows:
        for *known, moment_of, content, digest in rows:
            row = row_digest(Facts._make((*known, moment(moment_of))), content)
            reached = link(reached, row)
            if known[1] != expected or reached != digest:
                raise _refused(piece.county, expected)
            yield row
            expected += 1
    if expected != piece.until + 1 or reached != piece.head:
        raise _refused(piece.county, expected)


def _refused(county: str, seq: int) -> ArchiveRefused:
    said = f"区县 {county} 的历史链在第 {seq} 条处有误，不能据此制作档案；请先运行 onegrid audit verify。"
    return ArchiveRefused(said, county=county, seq=seq)


def _definitions(session: Session, ids: Iterable[str]) -> list[tuple[ProcessDefinition, Deployment, dict[str, bytes]]]:
    found = []
    for definition_id in ids:
        definition = session.get_one(ProcessDefinition, definition_id)
        deployment = session.get_one(Deployment, definition.deployment_id)
        files = sa.select(DeployedFile).where(DeployedFile.deployment_id == deployment.id).order_by(DeployedFile.path)
        found.append((definition, deployment, {file.path: bytes(file.content) for file in session.scalars(files)}))
    return found


def _version(definition: ProcessDefinition, deployment: Deployment, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {**_plain(definition), "deployment": _plain(deployment), "files": list(files)}


def _row(row: HistoryEvent) -> dict[str, Any]:
    return {**_plain(row), "salt": row.salt.hex()}


def _of(session: Session, table: Any, instance_id: str, order: Any) -> list[dict[str, Any]]:
    select = sa.select(table).where(table.instance_id == instance_id).order_by(order, table.id)
    return [_plain(row) for row in session.scalars(select)]


def _plain(row: Base) -> dict[str, Any]:
    """Return a row's columns as JSON has them, the instance's state left out."""
    columns = (column.key for column in sa.inspect(type(row)).column_attrs)
    values = {name: getattr(row, name) for name in columns if name != "state_blob"}
    return {name: _written(value) for name, value in values.items()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value.hex() if isinstance(value, bytes) else value
