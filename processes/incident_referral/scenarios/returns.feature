# language: zh-CN
功能: 退回
  部门申请退回，县级平台四种决定；不符合条件的回到部门。

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

  场景: 同意退回，改派应急局
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "request_return", "reason_code": "not_our_duty", "legal_reference": "《条例》第三条", "suggested_department": "431103-EMB", "evidence": "不属于本单位职责", "site_visit": false}
      """
    而且 办理“decide_return”，填写：
      """
      {"decision": "agree_redispatch", "reason": "依据职责分工", "unit": "431103-EMB"}
      """
    那么 停在“department”、“sign”
    而且 `routing.department = "431103-EMB"`成立

  场景: 不同意的由该单位办理
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "request_return", "reason_code": "not_our_duty", "legal_reference": "《条例》第三条", "suggested_department": "431103-EMB", "evidence": "不属于本单位职责", "site_visit": false}
      """
    而且 办理“decide_return”，填写：
      """
      {"decision": "refuse", "reason": "依据职责分工"}
      """
    那么 停在“department”、“handle”、“together”

  场景: 超过期限的不得退回，回到签收
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 处理器“incidents.request_return”总是报错误码“RETURN_NOT_ALLOWED”
    而且 办理“sign”，填写：
      """
      {"action": "request_return", "reason_code": "not_our_duty", "legal_reference": "《条例》第三条", "suggested_department": "431103-EMB", "evidence": "不属于本单位职责", "site_visit": false}
      """
    那么 停在“department”、“sign”

  场景: 先向报事人了解情况，补充后再决定
    当 “汇集处置事实”返回：
      """
      {"danger": false, "statutory": false, "unacceptable": false, "duplicate": false, "item_known": true, "item_in_force": true, "requires_enforcement_qualification": true, "requires_professional_skill": false, "self_failed": false, "ordered": false, "untrained": false, "item": "431103-UMB-001", "item_name": "占道堆物", "department": "431103-UMB", "department_name": "城管局", "worker": "w1", "worker_name": "陈巷暖", "self_handling_days": 3}
      """
    而且 办理“sign”，填写：
      """
      {"action": "request_return", "reason_code": "not_our_duty", "legal_reference": "《条例》第三条", "suggested_department": "431103-EMB", "evidence": "不属于本单位职责", "site_visit": false}
      """
    而且 办理“decide_return”，填写：
      """
      {"decision": "ask_info", "reason": "依据职责分工"}
      """
    而且 收到“supplement”，内容为：
      """
      {"text": "井盖在路口东侧"}
      """
    那么 停在“department”、“decide_return”
