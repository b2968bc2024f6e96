"""The composition root: from settings to an engine with its plugins, guards and queue. Used by `up` and commands."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.clock import SystemClock
from engine.db import connect
from engine.errors import NotFound
from engine.form_messages import Message
from engine.jobs.dbos_queue import DbosQueue
from engine.jobs.lanes import AT_ONCE
from engine.jobs.queue import Lane
from engine.plugins.host import PluginHost
from engine.plugins.places import finding_in
from engine.tables.definitions import ProcessDefinition
from engine.types import SYSTEM
from engine.upkeep import provide
from web import hookspecs, migrate
from web.config import Settings
from web.database_roles import in_force
from web.folders import Folder, Standing, bundles, look_at
from web.own_databases import PluginDatabases

log = logging.getLogger(__name__)

LEFT = {
    Standing.PASSED: "folder not deployed again: another version was deployed since",
    Standing.APART: "folder not deployed: changed on disk, and in the studio as well",
}
"""What the log says of a folder that is left; `onegrid processes deploy NAME` deploys it nevertheless."""


def build_engine(settings: Settings) -> Engine:
    """Bring the schema up to date and return the engine. Jobs run in this process only after `start_workers`.

    Raises:
        SchemaBehind: the login may not change the schema, and it has to be.
    """
    migrate.upgrade(settings.database_url)
    plugins = load_plugins(settings)
    database = connect(settings.database_url, **pool(settings.database_url, settings.threads))
    reserved = _reserved(settings, database)
    for each in filter(None, {database, reserved}):
        plugins.hook.onegrid_guards(engine=each)
    plugins.give_databases(PluginDatabases(database, settings.home, plugins.hook.onegrid_database_rules()))
    clock = SystemClock()
    lanes = [lane for lane in Lane if reserved is not None or lane is not Lane.RESERVED]
    queue = DbosQueue(database, clock, lanes=lanes)
    queue.connect()
    engine = Engine(
        database,
        plugins,
        clock=clock,
        queue=queue,
        home=settings.home,
        key_file=settings.settings_key,
        reserved=reserved,
        reserved_elsewhere=reserved is None,
    )
    engine.follow_calendar()
    provide(engine)  # a page may write before a worker tends
    return engine


def _reserved(settings: Settings, database: sa.Engine) -> sa.Engine | None:
    """Return the database for the reserved login; None where roles are in force and this process does not hold it."""
    if settings.apply_database_url:
        return connect(settings.apply_database_url, pool_size=1, max_overflow=2, pool_pre_ping=True)
    with database.connect() as connection:
        return None if in_force(connection) else database


def load_plugins(settings: Settings, *, strict: bool | None = None) -> PluginHost:
    """Return the host with all plugins, those that do not load in quarantine. Needs no database.

    Args:
        settings: where plugins are.
        strict: whether one that does not load is an error; None: as the settings say.

    Raises:
        PluginRefused: a plugin does not load, and that is an error.
    """
    host = PluginHost(hookspecs=(hookspecs,))
    strict = settings.strict_plugins if strict is None else strict
    return host.load(None, finding_in(settings.plugin_places), strict=strict)


def pool(url: str, web_threads: int) -> dict[str, Any]:
    """Return the settings of the connection pool: a connection for each thread of the web server and each job at work.

    Those are kept; what plugins' processes ask, and the upkeep, may need some more for a moment.
    Of PostgreSQL, the connections used last are used first: they know the statements. `engine.db` looks at idle ones.
    """
    restarts = {} if url.startswith("sqlite") else {"pool_use_lifo": True, "pool_recycle": 1800}
    return {"pool_size": web_threads + AT_ONCE + 1, "max_overflow": 16, **restarts}


def deploy_processes(engine: Engine, settings: Settings, asked: Collection[str] | None = None) -> list[str]:
    """Deploy the folders of `processes/` that have changed; return key, version and name of what is deployed now.

    What has been deployed since is not taken back: such a folder is left, and the log says so.

    Args:
        engine: the engine.
        settings: where the folders are.
        asked: names of folders to deploy whatever was deployed since; empty: those of which nothing came from the
            studio; None: at the start, nobody asked.

    Raises:
        DeploymentRefused: a file has errors; `findings` says which. What was deployed before stays.
        NotFound: there is no folder of a name that was asked for.
    """
    folders = {bundle.name: bundle for bundle in bundles(settings.processes)}
    for name in set(asked or ()) - set(folders):
        raise NotFound(f"没有流程文件夹“{name}”。", name=name)
    deployed = []
    for bundle in (folders[name] for name in asked or folders):
        with engine.begin(SYSTEM) as work:
            folder = look_at(work, bundle)
            if _is_left(folder, asked):
                usual = folder.standing is Standing.PASSED and folder.drawn
                log.log(
                    logging.INFO if usual else logging.WARNING, LEFT[folder.standing], extra={"folder": bundle.name}
                )
                continue
            reason = Message("随系统启动部署") if asked is None else Message("由命令部署")
            deployment = work.definitions.deploy(bundle, reason)
            deployed += [_label(definition) for definition in work.definitions.in_deployment(deployment.id)]
    return deployed


def _is_left(folder: Folder, asked: Collection[str] | None) -> bool:
    if asked or folder.standing in {Standing.NEW, Standing.CURRENT}:
        return False
    return asked is None or folder.drawn


def _label(definition: ProcessDefinition) -> str:
    return f"{definition.key} v{definition.version} {definition.name}"
