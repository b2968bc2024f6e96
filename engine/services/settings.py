"""Settings of plugins: for the whole installation or one county; secrets are sealed, and shown to nobody again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from marshmallow import ValidationError
from marshmallow import fields as kinds

from engine.context import Context
from engine.declaration import REDACTED, Secret, SecretText, schema_of
from engine.errors import NotFound, SettingInvalid
from engine.services.plugin_log import PluginLog
from engine.services.switches import EVERYWHERE, Switches
from engine.tables.plugins import PluginSetting

Field = kinds.Field[Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as people see it. `value` is REDACTED for a secret, None when nothing is set; `default` likewise.

    `county` is "" for the installation.
    """

    key: str
    title: str
    secret: bool
    required: bool
    county: str
    value: Any
    changed_by: str
    changed_at: datetime | None


class Settings:
    """The settings, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, plugin: str, county: str) -> dict[str, Any]:
        """Return what a plugin's process is given in a county: JSON values by key, secrets as SecretText.

        One statement, and none for a plugin without settings. What does not fit the schema any more is left out.

        Raises:
            SettingUnreadable: a secret was sealed with another key.
        """
        fields = self._fields(plugin)
        if not fields:
            return {}
        mine = PluginSetting.county.in_((EVERYWHERE, county))
        select = sa.select(PluginSetting).where(PluginSetting.plugin == plugin, mine).order_by(PluginSetting.county)
        rows = {row.key: row for row in self._context.session.scalars(select) if row.key in fields}
        return {key: self._value(row) for key, row in rows.items()}

    def keys(self, plugin: str, county: str) -> frozenset[str]:
        """Return which settings have a value in a county; secrets are not opened for it."""
        mine = PluginSetting.plugin == plugin, PluginSetting.county.in_((EVERYWHERE, county))
        return frozenset(self._context.session.scalars(sa.select(PluginSetting.key).where(*mine)))

    def are_declared(self, plugin: str) -> bool:
        """Return whether a plugin that is loaded has settings."""
        return bool(self._fields(plugin))

    def shown(self, plugin: str) -> list[Shown]:
        """Return the settings that a plugin declares, those set in counties behind; raise NotFound for no plugin."""
        select = sa.select(PluginSetting).where(PluginSetting.plugin == plugin).order_by(PluginSetting.county)
        rows = self._context.session.scalars(select).all()
        shown = []
        for key, field in self._known(plugin).items():
            found: list[PluginSetting | None] = [row for row in rows if row.key == key]
            if not found or (found[0] is not None and found[0].county):
                found.insert(0, None)
            shown += [_shown(key, field, row) for row in found]
        return shown

    def put(self, plugin: str, key: str, text: str, county: str = EVERYWHERE) -> None:
        """Set a value, given as people write it: as text, lists and objects as JSON.

        Raises:
            NotFound: no such plugin, setting or county.
            Forbidden: the actor is no operator of the place.
            SettingInvalid: the value does not fit the declaration.
        """
        field = self._permitted(plugin, key, county)
        value = _read(key, field, text)
        row = self._row(plugin, key, county) or PluginSetting(plugin=plugin, county=county, key=key)
        if isinstance(value, SecretText):
            row.value, row.sealed = None, self._context.runtime.vault.seal(value, _place(row))
        else:
            row.value, row.sealed = {"is": field._serialize(value, None, None)}, None
        row.changed_by, row.changed_at = self._context.actor.name, self._context.clock.now()
        self._context.session.add(row)
        PluginLog(self._context).write(plugin, "setting.put", county=county, reason=key)

    def remove(self, plugin: str, key: str, county: str = EVERYWHERE) -> None:
        """Take a value away; raises as `put`, NotFound too when none is set."""
        self._permitted(plugin, key, county)
        row = self._row(plugin, key, county)
        if row is None:
            raise NotFound(plugin=plugin, key=key)
        self._context.session.delete(row)
        PluginLog(self._context).write(plugin, "setting.removed", county=county, reason=key)

    def _row(self, plugin: str, key: str, county: str) -> PluginSetting | None:
        return self._context.session.get(PluginSetting, (plugin, county, key))

    def _fields(self, plugin: str) -> Mapping[str, Field]:
        info = self._context.runtime.plugins.info(plugin)
        return {} if info is None or info.settings is None else schema_of(info.settings, f"{plugin}.Settings")().fields

    def _known(self, plugin: str) -> Mapping[str, Field]:
        fields = self._fields(plugin)
        if not fields:
            raise NotFound(f"没有已加载的插件“{plugin}”，或它没有设置。", plugin=plugin)
        return fields

    def _permitted(self, plugin: str, key: str, county: str) -> Field:
        fields = self._known(plugin)
        if key not in fields:
            raise NotFound(f"插件“{plugin}”没有设置“{key}”，只有：{'、'.join(fields)}。", plugin=plugin, key=key)
        Switches(self._context).permit(county)
        return fields[key]

    def _value(self, row: PluginSetting) -> Any:
        if row.sealed is not None:
            return self._context.runtime.vault.open(row.sealed, _place(row))
        return (row.value or {}).get("is")


def _place(row: PluginSetting) -> str:
    return f"{row.plugin}/{row.county}/{row.key}"


def _shown(key: str, field: Field, row: PluginSetting | None) -> Shown:
    value = None if row is None else REDACTED if row.sealed is not None else (row.value or {}).get("is")
    return Shown(
        key=key,
        title=str(field.metadata.get("title", key)),
        secret=isinstance(field, Secret),
        required=field.required,
        county=row.county if row else EVERYWHERE,
        value=value,
        changed_by=row.changed_by if row else "",
        changed_at=row.changed_at if row else None,
    )


def _read(key: str, field: Field, text: str) -> Any:
    """Return the value of what was written; the text of an error never holds it, for it may be a secret."""
    given: Any = text
    try:
        if isinstance(field, kinds.List | kinds.Dict | kinds.Nested | kinds.Raw) and type(field) is not kinds.Raw:
            given = orjson.loads(text)
        return field.deserialize(given)
    except ValidationError as error:
        raise SettingInvalid(f"“{key}”：{error.messages}", key=key) from None
    except ValueError:
        raise SettingInvalid(f"“{key}”应写为 JSON。", key=key) from None
