# language: zh-CN
功能: 事件转办
  须专业能力、执法资格的事件转责任部门；退回、争议、返工都有去处，被指定的单位不得再退回。

  背景:
    假如 演示县已载入

  场景: 部门签收、办理，他人核查
    假如 事项“431103-UMB-008”的事件“井盖缺失”已上报到梅湾街道
    而且 街道经办人已确定网格
    那么 城管局的待办里有它
    当 城管局填写：
      | action | sign |
    而且 城管局填写：
      | measures     | 更换了井盖 |
      | legal_action | none       |
      | result       | solved     |
      | result_date  | 2026-12-01 |
      | reply        | 已更换井盖 |
    那么 派遣单依次是“城管局 completed”
    而且 城管局的待办里没有它

  场景: 退回说不出法律依据的，留在部门，填写的都在
    假如 事项“431103-UMB-008”的事件“井盖缺失”已上报到梅湾街道
    而且 街道经办人已确定网格
    当 城管局填写：
      | action               | request_return |
      | reason_code          | not_our_duty   |
      | suggested_department | 431103-EMB     |
      | evidence             | 不属本局职责   |
    那么 派遣单依次是“城管局 dispatched”
    而且 城管局的待办里有它

  场景: 退回得到同意，改派另一部门
    假如 事项“431103-UMB-008”的事件“井盖缺失”已上报到梅湾街道
    而且 街道经办人已确定网格
    当 城管局填写：
      | action               | request_return         |
      | reason_code          | not_our_duty           |
      | legal_reference      | 《某条例》第三条       |
      | suggested_department | 431103-EMB             |
      | evidence             | 不属于本局职责         |
    那么 县级平台的待办里有它
    当 县级平台填写：
      | decision | agree_redispatch |
      | unit     | 431103-EMB       |
      | reason   | 确属应急局职责   |
    那么 派遣单依次是“城管局 returned，应急局 dispatched”
    而且 应急局的待办里有它

  场景: 争议由县级负责人裁定，被指定的不能再退回
    假如 事项“431103-UMB-008”的事件“井盖缺失”已上报到梅湾街道
    而且 街道经办人已确定网格
    当 城管局填写：
      | action               | request_return   |
      | reason_code          | not_our_duty     |
      | legal_reference      | 《某条例》第三条 |
      | evidence             | 不属于本局职责   |
    而且 县级平台填写：
      | decision    | to_dispute       |
      | departments | 431103-EMB       |
      | reason      | 两家都不认       |
    而且 城管局填写：
      | ours  | other        |
      | text  | 应由应急负责 |
      | basis | 三定方案     |
    而且 应急局填写：
      | ours  | other        |
      | text  | 应由城管负责 |
      | basis | 三定方案     |
    而且 县级负责人填写：
      | decision | rule             |
      | lead     | 431103-EMB       |
      | reasons  | 职责法定         |
      | basis    | 《规定》第四条   |
    那么 派遣单依次是“城管局 returned，应急局 designated”
    当 应急局填写：
      | action | sign |
    那么 派遣单依次是“城管局 returned，应急局 signed”

  场景: 部门有自己流程的事项，走部门的流程
    假如 城管部门自己的流程已部署
    而且 事项“431103-UMB-005”的事件“占道堆物”已上报到梅湾街道
    而且 街道经办人已确定网格
    当 城管局填写：
      | action | sign |
    那么 城管局在办“现场检查”
