# language: zh-CN
功能: 事项准入、调整、退出的流程图
  部署前逐个演练。会签部门的答复在“部门会签”中演练，这里按逾期未答复。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-inclusion”
    而且 启动变量为：
      """
      {"application": {"no": "SX-431103-UMB-2026-001", "kind": "include", "item": null, "department": "431103-UMB", "department_name": "城管局", "county": "431103", "county_name": "冷水滩区", "legality": "431103-JB", "departments": [{"value": "431103-HUD", "label": "住建局"}, {"value": "431103-EMB", "label": "应急局"}], "townships": [{"value": "431103001", "label": "梅湾街道"}, {"value": "431103101", "label": "牛角坝镇"}]}, "draft": {}}
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
      {"name": "餐饮油烟直排上报"}
      """
    而且 停在“核对申请”

  场景: 从申请到生效
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    那么 停在“合法性审查”
    而且 `count(replies) = 2 and (every r in replies satisfies r.opinion = "no_reply")`成立
    当 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    那么 停在“严格审查把关”
    当 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    那么 停在“approve”
    当 办理“approve”，填写：
      """
      {"decision": "approve", "approved_by": "冷水滩区人民政府", "doc_no": "冷政〔2026〕30号", "effective_from": date("2027-01-15")}
      """
    那么 停在“落实保障”
    当 办理“落实保障”，填写：
      """
      {"confirmed": true}
      """
    那么 停在“等待生效日期”
    当 过了“P60D”
    而且 “take_effect”返回：
      """
      {"in_force": true}
      """
    那么 流程办结于“in_force”

  场景: 其间被后一决定取代的，不生效
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    而且 办理“approve”，填写：
      """
      {"decision": "approve", "approved_by": "冷水滩区人民政府", "doc_no": "冷政〔2026〕30号", "effective_from": date("2027-01-15")}
      """
    而且 办理“落实保障”，填写：
      """
      {"confirmed": true}
      """
    而且 过了“P60D”
    而且 “take_effect”返回：
      """
      {"in_force": false}
      """
    那么 流程办结于“superseded”

  场景: 有须补正的，一次查出全部问题，回到申请部门
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 0, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "handle", "guarantees_complete": true, "provided": false, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    那么 停在“填写申请”
    而且 `count(findings) = 3`成立
    而且 没有经过“formal”

  场景: 一次性告知补正，补正后受理
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "correct", "opinion": "请补充培训教材清单"}
      """
    那么 停在“补正”
    当 办理“补正”，填写：
      """
      {"name": "餐饮油烟直排上报"}
      """
    而且 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    那么 停在“formal”
    当 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    那么 经过了“相关部门、乡镇会签”

  场景: 逾期没有补正的，视为撤回
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "correct", "opinion": "请补充培训教材清单"}
      """
    而且 过了“P15D”
    那么 流程办结于“deemed_withdrawn”

  场景: 不予受理
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "reject", "opinion": "不属于网格化服务管理的事项"}
      """
    那么 流程办结于“formally_rejected”

  场景: 合法性审查有一项为否的，退回
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "no", "conclusion": "pass", "opinion": "让网格员执法"}
      """
    那么 停在“填写申请”
    而且 没有经过“严格审查把关”

  场景: 严格审查不予纳入
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": [], "conclusion": "refuse", "opinion": "网格员不适合承担"}
      """
    那么 流程办结于“refused_by_review”

  场景: 严格审查退回
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": [], "conclusion": "return", "opinion": "请说明必要性"}
      """
    那么 停在“填写申请”

  场景: 批准机关不予批准
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    而且 办理“approve”，填写：
      """
      {"decision": "refuse", "opinion": "暂不纳入清单"}
      """
    那么 流程办结于“refused_by_approver”
    而且 没有经过“形成新版清单并公示”

  场景: 批准机关退回
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    而且 办理“approve”，填写：
      """
      {"decision": "return", "opinion": "请重新测算工作量"}
      """
    那么 停在“填写申请”

  场景: 保障逾期没有落实，提醒部门和县级负责人，落实以前不形成新版
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    而且 办理“严格审查把关”，填写：
      """
      {"checks": ["legality"], "conclusion": "propose_approve"}
      """
    而且 办理“approve”，填写：
      """
      {"decision": "approve", "approved_by": "冷水滩区人民政府", "doc_no": "冷政〔2026〕30号", "effective_from": date("2027-01-15")}
      """
    而且 过了“P30D”
    那么 经过了“提醒申请部门”
    而且 经过了“提醒县级负责人”
    而且 停在“落实保障”
    而且 没有经过“形成新版清单并公示”

  场景: 批准前撤回
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 过了“P8D”
    而且 收到“withdraw”，内容为：
      """
      {"withdrawal": {"reason": "上位法将要修订"}}
      """
    那么 流程办结于“withdrawn_from_legality”

  场景: 会签中撤回
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"]}
      """
    而且 收到“withdraw”，内容为：
      """
      {"withdrawal": {"reason": "上位法将要修订"}}
      """
    那么 流程办结于“withdrawn_from_countersign”

  场景: 合法性审查以后征求社会意见
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD", "431103-EMB"], "consultation": true, "consultation_days": 7}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    那么 经过了“consulting”
    当 “公布拟定事项”返回：
      """
      {"closes_on": "2026-12-16"}
      """
    而且 过了“P10D”
    那么 经过了“社会公众提意见”
    当 “截止”返回：
      """
      {"opinions": 0}
      """
    那么 停在“严格审查把关”

  场景: 征求意见中撤回
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD"], "consultation": true, "consultation_days": 7}
      """
    而且 过了“P8D”
    而且 办理“合法性审查”，填写：
      """
      {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes", "conclusion": "pass", "opinion": "合法"}
      """
    而且 “公布拟定事项”返回：
      """
      {"closes_on": "2026-12-16"}
      """
    而且 收到“withdraw”，内容为：
      """
      {"withdrawal": {"reason": "上位法将要修订"}}
      """
    那么 流程办结于“withdrawn_from_consult”

  场景: 抽选的乡镇也参加会签
    当 “核对申请”返回：
      """
      {"kind": "include", "bases": 1, "rank": "sufficient", "quoted": true, "bases_in_force": true, "qualified": true, "worker_action": "report_only", "guarantees_complete": true, "provided": true, "is_duplicate": false, "duplicate": "", "term_days": null, "own_areas": false, "minutes": 120, "minutes_taken": 0, "terms": 0, "minor": false}
      """
    而且 办理“formal”，填写：
      """
      {"result": "accept", "departments": ["431103-HUD"], "townships": ["431103001", "431103101"]}
      """
    而且 过了“P8D”
    那么 停在“合法性审查”
    而且 `count(replies) = 3 and replies[3].name = "牛角坝镇"`成立
