# language: zh-CN
功能: 调整的简化程序
  部署前逐个演练。依据、资格要求、网格员做什么和主管部门都不变的，受理后直接严格审查，通过即公示。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-inclusion”
    而且 启动变量为：
      """
      {"application": {"no": "SX-431103-UMB-2026-001", "kind": "amend", "item": "431103-UMB-005", "department": "431103-UMB", "department_name": "城管局", "county": "431103", "county_name": "冷水滩区", "legality": "431103-JB", "departments": [{"value": "431103-HUD", "label": "住建局"}, {"value": "431103-EMB", "label": "应急局"}]}, "draft": {}}
      """
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
      {"name": "餐饮油烟直排上报"}
      """
    而且 停在“核对申请”

  场景: 审查通过即公示
    当 “核对申请”返回：
      """
      {"kind": "amend", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": true}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    而且 “check_approval”完成
    那么 停在“等待生效日期”
    而且 没有经过“相关部门、乡镇会签”
    而且 没有经过“合法性审查”
    而且 没有经过“approve”
    而且 没有经过“落实保障”

  场景: 审查人须回避的，由批准机关批准
    当 “核对申请”返回：
      """
      {"kind": "amend", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": true}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    而且 “check_approval”报错误码“NOT_INDEPENDENT”
    那么 停在“approve”
