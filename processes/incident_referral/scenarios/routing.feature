# language: zh-CN
功能: 处置方式判定 D4 逐行
  事实决定交给谁；须资格的无论如何不交网格员（I10）。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 流程是“incident-referral”
    而且 启动变量为：
      """
      {"incident": {"no": "SJ-431103-20261201-00001", "channel": "worker", "urgency": "normal", "title": "人行道堆放建材", "description": "占用人行道", "place": "梅湾路12号", "lat": 26.4, "long": 111.6, "item": "431103-UMB-001", "occurred_at": "2026-12-01T08:50:00+08:00", "reported_at": "2026-12-01T09:00:00+08:00", "county": "431103", "county_name": "冷水滩区", "township": "431103001", "danger": false, "statutory": false, "unacceptable": false, "ordered": false, "ordered_department": null, "sensitive": false, "departments": [{"value": "431103-UMB", "label": "城管局"}, {"value": "431103-EMB", "label": "应急局"}], "items": [{"value": "431103-UMB-001", "label": "UMB-001 占道堆物"}]}}
      """
    而且 处理器“incidents.route”总是返回：
      """
      {"state": "routed"}
      """
    而且 处理器“incidents.correct”总是返回：
      """
      {"urgency": "normal", "item": null}
      """
    而且 处理器“incidents.record_self_handling”总是完成
    而且 处理器“incidents.sign”总是返回：
      """
      {"signed_at": "2026-12-01T10:00:00+08:00", "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    而且 处理器“incidents.complete_handling”总是返回：
      """
      {"completed_at": "2026-12-03T10:00:00+08:00", "late": false}
      """
    而且 处理器“incidents.remind”总是返回：
      """
      {"notices": 1}
      """
    而且 处理器“notifications.remind”总是返回：
      """
      {"notices": 1}
      """
    而且 处理器“incidents.settle_return”总是返回：
      """
      {"state": "settled"}
      """
    而且 处理器“incidents.request_return”总是返回：
      """
      {"requested_at": "2026-12-01T10:00:00+08:00"}
      """
    而且 处理器“incidents.dispatch”总是返回：
      """
      {"lead": {"referral_no": "SJ-431103-20261201-00001-1", "incident_no": "SJ-431103-20261201-00001", "unit": "431103-UMB", "unit_name": "城管局", "role": "lead", "designated": false, "sign_by": "2026-12-02T17:30:00+08:00", "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "process": null, "no": "SJ-431103-20261201-00001", "item": "431103-UMB-001", "title": "人行道堆放建材", "description": "占用人行道", "place": "梅湾路12号", "grid": "431103001001-C001", "urgency": "normal", "first_rung_at": "2027-06-01T09:00:00+08:00", "rework": false, "reported_at": "2026-12-01T09:00:00+08:00", "departments": [{"value": "431103-UMB", "label": "城管局"}, {"value": "431103-EMB", "label": "应急局"}], "parties": [{"value": "431103-UMB", "label": "城管局"}, {"value": "431103-EMB", "label": "应急局"}]}, "assists": []}
      """
    而且 流程启动
    当 “定位网格、查重”返回：
      """
      {"located": true, "grid": "431103001001-C001", "grid_name": "梅湾一网格", "township": "431103001", "township_name": "梅湾街道", "committee": "梅湾社区", "duplicates": [], "departments": [{"value": "431103-UMB", "label": "城管局"}, {"value": "431103-EMB", "label": "应急局"}], "grids": []}
      """

  场景: D4 第1行：EMERGENCY
    当 “汇集处置事实”返回：
      """
      {"danger": true, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“department”、“sign”
    而且 `routing.mode = "EMERGENCY" and routing.rule = "D4-1"`成立

  场景: D4 第2行：STATUTORY_CHANNEL
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": true, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“triage”
    而且 `routing.mode = "STATUTORY_CHANNEL" and routing.rule = "D4-2"`成立

  场景: D4 第3行：NOT_ACCEPT
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": true, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“triage”
    而且 `routing.mode = "NOT_ACCEPT" and routing.rule = "D4-3"`成立

  场景: D4 第5行：MANUAL_TRIAGE
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": false, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“triage”
    而且 `routing.mode = "MANUAL_TRIAGE" and routing.rule = "D4-5"`成立

  场景: D4 第6行：MANUAL_TRIAGE
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": false, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“triage”
    而且 `routing.mode = "MANUAL_TRIAGE" and routing.rule = "D4-6"`成立

  场景: D4 第7行：REFER
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“department”、“sign”
    而且 `routing.mode = "REFER" and routing.rule = "D4-7"`成立

  场景: D4 第8行：REFER
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": true, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“department”、“sign”
    而且 `routing.mode = "REFER" and routing.rule = "D4-8"`成立

  场景: D4 第9行：REFER
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": true, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“department”、“sign”
    而且 `routing.mode = "REFER" and routing.rule = "D4-9"`成立

  场景: D4 第10行：REFER
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": true, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“department”、“sign”
    而且 `routing.mode = "REFER" and routing.rule = "D4-10"`成立

  场景: D4 第11行：REFER
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": true, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“township_handle”
    而且 `routing.mode = "REFER" and routing.rule = "D4-11"`成立

  场景: D4 第12行：SELF_HANDLE
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“self_handle”
    而且 `routing.mode = "SELF_HANDLE" and routing.rule = "D4-12"`成立

  场景: D4 第4行：重复的合并后结束
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": true, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 “结案告知”返回：
      """
      {"closed_at": "2026-12-01T11:00:00+08:00", "code": "duplicate", "reopen_until": null}
      """
    那么 流程办结于“duplicate_end”

  场景: 清单外的研判后转办部门
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": false, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": null, "item_name": "占道堆物", "department": null, "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“triage”，填写：
      """
      {"decision": "refer", "lead": "431103-UMB", "assists": [], "reason": "清单以外，城管局负责"}
      """
    那么 停在“department”、“sign”

  场景: 研判不予受理的，告知后结束
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": true, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“triage”，填写：
      """
      {"decision": "not_accepted", "reason": "违背公序良俗"}
      """
    而且 “结案告知”返回：
      """
      {"closed_at": "2026-12-01T11:00:00+08:00", "code": "not_accepted", "reopen_until": null}
      """
    那么 经过了“结案告知”
