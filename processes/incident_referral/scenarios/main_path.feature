# language: zh-CN
功能: 事件上报、转办的主要路径
  从上报到结案，处理器的答复由场景给出，期限、判定和流转是真的。

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

  场景: 网格员自行处置，反映人满意，期满办结
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“self_handle”
    而且 `routing.mode = "SELF_HANDLE" and routing.rule = "D4-12"`成立
    当 办理“self_handle”，填写：
      """
      {"actions": "劝导当事人自行清理", "result": "solved", "after": [{"id": "0123456789abcdef0123456789abcdef", "name": "处置后.jpg", "media_type": "image/jpeg", "size": 1024}], "reply": "已清理"}
      """
    而且 收到“satisfaction”，内容为：
      """
      {"solved": "yes", "score": 5}
      """
    而且 “记录回访”返回：
      """
      {"verification": "pass", "answered": true, "solved": "yes", "score": 5, "within_duty": false, "lawful": true}
      """
    而且 “结案归档”返回：
      """
      {"closed_at": "2026-12-10T10:00:00+08:00", "code": "closed_solved", "reopen_until": "2026-12-24T17:30:00+08:00"}
      """
    而且 过了“P30D”
    那么 流程办结于“closed_solved”

  场景: 须执法资格的转办部门，签收、办理、核查、回访、结案
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“department”、“sign”
    而且 `routing.mode = "REFER" and routing.department = "431103-UMB" and limits.handle.amount = 5`成立
    当 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    那么 停在“department”、“handle”、“together”
    当 办理“handle”，填写：
      """
      {"measures": "责令清除", "result": "solved", "result_date": "2026-12-03", "reply": "已清除"}
      """
    那么 停在“verify”
    当 办理“verify”，填写：
      """
      {"verdict": "pass"}
      """
    而且 “记录核查结果”返回：
      """
      {"passed": true, "verdict": "pass", "rework_count": 0, "supervise": false, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "referral": null}
      """
    而且 收到“satisfaction”，内容为：
      """
      {"solved": "yes", "score": 5}
      """
    而且 “记录回访”返回：
      """
      {"verification": "pass", "answered": true, "solved": "yes", "score": 5, "within_duty": false, "lawful": true}
      """
    而且 “结案归档”返回：
      """
      {"closed_at": "2026-12-10T10:00:00+08:00", "code": "closed_solved", "reopen_until": "2026-12-24T17:30:00+08:00"}
      """
    而且 过了“P30D”
    那么 流程办结于“closed_solved”

  场景: 网格员解决不了的转办部门
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“self_handle”，填写：
      """
      {"actions": "劝导当事人", "result": "cannot_solve", "reason": "当事人拒绝改正"}
      """
    而且 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": false, "requires_professional_skill": false, "self_failed": true, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    那么 停在“department”、“sign”
    而且 `routing.rule = "D4-9"`成立

  场景: 没有评价的期满结案
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 办理“handle”，填写：
      """
      {"measures": "责令清除", "result": "solved", "result_date": "2026-12-03", "reply": "已清除"}
      """
    而且 办理“verify”，填写：
      """
      {"verdict": "pass"}
      """
    而且 “记录核查结果”返回：
      """
      {"passed": true, "verdict": "pass", "rework_count": 0, "supervise": false, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "referral": null}
      """
    而且 过了“P14D”
    而且 “记录回访”返回：
      """
      {"verification": "pass", "answered": false, "solved": null, "score": null, "within_duty": false, "lawful": true}
      """
    而且 “结案归档”返回：
      """
      {"closed_at": "2026-12-10T10:00:00+08:00", "code": "closed_solved", "reopen_until": "2026-12-24T17:30:00+08:00"}
      """
    而且 过了“P30D”
    那么 流程办结于“closed_solved”

  场景: 结案后重新启动，从派遣开始
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 办理“handle”，填写：
      """
      {"measures": "责令清除", "result": "solved", "result_date": "2026-12-03", "reply": "已清除"}
      """
    而且 办理“verify”，填写：
      """
      {"verdict": "pass"}
      """
    而且 “记录核查结果”返回：
      """
      {"passed": true, "verdict": "pass", "rework_count": 0, "supervise": false, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "referral": null}
      """
    而且 收到“satisfaction”，内容为：
      """
      {"solved": "yes", "score": 5}
      """
    而且 “记录回访”返回：
      """
      {"verification": "pass", "answered": true, "solved": "yes", "score": 5, "within_duty": false, "lawful": true}
      """
    而且 “结案归档”返回：
      """
      {"closed_at": "2026-12-10T10:00:00+08:00", "code": "closed_solved", "reopen_until": "2026-12-24T17:30:00+08:00"}
      """
    而且 收到“reopen”，内容为：
      """
      {"reason": "又坏了"}
      """
    而且 “重新启动”返回：
      """
      {"reopen_count": 1, "urgency": "urgent"}
      """
    那么 停在“department”、“sign”
    而且 `limits.handle.amount = 1`成立

  场景: 不满意的建议重新启动，平台决定
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 办理“handle”，填写：
      """
      {"measures": "责令清除", "result": "solved", "result_date": "2026-12-03", "reply": "已清除"}
      """
    而且 办理“verify”，填写：
      """
      {"verdict": "pass"}
      """
    而且 “记录核查结果”返回：
      """
      {"passed": true, "verdict": "pass", "rework_count": 0, "supervise": false, "due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "referral": null}
      """
    而且 收到“satisfaction”，内容为：
      """
      {"solved": "no", "score": 1}
      """
    而且 “记录回访”返回：
      """
      {"verification": "pass", "answered": true, "solved": "no", "score": 1, "within_duty": true, "lawful": true}
      """
    那么 停在“reopen_review”
    当 办理“reopen_review”，填写：
      """
      {"decision": "explain", "reason": "已向反映人解释说明"}
      """
    而且 “结案归档”返回：
      """
      {"closed_at": "2026-12-10T10:00:00+08:00", "code": "closed_explained", "reopen_until": "2026-12-24T17:30:00+08:00"}
      """
    而且 过了“P30D”
    那么 流程办结于“closed_explained”
