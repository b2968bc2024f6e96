# language: zh-CN
功能: 事项暂停和恢复的流程图
  部署前逐个演练。保障失效的由县级暂停，恢复并经核对后恢复使用。

  背景:
    假如 现在是“2026-12-01T09:00”
    而且 流程是“catalogue-suspension”
    而且 启动变量为：
      """
      {"suspension": {"no": "ZT-431103-UMB-006-20261201", "item": "431103-UMB-006", "name": "乱涂写张贴劝导", "county": "431103", "department": "431103-UMB", "department_name": "城管局", "reason": "guidance_person_left", "text": "业务指导专人已经离岗", "guarantees": {}}}
      """
    而且 处理器“notifications.remind”总是返回：
      """
      {"notices": 1}
      """
    而且 流程启动

  场景: 恢复保障，核对后恢复使用
    当 “suspend”返回：
      """
      {"notices": 28}
      """
    那么 停在“恢复保障”
    当 办理“恢复保障”，填写：
      """
      {"confirmed": true}
      """
    而且 办理“核对保障”，填写：
      """
      {"decision": "release"}
      """
    而且 “release”返回：
      """
      {"number": 2}
      """
    那么 流程办结于“released_end”

  场景: 没有恢复的退回；逾期提醒县级负责人
    当 “suspend”返回：
      """
      {"notices": 28}
      """
    而且 办理“恢复保障”，填写：
      """
      {"confirmed": true}
      """
    而且 办理“核对保障”，填写：
      """
      {"decision": "return", "opinion": "专人电话无人接听"}
      """
    那么 停在“恢复保障”
    当 过了“P35D”
    那么 经过了“提醒县级负责人”
    而且 停在“恢复保障”

  场景: 仍不具备条件的，回到主管部门
    当 “suspend”返回：
      """
      {"notices": 28}
      """
    而且 办理“恢复保障”，填写：
      """
      {"confirmed": true}
      """
    而且 办理“核对保障”，填写：
      """
      {"decision": "release"}
      """
    而且 “release”报错误码“NOT_READY”
    那么 停在“恢复保障”

  场景: 已经不在用的，不须暂停
    当 “suspend”报错误码“NOT_IN_FORCE”
    那么 流程办结于“nothing”
