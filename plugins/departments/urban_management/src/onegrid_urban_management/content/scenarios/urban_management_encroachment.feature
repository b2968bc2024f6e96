# language: zh-CN
功能: 占道堆物、乱搭建由城管部门处理
  网格员只上报。初次的劝导，搭建和再次的责令改正，拒不改正的立案。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 启动变量为：
      """
      {"unit": "431103-UMB", "referral": {"no": "SJ-2", "item": "431103-UMB-005", "title": "占道堆物", "description": "人行道堆放建材",
       "place": "梅湾街道梅湾路12号门前", "grid": "431103001001-C001"}}
      """
    而且 流程启动
    而且 停在“现场检查”

  场景: 初次堆放物料，劝导后当场清除
    当 办理“现场检查”，填写：
      """
      {"kind": "goods", "first": "yes", "party": "某建材店", "note": "约三立方米"}
      """
    而且 办理“劝导、当场清除”，填写：
      """
      {"removed": "yes", "note": "当场搬离"}
      """
    那么 流程办结于“处理完毕”
    而且 没有经过“责令改正”
    而且 `handling.result = "solved" and handling.measures = "当场搬离"`成立

  场景: 劝导不听的责令改正，拒不改正的立案
    当 办理“现场检查”，填写：
      """
      {"kind": "stall", "first": "yes", "party": "不明", "note": "店外经营"}
      """
    而且 办理“劝导、当场清除”，填写：
      """
      {"removed": "no", "note": "拒绝搬离"}
      """
    那么 停在“责令改正”
    当 办理“责令改正”，填写：
      """
      {"notice_no": "冷城责改〔2026〕3号", "requirement": "三日内搬离"}
      """
    而且 办理“期满复查”，填写：
      """
      {"result": "not_corrected", "note": "仍在经营"}
      """
    那么 停在“立案”
    当 办理“立案”，填写：
      """
      {"case_no": "冷城立〔2026〕8号", "reason": "逾期不改"}
      """
    那么 流程办结于“处理完毕”
    而且 `handling.result = "filed_case"`成立

  场景大纲: 处理方式按情形和次数
    当 办理“现场检查”，填写：
      """
      {"kind": "<情形>", "first": "<初次>", "party": "不明", "note": "现场检查"}
      """
    那么 `measure.measure = "<方式>" and measure.days = <期限>`成立
    例子:
      | 情形      | 初次 | 方式     | 期限 |
      | structure | yes  | order    | 7    |
      | structure | no   | order    | 7    |
      | goods     | no   | order    | 2    |
      | stall     | yes  | persuade | 3    |
