# language: zh-CN
功能: 主办和协办
  一个主办单位，若干协办单位；协办的结果先到主办单位，主办单位才办结、答复（SPEC 8(c) c5、c9，I12）。

  背景:
    假如 演示县已载入
    而且 清单外的事件“危房边堆放易燃物”已上报到梅湾街道
    而且 街道经办人确定在网格员的网格
    而且 街道经办人已转办，城管局主办，应急局协办

  场景: 协办单位办结以前，主办单位不能办结；协办的结果写在主办单位的反馈任务上
    当 城管局签收
    而且 城管局办结
    那么 派遣单依次是“城管局 signed，应急局 dispatched”
    而且 城管局的待办里没有它
    当 应急局签收
    而且 应急局填写：
      | measures     | 已清走易燃物并登记 |
      | legal_action | none               |
      | result       | solved             |
      | result_date  | 2026-12-01         |
      | reply        | 已清走             |
    那么 城管局的任务写着“已清走易燃物并登记”
    当 城管局填写：
      | reply | 堆放物已清走，房屋已鉴定 |
    那么 派遣单依次是“城管局 completed，应急局 completed”
    而且 网格员的待办里有它

  场景: 同意协办单位退回的，随即改派
    当 城管局签收
    而且 应急局填写：
      | action          | request_return   |
      | reason_code     | not_our_duty     |
      | legal_reference | 《某条例》第三条 |
      | evidence        | 不属于本局职责   |
    而且 县级平台填写：
      | decision | agree_redispatch   |
      | unit     | 431103-HUD         |
      | reason   | 房屋安全由住建负责 |
    那么 派遣单依次是“城管局 signed，应急局 returned，住建局 dispatched”
    而且 住建局的待办里有它
    而且 应急局的待办里没有它
