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
-- next
CREATE TRIGGER incident_guard_flagged_insert BEFORE INSERT ON incident WHEN NOT NEW.must_refer AND EXISTS (SELECT 1 FROM catalogue_item_version v WHERE v.item_code = NEW.item AND v.number = NEW.item_version AND v.county = NEW.county AND (v.requires_professional_skill OR v.requires_enforcement_qualification)) BEGIN SELECT RAISE(ABORT, 'incident: I10: the item needs skill or enforcement power'); END
-- next
CREATE TRIGGER incident_guard_flagged_update BEFORE UPDATE ON incident WHEN NOT NEW.must_refer AND EXISTS (SELECT 1 FROM catalogue_item_version v WHERE v.item_code = NEW.item AND v.number = NEW.item_version AND v.county = NEW.county AND (v.requires_professional_skill OR v.requires_enforcement_qualification)) BEGIN SELECT RAISE(ABORT, 'incident: I10: the item needs skill or enforcement power'); END
-- next
CREATE TRIGGER incident_guard_worker_insert BEFORE INSERT ON incident WHEN (NEW.state = 'self_handling' OR NEW.self_handled_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM catalogue_item_version v WHERE v.item_code = NEW.item AND v.number = NEW.item_version AND v.county = NEW.county AND NOT (v.requires_professional_skill OR v.requires_enforcement_qualification)) BEGIN SELECT RAISE(ABORT, 'incident: I10, I11: no item that the catalogue leaves to a worker'); END
-- next
CREATE TRIGGER incident_guard_worker_update BEFORE UPDATE ON incident WHEN (NEW.state = 'self_handling' OR NEW.self_handled_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM catalogue_item_version v WHERE v.item_code = NEW.item AND v.number = NEW.item_version AND v.county = NEW.county AND NOT (v.requires_professional_skill OR v.requires_enforcement_qualification)) BEGIN SELECT RAISE(ABORT, 'incident: I10, I11: no item that the catalogue leaves to a worker'); END
-- next
CREATE TRIGGER incident_guard_solved_insert BEFORE INSERT ON incident WHEN NEW.must_refer AND NEW.closing_code = 'closed_solved' AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.incident_no = NEW.no) BEGIN SELECT RAISE(ABORT, 'incident: I10: it must be referred, and never was'); END
-- next
CREATE TRIGGER incident_guard_solved_update BEFORE UPDATE ON incident WHEN NEW.must_refer AND NEW.closing_code = 'closed_solved' AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.incident_no = NEW.no) BEGIN SELECT RAISE(ABORT, 'incident: I10: it must be referred, and never was'); END
-- next
CREATE TRIGGER incident_guard_cleared_update BEFORE UPDATE ON incident WHEN OLD.must_refer AND NOT NEW.must_refer AND NEW.item IS OLD.item AND (NEW.item_version IS NULL OR NEW.item_version <= OLD.item_version) BEGIN SELECT RAISE(ABORT, 'incident: I10: the same item still must be referred'); END
-- next
CREATE TRIGGER incident_reporter_look_no_update BEFORE UPDATE ON incident_reporter_look BEGIN SELECT RAISE(ABORT, 'incident_reporter_look: append-only'); END
-- next
CREATE TRIGGER incident_reporter_look_no_delete BEFORE DELETE ON incident_reporter_look BEGIN SELECT RAISE(ABORT, 'incident_reporter_look: append-only'); END
-- next
CREATE TRIGGER incident_reporter_look_no_replace BEFORE INSERT ON incident_reporter_look WHEN EXISTS (SELECT 1 FROM incident_reporter_look WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'incident_reporter_look: append-only'); END
