CREATE TRIGGER history_event_no_update BEFORE UPDATE ON history_event BEGIN SELECT RAISE(ABORT, 'history_event: the history is append-only'); END
-- next
CREATE TRIGGER history_event_no_delete BEFORE DELETE ON history_event BEGIN SELECT RAISE(ABORT, 'history_event: the history is append-only'); END
-- next
CREATE TRIGGER history_event_no_replace BEFORE INSERT ON history_event WHEN EXISTS (SELECT 1 FROM history_event WHERE id = NEW.id OR (county = NEW.county AND seq = NEW.seq)) BEGIN SELECT RAISE(ABORT, 'history_event: the history is append-only'); END
-- next
CREATE TRIGGER history_head_grows BEFORE UPDATE ON history_head WHEN NEW.county IS NOT OLD.county OR NEW.seq <= OLD.seq BEGIN SELECT RAISE(ABORT, 'history_head: a chain only grows'); END
-- next
CREATE TRIGGER history_head_no_delete BEFORE DELETE ON history_head BEGIN SELECT RAISE(ABORT, 'history_head: a chain only grows'); END
-- next
CREATE TRIGGER history_head_no_replace BEFORE INSERT ON history_head WHEN EXISTS (SELECT 1 FROM history_head WHERE county = NEW.county) BEGIN SELECT RAISE(ABORT, 'history_head: a chain only grows'); END
-- next
CREATE TRIGGER plugin_event_no_update BEFORE UPDATE ON plugin_event BEGIN SELECT RAISE(ABORT, 'plugin_event: the log is append-only'); END
-- next
CREATE TRIGGER plugin_event_no_delete BEFORE DELETE ON plugin_event BEGIN SELECT RAISE(ABORT, 'plugin_event: the log is append-only'); END
-- next
CREATE TRIGGER plugin_event_no_replace BEFORE INSERT ON plugin_event WHEN EXISTS (SELECT 1 FROM plugin_event WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'plugin_event: the log is append-only'); END
-- next
CREATE TRIGGER registry_revision_guard_insert BEFORE INSERT ON registry_revision WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'registry_revision_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER registry_revision_guard_update BEFORE UPDATE ON registry_revision WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'registry_revision_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER registry_revision_guard_delete BEFORE DELETE ON registry_revision BEGIN SELECT RAISE(ABORT, 'registry_revision_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER registry_revision_guard_append_only BEFORE UPDATE ON registry_revision BEGIN SELECT RAISE(ABORT, 'registry_revision_guard_append_only: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_guard_insert BEFORE INSERT ON grid WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_guard_update BEFORE UPDATE ON grid WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_guard_delete BEFORE DELETE ON grid BEGIN SELECT RAISE(ABORT, 'grid_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_guard_fixed BEFORE UPDATE OF code, community, township, kind, setting, valid_from, created_revision ON grid BEGIN SELECT RAISE(ABORT, 'grid_guard_fixed: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_guard_ended BEFORE UPDATE ON grid WHEN OLD.ended_revision IS NOT NULL BEGIN SELECT RAISE(ABORT, 'grid_guard_ended: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_version_guard_insert BEFORE INSERT ON grid_version WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_version_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_version_guard_update BEFORE UPDATE ON grid_version WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_version_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_version_guard_delete BEFORE DELETE ON grid_version BEGIN SELECT RAISE(ABORT, 'grid_version_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_version_guard_append_only BEFORE UPDATE ON grid_version BEGIN SELECT RAISE(ABORT, 'grid_version_guard_append_only: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_lineage_guard_insert BEFORE INSERT ON grid_lineage WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_lineage_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_lineage_guard_update BEFORE UPDATE ON grid_lineage WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_lineage_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_lineage_guard_delete BEFORE DELETE ON grid_lineage BEGIN SELECT RAISE(ABORT, 'grid_lineage_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_lineage_guard_append_only BEFORE UPDATE ON grid_lineage BEGIN SELECT RAISE(ABORT, 'grid_lineage_guard_append_only: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_membership_guard_insert BEFORE INSERT ON grid_unit_membership WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_unit_membership_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_membership_guard_update BEFORE UPDATE ON grid_unit_membership WHEN onegrid_open_room() IS NOT 'registry' BEGIN SELECT RAISE(ABORT, 'grid_unit_membership_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_membership_guard_delete BEFORE DELETE ON grid_unit_membership BEGIN SELECT RAISE(ABORT, 'grid_unit_membership_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_membership_guard_fixed BEFORE UPDATE OF unit_code, grid_code, valid_from, created_revision ON grid_unit_membership BEGIN SELECT RAISE(ABORT, 'grid_unit_membership_guard_fixed: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_membership_guard_ended BEFORE UPDATE ON grid_unit_membership WHEN OLD.ended_revision IS NOT NULL BEGIN SELECT RAISE(ABORT, 'grid_unit_membership_guard_ended: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_proposal_guard_insert BEFORE INSERT ON division_proposal WHEN onegrid_open_room() IS NOT 'plans' BEGIN SELECT RAISE(ABORT, 'division_proposal_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_proposal_guard_update BEFORE UPDATE ON division_proposal WHEN onegrid_open_room() IS NOT 'plans' BEGIN SELECT RAISE(ABORT, 'division_proposal_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_proposal_guard_delete BEFORE DELETE ON division_proposal BEGIN SELECT RAISE(ABORT, 'division_proposal_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_proposal_guard_append_only BEFORE UPDATE ON division_proposal BEGIN SELECT RAISE(ABORT, 'division_proposal_guard_append_only: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_plan_guard_insert BEFORE INSERT ON division_plan WHEN onegrid_open_room() IS NOT 'plans' BEGIN SELECT RAISE(ABORT, 'division_plan_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_plan_guard_update BEFORE UPDATE ON division_plan WHEN onegrid_open_room() IS NOT 'plans' BEGIN SELECT RAISE(ABORT, 'division_plan_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_plan_guard_delete BEFORE DELETE ON division_plan BEGIN SELECT RAISE(ABORT, 'division_plan_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_plan_guard_append_only BEFORE UPDATE ON division_plan BEGIN SELECT RAISE(ABORT, 'division_plan_guard_append_only: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER filing_record_guard_insert BEFORE INSERT ON filing_record WHEN onegrid_open_room() IS NOT 'plans' BEGIN SELECT RAISE(ABORT, 'filing_record_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER filing_record_guard_update BEFORE UPDATE ON filing_record WHEN onegrid_open_room() IS NOT 'plans' BEGIN SELECT RAISE(ABORT, 'filing_record_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER filing_record_guard_delete BEFORE DELETE ON filing_record BEGIN SELECT RAISE(ABORT, 'filing_record_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER filing_record_guard_append_only BEFORE UPDATE ON filing_record BEGIN SELECT RAISE(ABORT, 'filing_record_guard_append_only: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_guard_insert BEFORE INSERT ON grid_unit WHEN onegrid_open_room() IS NOT 'units' BEGIN SELECT RAISE(ABORT, 'grid_unit_guard_insert: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_guard_update BEFORE UPDATE ON grid_unit WHEN onegrid_open_room() IS NOT 'units' BEGIN SELECT RAISE(ABORT, 'grid_unit_guard_update: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_guard_delete BEFORE DELETE ON grid_unit BEGIN SELECT RAISE(ABORT, 'grid_unit_guard_delete: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER grid_unit_guard_fixed BEFORE UPDATE OF code, community, type, valid_from ON grid_unit BEGIN SELECT RAISE(ABORT, 'grid_unit_guard_fixed: only an approved grid division changes a grid'); END
-- next
CREATE TRIGGER division_plan_guard_dated BEFORE INSERT ON division_plan WHEN EXISTS (SELECT 1 FROM history_event h
  JOIN division_proposal p ON p.process_instance_id = h.instance_id
 WHERE p.no = NEW.proposal_no AND h.event = 'task.completed' AND h.element_id IN ('sign', 'review', 'decide')
   AND h.at > NEW.checked_at) BEGIN SELECT RAISE(ABORT, 'division_plan: a version is not older than what was signed'); END
-- next
CREATE TRIGGER worker_event_no_update BEFORE UPDATE ON worker_event BEGIN SELECT RAISE(ABORT, 'worker_event: the log is append-only'); END
-- next
CREATE TRIGGER worker_event_no_delete BEFORE DELETE ON worker_event BEGIN SELECT RAISE(ABORT, 'worker_event: the log is append-only'); END
-- next
CREATE TRIGGER worker_event_no_replace BEFORE INSERT ON worker_event WHEN EXISTS (SELECT 1 FROM worker_event WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'worker_event: the log is append-only'); END
