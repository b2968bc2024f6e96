"""The database's own lock on I10 and I11, and on the looks at reporters. A CHECK sees one row; these see more.

Refused: to say that an item does not need a department when its version does; to take that back while the item stays;
to leave with a worker what no version of the county's catalogue leaves there; to call solved what must be referred and
never was; to change or delete a look.
"""

# ruff: noqa: S608  put together of constants

from __future__ import annotations

from typing import Final

LOOKS: Final = "incident_reporter_look"

_VERSION: Final = (
    "SELECT 1 FROM catalogue_item_version v"
    " WHERE v.item_code = NEW.item AND v.number = NEW.item_version AND v.county = NEW.county"
)
_QUALIFIED: Final = "(v.requires_professional_skill OR v.requires_enforcement_qualification)"
_REFERRED: Final = "SELECT 1 FROM referral r WHERE r.incident_no = NEW.no"

REFUSALS: Final = {
    "flagged": f"NOT NEW.must_refer AND EXISTS ({_VERSION} AND {_QUALIFIED})",
    "worker": "(NEW.state = 'self_handling' OR NEW.self_handled_at IS NOT NULL)"
    f" AND NOT EXISTS ({_VERSION} AND NOT {_QUALIFIED})",
    "solved": f"NEW.must_refer AND NEW.closing_code = 'closed_solved' AND NOT EXISTS ({_REFERRED})",
}
"""Name → when a row of `incident` is refused, on insert and update."""

CLEARED: Final = (
    "OLD.must_refer AND NOT NEW.must_refer AND NEW.item IS NOT DISTINCT FROM OLD.item"
    " AND (NEW.item_version IS NULL OR NEW.item_version <= OLD.item_version)"
)
"""When an update is refused: the same item, and no later version of it that says otherwise."""

SAID: Final = {
    "flagged": "I10: the item needs skill or enforcement power",
    "worker": "I10, I11: no item that the catalogue leaves to a worker",
    "solved": "I10: it must be referred, and never was",
    "cleared": "I10: the same item still must be referred",
}


def trigger_ddl(dialect: str) -> list[str]:
    """Return the statements that make the triggers, for `sqlite` or `postgresql`; run them after the history's own.

    Raises:
        ValueError: no triggers are written for this database.
    """
    if dialect == "sqlite":
        return [*_sqlite_incident(), *_sqlite_looks()]
    if dialect == "postgresql":
        return _postgres()
    raise ValueError(f"no triggers for {dialect}: I10 would be unguarded")


def _sqlite_incident() -> list[str]:
    whens = [
        *((name, event, when) for name, when in REFUSALS.items() for event in ("INSERT", "UPDATE")),
        ("cleared", "UPDATE", CLEARED.replace("IS NOT DISTINCT FROM", "IS")),
    ]
    return [
        f"CREATE TRIGGER incident_guard_{name}_{event.lower()} BEFORE {event} ON incident WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, 'incident: {SAID[name]}'); END"
        for name, event, when in whens
    ]


def _sqlite_looks() -> list[str]:
    events = {
        "update": f"UPDATE ON {LOOKS}",
        "delete": f"DELETE ON {LOOKS}",
        "replace": f"INSERT ON {LOOKS} WHEN EXISTS (SELECT 1 FROM {LOOKS} WHERE id = NEW.id)",
    }
    return [
        f"CREATE TRIGGER {LOOKS}_no_{name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{LOOKS}: append-only'); END"
        for name, event in events.items()
    ]


def _postgres() -> list[str]:
    raises = "\n".join(
        f"    IF {when} THEN\n        RAISE EXCEPTION 'incident: {SAID[name]}'"
        " USING ERRCODE = 'check_violation';\n    END IF;"
        for name, when in REFUSALS.items()
    )
    function = f"""
CREATE FUNCTION onegrid_incident_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{raises}
    IF TG_OP = 'UPDATE' AND {CLEARED} THEN
        RAISE EXCEPTION 'incident: {SAID["cleared"]}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
    looks = {"append_only": ("UPDATE OR DELETE", "ROW"), "no_truncate": ("TRUNCATE", "STATEMENT")}
    return [
        function,
        "CREATE TRIGGER incident_guard BEFORE INSERT OR UPDATE ON incident"
        " FOR EACH ROW EXECUTE FUNCTION onegrid_incident_guard()",
        *(
            f"CREATE TRIGGER {LOOKS}_{name} BEFORE {event} ON {LOOKS}"
            f" FOR EACH {each} EXECUTE FUNCTION onegrid_append_only()"
            for name, (event, each) in looks.items()
        ),
    ]
