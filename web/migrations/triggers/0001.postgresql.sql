ALTER TABLE history_event RENAME TO history_event_plain
-- next
CREATE TABLE history_event (LIKE history_event_plain INCLUDING DEFAULTS) PARTITION BY RANGE (at)
-- next
ALTER SEQUENCE history_event_id_seq OWNED BY history_event.id
-- next
DROP TABLE history_event_plain
-- next
ALTER TABLE history_event ADD CONSTRAINT pk_history_event PRIMARY KEY (id, at)
-- next
ALTER TABLE history_event ADD CONSTRAINT uq_history_event_county UNIQUE (county, seq, at)
-- next
ALTER TABLE history_event ADD CONSTRAINT fk_history_event_instance_id_process_instance FOREIGN KEY (instance_id) REFERENCES process_instance (id)
-- next
ALTER TABLE history_event ADD CONSTRAINT fk_history_event_definition_id_process_definition FOREIGN KEY (definition_id) REFERENCES process_definition (id)
-- next
CREATE INDEX ix_history_event_instance_id ON history_event (instance_id, id)
-- next
CREATE TABLE history_event_rest PARTITION OF history_event DEFAULT
-- next
CREATE FUNCTION onegrid_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'history_head' AND TG_OP = 'UPDATE' THEN
    IF NEW.county = OLD.county AND NEW.seq > OLD.seq THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '%: the history is append-only', TG_TABLE_NAME;
END $$
-- next
CREATE TRIGGER history_event_append_only BEFORE UPDATE OR DELETE ON history_event FOR EACH ROW EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER history_event_no_truncate BEFORE TRUNCATE ON history_event FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER history_head_append_only BEFORE UPDATE OR DELETE ON history_head FOR EACH ROW EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER history_head_no_truncate BEFORE TRUNCATE ON history_head FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER plugin_event_append_only BEFORE UPDATE OR DELETE ON plugin_event FOR EACH ROW EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER plugin_event_no_truncate BEFORE TRUNCATE ON plugin_event FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER history_event_rest_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON history_event_rest FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE FUNCTION onegrid_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fixed text;
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION '%: nothing is deleted from the registry', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_setting('onegrid.open_room', true) IS DISTINCT FROM TG_ARGV[0] THEN
        RAISE EXCEPTION '%: only an approved grid division changes a grid', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF TG_ARGV[1] = 'append_only' OR (TG_ARGV[1] = 'ending' AND to_jsonb(OLD) ->> 'ended_revision' IS NOT NULL) THEN
            RAISE EXCEPTION '%: what is written stays', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END IF;
        FOREACH fixed IN ARRAY string_to_array(TG_ARGV[2], ',') LOOP
            IF to_jsonb(OLD) -> fixed IS DISTINCT FROM to_jsonb(NEW) -> fixed THEN
                RAISE EXCEPTION '%.%: never changes', TG_TABLE_NAME, fixed USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END $$
