# language: zh-CN
功能: 临时事项的简化程序
  部署前逐个演练。临时（紧急）事项不会签，须有截止日期。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-inclusion”
    而且 启动变量为：
      """
      {"application": {"no": "SX-431103-UMB-2026-001", "kind": "temporary", "item": null, "department": "431103-UMB", "department_name": "城管局", "county": "431103", "county_name": "冷水滩区", "legality": "431103-JB", "departments": [{"value": "431103-HUD", "label": "住建局"}, {"value": "431103-EMB", "label": "应急局"}]}, "draft": {}}
      """
    而且 处理器“catalogue.check_approval”总是完成
    而且 处理器“catalogue.publish”总是返回：
      """
      {"number": 2, "item": "431103-UMB-028", "published_on": "2026-12-20", "effective_from": "2027-01-15"}
      """
    而且 处理器“catalogue.announce”总是返回：
      """
      {"notices": 28}
      """
    而且 处理器“notifications.remind”总是返回：
      """
      {"notices": 1}
      """
    而且 流程启动
    而且 停在“填写申请”
    而且 办理“填写申请”，填写：
      """
      {"name": "餐饮油烟直排上报", "temporary_until": date("2027-02-20")}
      """
    而且 停在“核对申请”

  场景: 形式审查后直接严格审查、批准
    当 “核对申请”返回：
      """
      {"kind": "temporary", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": 60, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept"}
      """
    那么 停在“严格审查把关”
    而且 没有经过“相关部门、乡镇会签”
    当 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    而且 办理“approve”，填写：
      """
      {"decision": "approve", "approved_by": "冷水滩区人民政府", "doc_no": "冷政〔2026〕30号", "effective_from": date("2027-01-15")}
      """
    那么 停在“落实保障”
    当 办理“落实保障”，填写：
      """
      {"confirmed": true}
      """
    而且 过了“P46D”
    而且 “take_effect”返回：
      """
      {"in_force": true}
      """
    那么 停在“等待期满”
    当 过了“P40D”
    而且 “expire”返回：
      """
      {"notices": 28}
      """
    那么 流程办结于“temporary_expired”

  场景: 没有截止日期的，补正
    当 “核对申请”返回：
      """
      {"kind": "temporary", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    那么 停在“填写申请”
    而且 `findings[1].code = "TEMPORARY_TERM"`成立

  场景: 已经续期一次的，不得再续
    当 “核对申请”返回：
      """
      {"kind": "temporary", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": 60, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 2, "minor": false}
      """
    那么 停在“填写申请”
    而且 `findings[1].code = "TEMPORARY_RENEWAL"`成立
