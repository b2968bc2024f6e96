# language: zh-CN
功能: 燃气使用安全隐患由住建部门处理
  网格员只上报；正在泄漏的立即处置，其余限期整改，没有整改完成的不得结束。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 启动变量为：
      """
      {"unit": "431103-HUD", "referral": {"no": "SJ-1", "item": "431103-HUD-009", "title": "软管老化", "description": "厨房软管开裂",
       "place": "梅湾街道望江小区3栋", "grid": "431103001001-C001"}}
      """
    而且 流程启动
    而且 停在“现场核实”

  场景: 正在泄漏的，先停止供气再下达整改通知
    当 办理“现场核实”，填写：
      """
      {"leak": "yes", "use": "household", "hazard": "hose", "note": "闻到燃气味"}
      """
    那么 停在“停止供气、现场处置”
    而且 `level.days = 1`成立
    当 办理“停止供气、现场处置”，填写：
      """
      {"measures": "通知燃气公司停气"}
      """
    而且 办理“下达整改通知”，填写：
      """
      {"measures": "更换软管", "notice_no": "冷建燃改〔2026〕1号"}
      """
    而且 办理“复查”，填写：
      """
      {"result": "fixed", "note": "已更换"}
      """
    那么 流程办结于“处理完毕”
    而且 `handling.result = "ordered_to_correct" and contains(handling.measures, "停气")`成立

  场景: 没有整改完成的，再次下达通知
    当 办理“现场核实”，填写：
      """
      {"leak": "no", "use": "household", "hazard": "appliance", "note": "没有熄火保护"}
      """
    那么 停在“下达整改通知”
    而且 没有经过“停止供气、现场处置”
    当 办理“下达整改通知”，填写：
      """
      {"measures": "更换灶具", "notice_no": "冷建燃改〔2026〕2号"}
      """
    而且 办理“复查”，填写：
      """
      {"result": "not_fixed", "note": "仍在使用"}
      """
    那么 停在“下达整改通知”

  场景大纲: 期限按危险等级
    当 办理“现场核实”，填写：
      """
      {"leak": "<泄漏>", "use": "<用户>", "hazard": "<隐患>", "note": "现场核实"}
      """
    那么 `level.level = "<等级>" and level.days = <期限>`成立
    例子:
      | 泄漏 | 用户      | 隐患     | 等级      | 期限 |
      | yes  | business  | altered  | immediate | 1    |
      | no   | household | occupied | serious   | 3    |
      | no   | household | altered  | serious   | 3    |
      | no   | business  | hose     | serious   | 3    |
      | no   | household | hose     | ordinary  | 10   |