-- next
CREATE TRIGGER registry_revision_guard_write BEFORE INSERT OR UPDATE OR DELETE ON registry_revision FOR EACH ROW EXECUTE FUNCTION onegrid_guard('registry', 'append_only', '')
-- next
CREATE TRIGGER registry_revision_guard_truncate BEFORE TRUNCATE ON registry_revision FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('registry', 'append_only', '')
-- next
CREATE TRIGGER grid_guard_write BEFORE INSERT OR UPDATE OR DELETE ON grid FOR EACH ROW EXECUTE FUNCTION onegrid_guard('registry', 'ending', 'code,community,township,kind,setting,valid_from,created_revision')
-- next
CREATE TRIGGER grid_guard_truncate BEFORE TRUNCATE ON grid FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('registry', 'ending', 'code,community,township,kind,setting,valid_from,created_revision')
-- next
CREATE TRIGGER grid_version_guard_write BEFORE INSERT OR UPDATE OR DELETE ON grid_version FOR EACH ROW EXECUTE FUNCTION onegrid_guard('registry', 'append_only', '')
-- next
CREATE TRIGGER grid_version_guard_truncate BEFORE TRUNCATE ON grid_version FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('registry', 'append_only', '')
-- next
CREATE TRIGGER grid_lineage_guard_write BEFORE INSERT OR UPDATE OR DELETE ON grid_lineage FOR EACH ROW EXECUTE FUNCTION onegrid_guard('registry', 'append_only', '')
-- next
CREATE TRIGGER grid_lineage_guard_truncate BEFORE TRUNCATE ON grid_lineage FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('registry', 'append_only', '')
-- next
CREATE TRIGGER grid_unit_membership_guard_write BEFORE INSERT OR UPDATE OR DELETE ON grid_unit_membership FOR EACH ROW EXECUTE FUNCTION onegrid_guard('registry', 'ending', 'unit_code,grid_code,valid_from,created_revision')
-- next
CREATE TRIGGER grid_unit_membership_guard_truncate BEFORE TRUNCATE ON grid_unit_membership FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('registry', 'ending', 'unit_code,grid_code,valid_from,created_revision')
-- next
CREATE TRIGGER division_proposal_guard_write BEFORE INSERT OR UPDATE OR DELETE ON division_proposal FOR EACH ROW EXECUTE FUNCTION onegrid_guard('plans', 'append_only', '')
-- next
CREATE TRIGGER division_proposal_guard_truncate BEFORE TRUNCATE ON division_proposal FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('plans', 'append_only', '')
-- next
CREATE TRIGGER division_plan_guard_write BEFORE INSERT OR UPDATE OR DELETE ON division_plan FOR EACH ROW EXECUTE FUNCTION onegrid_guard('plans', 'append_only', '')
-- next
CREATE TRIGGER division_plan_guard_truncate BEFORE TRUNCATE ON division_plan FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('plans', 'append_only', '')
-- next
CREATE TRIGGER filing_record_guard_write BEFORE INSERT OR UPDATE OR DELETE ON filing_record FOR EACH ROW EXECUTE FUNCTION onegrid_guard('plans', 'append_only', '')
-- next
CREATE TRIGGER filing_record_guard_truncate BEFORE TRUNCATE ON filing_record FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('plans', 'append_only', '')
-- next
CREATE TRIGGER grid_unit_guard_write BEFORE INSERT OR UPDATE OR DELETE ON grid_unit FOR EACH ROW EXECUTE FUNCTION onegrid_guard('units', 'open', 'code,community,type,valid_from')
-- next
CREATE TRIGGER grid_unit_guard_truncate BEFORE TRUNCATE ON grid_unit FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard('units', 'open', 'code,community,type,valid_from')
-- next
CREATE VIEW grid_public AS
SELECT g.code, v.name, g.community, g.township, g.kind, g.setting, g.valid_from, g.valid_to
  FROM grid g
  JOIN LATERAL (SELECT w.name FROM grid_version w WHERE w.grid_code = g.code
                 ORDER BY w.revision DESC LIMIT 1) v ON true
-- next
CREATE FUNCTION onegrid_apply_plan(wanted text, moment timestamp with time zone) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET onegrid.open_room = 'registry' AS $$
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

    RETURN number;
END $$
-- next
REVOKE ALL ON FUNCTION onegrid_apply_plan(text, timestamp with time zone) FROM PUBLIC
-- next
CREATE FUNCTION onegrid_plan_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM history_event h
  JOIN division_proposal p ON p.process_instance_id = h.instance_id
 WHERE p.no = NEW.proposal_no AND h.event = 'task.completed' AND h.element_id IN ('sign', 'review', 'decide')
   AND h.at > NEW.checked_at) THEN
        RAISE EXCEPTION 'division_plan: a version is not older than what was signed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$
-- next
CREATE TRIGGER division_plan_guard_dated BEFORE INSERT ON division_plan FOR EACH ROW EXECUTE FUNCTION onegrid_plan_dated()
-- next
CREATE TRIGGER worker_event_append_only BEFORE UPDATE OR DELETE ON worker_event FOR EACH ROW EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER worker_event_no_truncate BEFORE TRUNCATE ON worker_event FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE FUNCTION onegrid_incident_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.must_refer AND EXISTS (SELECT 1 FROM catalogue_item_version v WHERE v.item_code = NEW.item AND v.number = NEW.item_version AND v.county = NEW.county AND (v.requires_professional_skill OR v.requires_enforcement_qualification)) THEN
        RAISE EXCEPTION 'incident: I10: the item needs skill or enforcement power' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.state = 'self_handling' OR NEW.self_handled_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM catalogue_item_version v WHERE v.item_code = NEW.item AND v.number = NEW.item_version AND v.county = NEW.county AND NOT (v.requires_professional_skill OR v.requires_enforcement_qualification)) THEN
        RAISE EXCEPTION 'incident: I10, I11: no item that the catalogue leaves to a worker' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.must_refer AND NEW.closing_code = 'closed_solved' AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.incident_no = NEW.no) THEN
        RAISE EXCEPTION 'incident: I10: it must be referred, and never was' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.must_refer AND NOT NEW.must_refer AND NEW.item IS NOT DISTINCT FROM OLD.item AND (NEW.item_version IS NULL OR NEW.item_version <= OLD.item_version) THEN
        RAISE EXCEPTION 'incident: I10: the same item still must be referred' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
-- next
CREATE TRIGGER incident_guard BEFORE INSERT OR UPDATE ON incident FOR EACH ROW EXECUTE FUNCTION onegrid_incident_guard()
-- next
CREATE TRIGGER incident_reporter_look_append_only BEFORE UPDATE OR DELETE ON incident_reporter_look FOR EACH ROW EXECUTE FUNCTION onegrid_append_only()
-- next
CREATE TRIGGER incident_reporter_look_no_truncate BEFORE TRUNCATE ON incident_reporter_look FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()
