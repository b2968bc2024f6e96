# language: zh-CN
功能: 保障失效由系统发现、县级核实的流程图
  部署前逐个演练。系统只提请核实，暂停与否由县级决定。

  场景: 核实后暂停
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-suspension”
    当 收到“catalogue.guarantee_lapsed”，内容为：
      """
      {"suspension": {"no": "ZT-431103-UMB-006-20261201", "item": "431103-UMB-006", "name": "乱涂写张贴劝导", "county": "431103", "department": "431103-UMB", "department_name": "城管局", "reason": "training_overdue", "text": "应训网格员14人，已受训9人（64%），低于80%", "seen": "应训网格员14人，已受训9人（64%），低于80%。", "guarantees": {}}}
      """
    而且 “登记保障失效”返回：
      """
      {}
      """
    那么 停在“核实保障失效”
    当 办理“核实保障失效”，填写：
      """
      {"decision": "suspend", "text": "应训网格员14人，已受训9人（64%），低于80%"}
      """
    而且 “suspend”返回：
      """
      {"notices": 28}
      """
    那么 停在“恢复保障”

  场景: 不暂停
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-suspension”
    当 收到“catalogue.guarantee_lapsed”，内容为：
      """
      {"suspension": {"no": "ZT-431103-UMB-006-20261201", "item": "431103-UMB-006", "name": "乱涂写张贴劝导", "county": "431103", "department": "431103-UMB", "department_name": "城管局", "reason": "training_overdue", "text": "应训网格员14人，已受训9人（64%），低于80%", "seen": "应训网格员14人，已受训9人（64%），低于80%。", "guarantees": {}}}
      """
    而且 “登记保障失效”返回：
      """
      {}
      """
    而且 办理“核实保障失效”，填写：
      """
      {"decision": "keep", "opinion": "本周补训，暂不影响办理。"}
      """
    那么 流程办结于“kept”

  场景: 已经在核实的，不须处理
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-suspension”
    当 收到“catalogue.guarantee_lapsed”，内容为：
      """
      {"suspension": {"no": "ZT-431103-UMB-006-20261201", "item": "431103-UMB-006", "name": "乱涂写张贴劝导", "county": "431103", "department": "431103-UMB", "department_name": "城管局", "reason": "training_overdue", "text": "应训网格员14人，已受训9人（64%），低于80%", "seen": "应训网格员14人，已受训9人（64%），低于80%。", "guarantees": {}}}
      """
    而且 “登记保障失效”报错误码“NOT_DUE”
    那么 流程办结于“settled_end”
