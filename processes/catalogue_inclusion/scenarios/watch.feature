# language: zh-CN
功能: 清单定期核对的流程图
  部署前逐个演练。依据失效、一年没有复核的事项各发起一件申请，保障失效的提请县级核实。

  场景: 各发起一件
    假如 流程是“catalogue-watch”
    而且 处理器“workforce.find_lapsed_trainings”总是返回：
      """
      {"items": []}
      """
    而且 处理器“catalogue.find_lapses”总是返回：
      """
      {"lapses": []}
      """
    而且 流程启动
    当 “查找须复核的事项”返回：
      """
      {"due": [{"application": {"no": "复核 431103-UMB-006", "department": "431103-UMB", "department_name": "城管局"}, "draft": {"name": "乱涂写张贴劝导"}, "review": {"item": "431103-UMB-006", "origin": "yearly_review", "reason": "2025-09-01"}}]}
      """
    那么 流程办结于“done”

  场景: 没有须复核的
    假如 流程是“catalogue-watch”
    而且 流程启动
    当 “查找须复核的事项”返回：
      """
      {"due": []}
      """
    而且 “查找培训不足的事项”返回：
      """
      {"items": []}
      """
    而且 “查找保障失效”返回：
      """
      {"lapses": []}
      """
    那么 流程办结于“done”

  场景: 保障失效的，提请县级核实
    假如 流程是“catalogue-watch”
    而且 流程启动
    当 “查找须复核的事项”返回：
      """
      {"due": []}
      """
    而且 “查找培训不足的事项”返回：
      """
      {"items": [{"item": "431103-UMB-006", "trained": 9, "workers": 14, "percent": 64, "planned_on": null}]}
      """
    而且 “查找保障失效”返回：
      """
      {"lapses": [{"no": "ZT-431103-UMB-006-20261207", "item": "431103-UMB-006", "name": "乱涂写张贴劝导", "county": "431103", "department": "431103-UMB", "department_name": "城管局", "reason": "training_overdue", "text": "应训网格员14人，已受训9人（64%），低于80%", "seen": "应训网格员14人，已受训9人（64%），低于80%。", "guarantees": {}}]}
      """
    那么 经过了“提请核实”
    而且 流程办结于“done”

  场景: 复核由主管部门办理，内容先按现行事项填好
    假如 流程是“catalogue-inclusion”
    当 收到“catalogue.review_due”，内容为：
      """
      {"application": {"no": "复核 431103-UMB-006", "department": "431103-UMB", "department_name": "城管局"}, "draft": {"name": "乱涂写张贴劝导"}, "review": {"item": "431103-UMB-006", "origin": "yearly_review", "reason": "2025-09-01"}}
      """
    那么 停在“登记复核”
    当 “登记复核”返回：
      """
      {"no": "SX-431103-UMB-2026-001", "kind": "amend", "item": "431103-UMB-006", "item_name": "乱涂写张贴劝导", "department": "431103-UMB", "department_name": "城管局", "county": "431103", "county_name": "冷水滩区", "legality": "431103-JB", "departments": [], "townships": [], "sample": []}
      """
    那么 停在“填写申请”
    而且 `draft.name = "乱涂写张贴劝导" and application.kind = "amend"`成立

  场景: 已经在复核的，不再复核
    假如 流程是“catalogue-inclusion”
    当 收到“catalogue.review_due”，内容为：
      """
      {"application": {"no": "复核 431103-UMB-006", "department": "431103-UMB", "department_name": "城管局"}, "draft": {"name": "乱涂写张贴劝导"}, "review": {"item": "431103-UMB-006", "origin": "yearly_review", "reason": "2025-09-01"}}
      """
    而且 “登记复核”报错误码“NOT_DUE”
    那么 流程办结于“review_not_needed”
