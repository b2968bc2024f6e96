# language: zh-CN
功能: 网格划分与动态调整的流程图
  部署前逐个演练；有一个不成立，就不能部署。处理器的结果由场景给出，决策表和表达式是真的。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 启动变量为：
      """
      {"proposal": {"no": "HF-431103001-2026-0001", "township": "431103001", "township_name": "梅湾街道",
                    "county": "431103", "city": "431100"}}
      """
    而且 处理器“grid_registry.check_plan”总是返回：
      """
      {"ok": true, "findings": [], "grids": [
        {"field": "changes.0.parts.0", "name": "望江一网格", "kind": "comprehensive", "setting": "urban",
         "households": 300, "population": 1000, "institution": "none", "reasons": false, "justification": ""}]}
      """
    而且 处理器“grid_registry.apply_plan”总是返回：
      """
      {"revision": 4, "created": ["431103001001-C002", "431103001001-C003"], "retired": ["431103001001-C001"]}
      """
    而且 流程启动
    而且 停在“填报划分方案”
    而且 办理“填报划分方案”，填写：
      """
      {"reason_type": "community_resized", "reason_text": "二期住户陆续入住", "effective_date": date("2026-12-31"),
       "base_revision": 3, "changes": [{"op": "split", "grid": "431103001001-C001"}]}
      """

  场景: 没有送签、没有审核，网格不变
    那么 停在“sign”
    而且 没有经过“生效执行”

  场景: 负责人退回，经办人再报
    当 办理“sign”，填写：
      """
      {"decision": "return", "opinion": "边界与相邻社区重叠"}
      """
    那么 停在“填报划分方案”
    而且 没有经过“县级审核”

  场景: 县级不予同意，流程结束，网格不变
    当 办理“sign”，填写：
      """
      {"decision": "submit", "statement": true}
      """
    那么 停在“县级审核”
    当 办理“县级审核”，填写：
      """
      {"conclusion": "reject", "opinion": "现有网格符合标准"}
      """
    那么 流程办结于“rejected_by_review”
    而且 没有经过“生效执行”

  场景: 审核通过的方案到生效日期才生效，备案后办结
    当 办理“sign”，填写：
      """
      {"decision": "submit", "statement": true}
      """
    而且 办理“县级审核”，填写：
      """
      {"checks": ["boundary_clear"], "conclusion": "approve"}
      """
    那么 停在“wait_effective”
    当 过了“P29D”
    那么 没有经过“生效执行”
    当 过了“P1D”
    那么 经过了“生效执行”
    而且 停在“网格员接续”
    当 “网格员接续”返回：
      """
      {"carried": ["431103001001-C002", "431103001001-C003"]}
      """
    那么 停在“通报相关部门”“市级备案”“配备网格员并公示”
    当 “通报相关部门”返回：
      """
      {"departments": ["431103-UMB"], "notices": 1}
      """
    而且 “replan_patrols”返回：
      """
      {"routes": [], "ended": [], "summary": "已调整巡查安排"}
      """
    而且 办理“市级备案”，填写：
      """
      {"receipt_no": "永网备〔2026〕12号", "remark": "recorded"}
      """
    而且 “record_filing”完成
    那么 没有经过“closed_applied”
    当 办理“配备网格员并公示”，填写：
      """
      {"staffing": {"office_phone": "0746-8000001", "supervision_phone": "0746-8000002", "grids": [
        {"grid": "431103001001-C002", "primary": "MW-01", "others": []},
        {"grid": "431103001001-C003", "primary": "MW-02", "others": ["MW-01"]}]}}
      """
    而且 “登记并公示”完成
    那么 流程办结于“closed_applied”

  场景: 审核前撤回，网格不变
    当 收到“withdraw”，内容为：
      """
      {"withdrawal": {"reason": "重新测算户数"}}
      """
    那么 流程办结于“withdrawn_from_sign”
    而且 没有经过“生效执行”

  场景: 审核逾期，告知县级负责人和市级机构，审核照常继续
    当 办理“sign”，填写：
      """
      {"decision": "submit", "statement": true}
      """
    而且 过了“P13D”
    而且 “催办提醒”返回：
      """
      {"notices": 1}
      """
    而且 过了“P2D”
    那么 停在“县级审核”“逾期告知”
