"""The contents of departments' plugins: judged by the deploy gate when loaded, deployed when a person says so."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.bundle import Bundle
from engine.errors import NotFound
from engine.findings import refuses
from engine.plugins.content import DEPLOYED, Content

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.plugins.record import PluginRecord
    from engine.tables.definitions import Deployment
    from engine.types import Actor
    from engine.work import Work

log = logging.getLogger(__name__)

HOOK = "onegrid_content"


def content_of(record: PluginRecord) -> Content:
    """Return the content of a plugin; one that ships none has an empty one."""
    content = record.declared.get(HOOK)
    return content if isinstance(content, Content) else Content({})


def bundle_of(record: PluginRecord) -> Bundle:
    """Return what of a plugin's content is deployed: its diagrams, decisions, forms and their translations."""
    return Bundle(record.name, content_of(record).of(*DEPLOYED))


def inspect_contents(engine: Engine, work: Work) -> set[str]:
    """Ask the deploy gate about the content of every plugin, and keep what it says in the records; writes nothing.

    Returns:
        The names of the plugins whose content would be refused.
    """
    refused = set()
    for record in engine.plugins.records:
        bundle = bundle_of(record)
        if bundle.files:
            _, record.findings = work.definitions.inspect(bundle, record.name)
            if refuses(list(record.findings)):
                refused.add(record.name)
                log.warning("content has errors", extra={"plugin": record.name})
    return refused


def deploy_content(engine: Engine, actor: Actor, plugin: str, reason: str) -> Deployment:
    """Deploy what a plugin ships, in its own name.

    Raises:
        NotFound: no such plugin is loaded, or it ships nothing that is deployed.
        DeploymentRefused: the gate found errors.
    """
    record = next((record for record in engine.plugins.records if record.name == plugin and not record.core), None)
    if record is None or not (bundle := bundle_of(record)).files:
        raise NotFound(f"没有已加载的插件“{plugin}”，或它不带流程。", plugin=plugin)
    with engine.begin(actor) as work:
        deployment = work.definitions.deploy(bundle, reason, record.name)
        work.session.flush()
        work.session.expunge(deployment)
    return deployment
