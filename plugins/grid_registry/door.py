"""PostgreSQL's one door to the grids: a function that takes a proposal's number and writes what was signed.

It runs with the rights of the tables' owner, so that no login needs the right to write them; web/database_roles.py
gives the right to call it to one login alone. `changes.py` has made the same checks before, with better words.
"""

# ruff: noqa: S608  put together of constants

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from plugins.grid_registry.gate import REGISTRY, SETTING

FUNCTION: Final = "onegrid_apply_plan(text, timestamp with time zone)"
"""The function's signature, for GRANT and REVOKE."""

PUBLIC_VIEW: Final = "grid_public"
"""What departments' logins may read of the grids: no shape, no unit."""

_SIGNED: Final = """
    -- the last answer of each step counts, and only if it is a yes to this very version
    SELECT jsonb_agg(jsonb_build_object('step', s.element_id, 'actor_id', s.actor_id,
                                        'actor_name', s.actor_name, 'at', s.at) ORDER BY s.id)
      INTO signed
      FROM (SELECT DISTINCT ON (h.element_id) h.id, h.element_id, h.actor_id, h.actor_name, h.at, h.detail
              FROM history_event h
             WHERE h.instance_id = proposal.process_instance_id AND h.event = 'task.completed'
               AND h.element_id IN ('sign', 'review', 'decide')
             ORDER BY h.element_id, h.id DESC) s
     WHERE s.at >= plan.checked_at
       AND CASE s.element_id WHEN 'sign' THEN s.detail ->> 'decision' = 'submit'
                             ELSE s.detail ->> 'conclusion' = 'approve' END;
    IF (SELECT count(DISTINCT s ->> 'actor_id') FROM jsonb_array_elements(signed) s
         WHERE s ->> 'step' IN ('sign', 'review')) IS DISTINCT FROM 2 THEN
        RAISE EXCEPTION '%: not signed by two persons', wanted USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (SELECT h.detail ->> 'conclusion' <> 'approve' FROM history_event h
         WHERE h.instance_id = proposal.process_instance_id AND h.event = 'task.completed' AND h.element_id = 'decide'
           AND h.at >= plan.checked_at ORDER BY h.id DESC LIMIT 1) THEN
        RAISE EXCEPTION '%: the leader of the county said no', wanted USING ERRCODE = 'insufficient_privilege';
    END IF;
"""

_WRITE: Final = """
    SELECT coalesce(max(r.number), 0) + 1 INTO number FROM registry_revision r;
    INSERT INTO registry_revision (number, township, proposal_no, process_instance_id, effective_on, applied_at,
                                   plan_digest, signatures)
    VALUES (number, proposal.township, wanted, proposal.process_instance_id, plan.effective_on, moment,
            plan.digest, signed);
    UPDATE grid_unit_membership m SET valid_to = plan.effective_on, ended_revision = number
     WHERE m.ended_revision IS NULL
       AND (m.grid_code IN (SELECT * FROM jsonb_array_elements_text(writes -> 'retired'))
            OR m.unit_code IN (SELECT w ->> 'unit' FROM jsonb_array_elements(writes -> 'moves') w));
    UPDATE grid g SET valid_to = plan.effective_on, ended_revision = number
     WHERE g.ended_revision IS NULL AND g.township = proposal.township
       AND g.code IN (SELECT * FROM jsonb_array_elements_text(writes -> 'retired'));
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF ended <> jsonb_array_length(writes -> 'retired') THEN
        RAISE EXCEPTION '%: a grid to be ended is not in force there', wanted USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO grid (code, community, township, kind, setting, valid_from, created_revision)
    SELECT w ->> 'code', w ->> 'community', proposal.township, w ->> 'kind', w ->> 'setting', plan.effective_on, number
      FROM jsonb_array_elements(writes -> 'made') w;
    INSERT INTO grid_version (grid_code, revision, name, valid_from)
    SELECT w ->> 'code', number, w ->> 'name', plan.effective_on FROM jsonb_array_elements(writes -> 'made') w
     UNION ALL
    SELECT w.key, number, w.value, plan.effective_on FROM jsonb_each_text(writes -> 'renamed') w;
    INSERT INTO grid_unit_membership (unit_code, grid_code, valid_from, created_revision)
    SELECT u, w ->> 'code', plan.effective_on, number
      FROM jsonb_array_elements(writes -> 'made') w, jsonb_array_elements_text(w -> 'units') u
     UNION ALL
    SELECT w ->> 'unit', w ->> 'grid', plan.effective_on, number FROM jsonb_array_elements(writes -> 'moves') w;
    INSERT INTO grid_lineage (predecessor, successor, revision)
    SELECT w ->> 0, w ->> 1, number FROM jsonb_array_elements(writes -> 'lineage') w;
"""

