"""The composition root: from settings to an engine with its plugins, guards and queue. Used by `up` and commands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import SystemClock
from engine.db import connect
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
from web.own_databases import PluginDatabases


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


def deploy_processes(engine: Engine, settings: Settings) -> list[str]:
    """Deploy every folder of `processes/` that has changed; return key, version and name of what is deployed now.

    Raises:
        DeploymentRefused: a file has errors; `findings` says which. What was deployed before stays.
    """
    deployed = []
    for folder in sorted(path for path in settings.processes.iterdir() if path.is_dir()):
        bundle = read_bundle(folder)
        if bundle.files:
            with engine.begin(SYSTEM) as work:
                deployment = work.definitions.deploy(bundle, reason="随系统启动部署")
                deployed += [_label(definition) for definition in work.definitions.in_deployment(deployment.id)]
    return deployed


def _label(definition: ProcessDefinition) -> str:
    return f"{definition.key} v{definition.version} {definition.name}"
