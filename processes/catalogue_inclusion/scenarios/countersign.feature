# language: zh-CN
功能: 部门会签
  一个部门答复，或者逾期记为“逾期未答复”。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-countersign”
    而且 启动变量为：
      """
      {"application": {"no": "SX-431103-UMB-2026-001", "department_name": "城管局", "departments": [{"value": "431103-HUD", "label": "住建局"}]}, "draft": {}, "asked": "431103-HUD"}
      """

  场景: 部门答复
    当 流程启动
    而且 办理“会签”，填写：
      """
      {"opinion": "object", "text": "职责属于生态环境部门"}
      """
    那么 流程办结于“answered”
    而且 `reply.opinion = "object" and reply.name = "住建局"`成立

  场景: 逾期没有答复
    当 流程启动
    而且 过了“P8D”
    那么 流程办结于“silent”
    而且 `reply.opinion = "no_reply" and reply.department = "431103-HUD"`成立

  场景: 乡镇答复
    假如 流程是“catalogue-countersign”
    而且 启动变量为：
      """
      {"application": {"no": "SX-431103-UMB-2026-001", "department_name": "城管局", "departments": [], "townships": [{"value": "431103001", "label": "梅湾街道"}]}, "draft": {}, "asked": "431103001"}
      """
    而且 流程启动
    当 办理“乡镇（街道）会签”，填写：
      """
      {"opinion": "agree"}
      """
    那么 流程办结于“answered”
    而且 `reply.opinion = "agree" and reply.name = "梅湾街道"`成立