# whose plan it is must be asked of the database: what the plan says of itself is what is being judged
_OWN: Final = """
    IF EXISTS (SELECT FROM jsonb_array_elements(writes -> 'made') w LEFT JOIN org_unit o ON o.code = w ->> 'community'
                WHERE o.parent_code IS DISTINCT FROM proposal.township)
       OR EXISTS (SELECT FROM (SELECT w.key FROM jsonb_each_text(writes -> 'renamed') w
                               UNION SELECT w ->> 'grid' FROM jsonb_array_elements(writes -> 'moves') w) named (code)
                    LEFT JOIN grid g ON g.code = named.code AND g.ended_revision IS NULL
                   WHERE g.township IS DISTINCT FROM proposal.township)
       OR EXISTS (SELECT FROM (SELECT w ->> 'unit' FROM jsonb_array_elements(writes -> 'moves') w
                               UNION SELECT jsonb_array_elements_text(w -> 'units')
                                       FROM jsonb_array_elements(writes -> 'made') w) named (code)
                    LEFT JOIN grid_unit u ON u.code = named.code
                    LEFT JOIN org_unit o ON o.code = u.community
                   WHERE o.parent_code IS DISTINCT FROM proposal.township) THEN
        RAISE EXCEPTION '%: it names what is not its township''s', wanted USING ERRCODE = 'check_violation';
    END IF;
"""

_APPLY: Final = f"""
CREATE FUNCTION onegrid_apply_plan(wanted text, moment timestamp with time zone) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET {SETTING} = '{REGISTRY}' AS $$
DECLARE
    proposal division_proposal;
    plan division_plan;
    writes jsonb;
    signed jsonb;
    number integer;
    ended integer;
BEGIN
    LOCK TABLE registry_revision IN SHARE ROW EXCLUSIVE MODE;
    SELECT r.number INTO number FROM registry_revision r WHERE r.proposal_no = wanted;
    IF FOUND THEN
        RETURN number;
    END IF;
    SELECT p.* INTO proposal FROM division_proposal p JOIN process_instance i ON i.id = p.process_instance_id
     WHERE p.no = wanted AND i.definition_key = 'grid-division' AND i.state = 'active';
    SELECT p.* INTO plan FROM division_plan p WHERE p.proposal_no = proposal.no ORDER BY p.version DESC LIMIT 1;
    writes := plan.writes;
    IF writes -> 'retired' IS NULL THEN
        RAISE EXCEPTION '%: there is no such plan, or the check refused it', wanted
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF plan.effective_on > (moment AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION '%: its day has not come', wanted USING ERRCODE = 'insufficient_privilege';
    END IF;
{_SIGNED}{_OWN}{_WRITE}
    RETURN number;
END $$
"""

_VIEW: Final = f"""
CREATE VIEW {PUBLIC_VIEW} AS
SELECT g.code, v.name, g.community, g.township, g.kind, g.setting, g.valid_from, g.valid_to
  FROM grid g
  JOIN LATERAL (SELECT w.name FROM grid_version w WHERE w.grid_code = g.code
                 ORDER BY w.revision DESC LIMIT 1) v ON true
"""

# a signature counts for a version that is no younger: a version dated back would take signatures that it never had
_SIGNED_SINCE: Final = """SELECT 1 FROM history_event h
  JOIN division_proposal p ON p.process_instance_id = h.instance_id
 WHERE p.no = NEW.proposal_no AND h.event = 'task.completed' AND h.element_id IN ('sign', 'review', 'decide')
   AND h.at > NEW.checked_at"""

_DATED: Final = f"""
CREATE FUNCTION onegrid_plan_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS ({_SIGNED_SINCE}) THEN
        RAISE EXCEPTION 'division_plan: a version is not older than what was signed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$
"""


def door_ddl(dialect: str) -> list[str]:
    """Return what stands beside the triggers of gate and guard: the door, the public view, the dating of versions."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER division_plan_guard_dated BEFORE INSERT ON division_plan WHEN EXISTS ({_SIGNED_SINCE})"
            " BEGIN SELECT RAISE(ABORT, 'division_plan: a version is not older than what was signed'); END"
        ]
    return [
        _VIEW,
        _APPLY,
        f"REVOKE ALL ON FUNCTION {FUNCTION} FROM PUBLIC",
        _DATED,
        "CREATE TRIGGER division_plan_guard_dated BEFORE INSERT ON division_plan"
        " FOR EACH ROW EXECUTE FUNCTION onegrid_plan_dated()",
    ]


def drop_door_ddl(dialect: str) -> list[str]:
    """Return the statements that take it away again, before the tables go."""
    drops = ["DROP TRIGGER IF EXISTS division_plan_guard_dated" + (" ON division_plan" if dialect != "sqlite" else "")]
    if dialect == "sqlite":
        return drops
    return [
        *drops,
        "DROP FUNCTION IF EXISTS onegrid_plan_dated()",
        f"DROP FUNCTION IF EXISTS {FUNCTION}",
        f"DROP VIEW IF EXISTS {PUBLIC_VIEW}",
    ]


def apply_plan(connection: sa.Connection, proposal_no: str, moment: datetime) -> int:
    """Have PostgreSQL apply a proposal's last plan; return the number of the revision.

    Raises:
        DBAPIError: the login may not, or the function refuses: unsigned, too early, not the township's.
    """
    answer = connection.exec_driver_sql("SELECT onegrid_apply_plan(%s, %s)", (proposal_no, moment))
    return int(answer.scalar_one())
