# language: zh-CN
功能: 延期、挂账、终止和催办
  部门申请，平台或者负责人决定；时限的台阶由 D7 判定。

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

  场景: 同意延期
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 收到“extension”，内容为：
      """
      {"new_due": "2026-12-10", "reason": "采购配件", "told_reporter": true, "engineering": false}
      """
    那么 停在“department”、“handle”、“together”、“extension”、“decide_extension”
    当 办理“decide_extension”，填写：
      """
      {"decision": "grant", "reason": "同意延期"}
      """
    而且 “记录延期”返回：
      """
      {"due": "2026-12-10T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    那么 停在“department”、“handle”、“together”

  场景: 一个工作日没有决定的视为不同意
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 收到“extension”，内容为：
      """
      {"new_due": "2026-12-10", "reason": "采购配件", "told_reporter": true, "engineering": false}
      """
    而且 过了“P3D”
    而且 “记录延期”返回：
      """
      {"due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    那么 停在“department”、“handle”、“together”

  场景: 同意挂账，部门恢复
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 收到“suspension”，内容为：
      """
      {"kind": "seasonal", "review_date": "2026-12-20", "interim_measures": "设置围挡", "reason": "雨季"}
      """
    而且 办理“decide_suspension”，填写：
      """
      {"decision": "grant", "reason": "同意挂账"}
      """
    而且 “停止计时”返回：
      """
      {"due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "review_at": "2026-12-20T08:30:00+08:00", "days_left": 90}
      """
    而且 收到“resume”，内容为：
      """
      {"reason": "天晴了"}
      """
    而且 “恢复计时”返回：
      """
      {"due": "2026-12-10T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    那么 停在“department”、“handle”、“together”

  场景: 挂账到复核日期恢复
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 收到“suspension”，内容为：
      """
      {"kind": "seasonal", "review_date": "2026-12-20", "interim_measures": "设置围挡", "reason": "雨季"}
      """
    而且 办理“decide_suspension”，填写：
      """
      {"decision": "grant", "reason": "同意挂账"}
      """
    而且 “停止计时”返回：
      """
      {"due": "2026-12-08T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false, "review_at": "2026-12-20T08:30:00+08:00", "days_left": 90}
      """
    而且 过了“P20D”
    而且 “恢复计时”返回：
      """
      {"due": "2026-12-10T17:30:00+08:00", "due_explanation_zh": "5个工作日", "due_explanation_en": "5 working days", "provisional": false}
      """
    那么 停在“department”、“handle”、“together”

  场景: 终止后转法定途径
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "sign"}
      """
    而且 收到“termination”，内容为：
      """
      {"reason": "已经进入诉讼"}
      """
    而且 办理“decide_termination”，填写：
      """
      {"decision": "grant", "reason": "同意终止"}
      """
    而且 “终止派遣单”返回：
      """
      {"terminated_at": "2026-12-02T10:00:00+08:00"}
      """
    而且 “结案告知”返回：
      """
      {"closed_at": "2026-12-01T11:00:00+08:00", "code": "closed_transferred", "reopen_until": null}
      """
    那么 经过了“结案告知”
