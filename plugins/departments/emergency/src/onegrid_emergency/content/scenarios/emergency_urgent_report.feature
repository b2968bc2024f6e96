# language: zh-CN
功能: 突发事件由应急值班人员紧急处置
  网格员只报告；值班组接报、到场，险情解除前不得结束。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 启动变量为：
      """
      {"unit": "431103-EMB", "referral": {"no": "SJ-1", "item": "431103-EMB-012", "title": "燃气爆炸", "grid": "431103001001-C001", "urgency": "emergency",
       "reported_at": "2026-12-01T09:00:00+08:00", "place": "望江小区3栋", "description": "燃气爆炸，有人被困"}}
      """
    而且 处理器“notifications.remind”总是返回：
      """
      {"notices": 1}
      """

  场景: 值班组接报、到场，直到险情解除
    假如 处理器“emergency.take_urgent_path”总是返回：
      """
      {"on_duty": "应急一组", "phone": "0746-0000001", "sign_by": "2026-12-01T09:30:00+08:00", "report_up": true,
       "instruction": "先到场处置"}
      """
    当 流程启动
    那么 停在“到场处置”
    当 办理“到场处置”，填写：
      """
      {"measures": "已疏散，仍有一人被困", "over": "no"}
      """
    那么 停在“到场处置”
    当 办理“到场处置”，填写：
      """
      {"measures": "人员救出，停气", "over": "yes"}
      """
    那么 流程办结于“险情解除”
    而且 `handling.result = "solved" and handling.measures = "人员救出，停气"`成立

  场景: 没有值班安排的，由应急局指派
    假如 处理器“emergency.take_urgent_path”总是报错误码“NOBODY_ON_DUTY”
    当 流程启动
    那么 停在“指派处置组”
    当 办理“指派处置组”，填写：
      """
      {"on_duty": "机动组", "phone": "0746-0000009"}
      """
    那么 停在“到场处置”
    而且 `duty.on_duty = "机动组"`成立

  场景: 不是紧急事件的，在转办期限内按一般事项处置
    假如 处理器“emergency.take_urgent_path”总是报错误码“NOT_URGENT”
    当 流程启动
    那么 停在“一般处置”
    当 办理“一般处置”，填写：
      """
      {"result": "explained", "measures": "现场核实，系施工烟尘"}
      """
    那么 流程办结于“处理完毕”
    而且 `handling.result = "explained" and handling.measures = "现场核实，系施工烟尘"`成立
