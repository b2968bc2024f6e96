# language: zh-CN
功能: 催办督办 D7 逐行
  时限到达哪个台阶、紧急程度如何、返工和争议落败几次，决定提醒、催办、督办、约谈还是通报谁。

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
      {"lead": {"referral_no": "SJ-431103-20261201-00001-1", "incident_no": "SJ-431103-20261201-00001", "unit": "431103-UMB", "unit_name": "城管局", "role": "lead", "designated": false, "sign_by": "2026-12-02T17:30:00+08:00", "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "process": null, "no": "SJ-431103-20261201-00001", "item": "431103-UMB-001", "title": "人行道堆放建材", "description": "占用人行道", "place": "梅湾路12号", "grid": "431103001001-C001", "urgency": "normal", "first_rung_at": "2026-12-01T15:00:00+08:00", "rework": false, "reported_at": "2026-12-01T09:00:00+08:00", "departments": [{"value": "431103-UMB", "label": "城管局"}, {"value": "431103-EMB", "label": "应急局"}], "parties": [{"value": "431103-UMB", "label": "城管局"}, {"value": "431103-EMB", "label": "应急局"}]}, "assists": []}
      """
    而且 流程启动
    当 “定位网格、查重”返回：
      """
      {"located": true, "grid": "431103001001-C001", "grid_name": "梅湾一网格", "township": "431103001", "township_name": "梅湾街道", "committee": "梅湾社区", "duplicates": [], "departments": [{"value": "431103-UMB", "label": "城管局"}, {"value": "431103-EMB", "label": "应急局"}], "grids": []}
      """

  场景: D7 第1行：过半，一般
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "50", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "normal", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第1行：过半，急件
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "50", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "urgent", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第1行：过半，紧急险情
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "50", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "emergency", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第2行：八成，一般
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "80", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "normal", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第2行：八成，急件
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "80", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "urgent", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第2行：八成，紧急险情
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "80", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "emergency", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第3行：到期，一般
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "due", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "normal", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第3行：到期，急件
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "due", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "urgent", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第3行：到期，紧急险情
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "due", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "emergency", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第4行：逾期1个工作日，一般
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "day1", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "normal", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”、“escalation”、“supervise”

  场景: D7 第4行：逾期1个工作日，急件
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "day1", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "urgent", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”、“escalation”、“supervise”

  场景: D7 第4行：逾期1个工作日，紧急险情
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "day1", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "emergency", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”、“escalation”、“supervise”

  场景: D7 第5行：逾期5个工作日，一般
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "day5", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "normal", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第5行：逾期5个工作日，急件
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "day5", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "urgent", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第5行：逾期5个工作日，紧急险情
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "day5", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "emergency", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 经过了“催办、督办”
    而且 停在“department”、“handle”、“together”

  场景: D7 第6行：返工两次
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "80", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "normal", "rework_count": 2, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 停在“department”、“handle”、“together”、“escalation”、“supervise”

  场景: D7 第6行：争议两次落败
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "80", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": false, "urgency": "normal", "rework_count": 0, "disputes_lost": 2, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 停在“department”、“handle”、“together”、“escalation”、“supervise”

  场景: 还有没办的督办的，不另开一件
    假如 处理器“incidents.clock”总是返回：
      """
      {"rung": "day1", "step": 0, "reached": [], "fresh": [], "next_at": null, "paused": false, "overdue": false, "supervising": true, "urgency": "normal", "rework_count": 0, "disputes_lost": 0, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 过了“P1D”
    那么 停在“department”、“handle”、“together”
