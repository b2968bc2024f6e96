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
