# language: zh-CN
功能: 退回和争议
  不属本单位职责的可以在期限内申请退回，由县级平台决定；有争议的逐级裁定，裁定有约束力，留作先例（SPEC 8(c) c6–c8，D6，I12）。

  背景:
    假如 演示县已载入
    而且 事项“431103-UMB-008”的事件“井盖缺失”已上报到梅湾街道
    而且 街道经办人确定在网格员的网格

  场景: 退回没有得到同意，由原单位办理
    当 城管局填写：
      | action          | request_return   |
      | reason_code     | not_our_duty     |
      | legal_reference | 《某条例》第三条 |
      | evidence        | 不属于本局职责   |
    而且 县级平台填写：
      | decision | refuse                 |
      | reason   | 依清单，由城管部门负责 |
    那么 派遣单依次是“城管局 signed”
    而且 城管局在办“处理”
    当 城管局办结
    那么 网格员的待办里有它

  场景: 超过一个工作日的不得退回，写明什么时候届满
    当 过去2天
    而且 城管局填写：
      | action          | request_return   |
      | reason_code     | not_our_duty     |
      | legal_reference | 《某条例》第三条 |
      | evidence        | 不属于本局职责   |
    那么 派遣单依次是“城管局 dispatched”
    而且 城管局的任务写着“退回期限已于 2026-12-02 17:30 届满”

  场景: 裁定留作先例，再有同一事项的争议时供参考
    当 城管局填写：
      | action          | request_return   |
      | reason_code     | not_our_duty     |
      | legal_reference | 《某条例》第三条 |
      | evidence        | 不属于本局职责   |
    而且 县级平台填写：
      | decision    | to_dispute |
      | departments | 431103-EMB |
      | reason      | 两家都不认 |
    而且 城管局填写：
      | ours  | other        |
      | text  | 应由应急负责 |
      | basis | 三定方案     |
    而且 应急局填写：
      | ours  | other        |
      | text  | 应由城管负责 |
      | basis | 三定方案     |
    而且 县级负责人填写：
      | decision | rule           |
      | lead     | 431103-UMB     |
      | reasons  | 井盖养护归城管 |
      | basis    | 《规定》第四条 |
    那么 派遣单依次是“城管局 signed”
    而且 事件页写着“经裁定指定，不得退回”
    假如 事项“431103-UMB-008”的事件“又一处井盖缺失”已上报到梅湾街道
    而且 街道经办人确定在网格员的网格
    当 城管局填写：
      | action          | request_return   |
      | reason_code     | not_our_duty     |
      | legal_reference | 《某条例》第三条 |
      | evidence        | 不属于本局职责   |
    那么 县级平台决定时看到先例“井盖养护归城管”

  场景: 县级逾期没有裁定的，提请市级
    当 城管局填写：
      | action          | request_return   |
      | reason_code     | not_our_duty     |
      | legal_reference | 《某条例》第三条 |
      | evidence        | 不属于本局职责   |
    而且 县级平台填写：
      | decision    | to_dispute |
      | departments | 431103-EMB |
      | reason      | 两家都不认 |
    而且 过去7天
    那么 县级负责人的待办里没有它
    而且 市级平台的待办里有它
    当 市级平台填写：
      | decision | rule           |
      | lead     | 431103-EMB     |
      | reasons  | 职责法定       |
      | basis    | 《规定》第四条 |
    那么 派遣单依次是“城管局 returned，应急局 designated”

  场景: 市、县两级部门都有职责的，由市级部门主办，不必裁定
    当 城管局填写：
      | action          | request_return   |
      | reason_code     | not_our_duty     |
      | legal_reference | 《某条例》第三条 |
      | evidence        | 属水环境监管     |
    而且 县级平台填写：
      | decision    | to_dispute   |
      | departments | 431100-EEB   |
      | reason      | 涉及市级部门 |
    而且 城管局填写：
      | ours  | other        |
      | text  | 应由市局负责 |
      | basis | 三定方案     |
    而且 市生态环境局填写：
      | ours  | other        |
      | text  | 应由县里负责 |
      | basis | 三定方案     |
    那么 派遣单依次是“城管局 returned，市生态环境局 designated”

  场景: 同一街道各办公机构之间的争议，由街道负责人裁定（D6 第1行）
    假如 清单外的事件“摊位与便民窗口争用场地”已上报到梅湾街道
    而且 街道经办人确定在网格员的网格
    那么 街道经办人可以把转办交给“梅湾街道综合行政执法队、梅湾街道社会事务综合服务中心”
    当 街道经办人填写：
      | decision | refer                  |
      | lead     | 431103001-LET          |
      | reason   | 街道内部事务，由本街道办理 |
    而且 执法队填写：
      | action               | request_return       |
      | reason_code          | not_our_duty         |
      | legal_reference      | 街道职责清单第十二项 |
      | suggested_department | 431103001-PSC        |
      | evidence             | 属便民服务场地管理   |
    那么 县级平台的任务写着“建议由 梅湾街道社会事务综合服务中心 办理”
    当 县级平台填写：
      | decision    | to_dispute           |
      | departments | 431103001-PSC        |
      | reason      | 街道两个机构各执一词 |
    而且 执法队填写：
      | ours  | other            |
      | text  | 应由便民中心负责 |
      | basis | 街道职责清单     |
    而且 便民中心填写：
      | ours  | other            |
      | text  | 应由执法队负责   |
      | basis | 街道职责清单     |
    那么 县级负责人的待办里没有它
    而且 街道负责人的任务写着“梅湾街道社会事务综合服务中心：应由执法队负责。依据：街道职责清单”
    当 街道负责人填写：
      | decision | rule                     |
      | lead     | 431103001-PSC            |
      | reasons  | 场地归便民服务中心管理   |
      | basis    | 街道职责清单第十二项     |
    那么 派遣单依次是“执法队 returned，便民中心 designated”
    当 便民中心签收
    那么 便民中心在办“处理”

  场景: 与相邻县区同类部门的争议，由市级裁定（D6 第3行）
    当 城管局填写：
      | action          | request_return |
      | reason_code     | wrong_area     |
      | evidence        | 在零陵区一侧   |
    那么 县级平台不能把改派交给“零陵区城市管理和综合执法局”
    而且 县级平台可以把争议交给“零陵区城市管理和综合执法局、冷水滩区应急管理局”
    当 县级平台填写：
      | decision    | to_dispute       |
      | departments | 431102-UMB       |
      | reason      | 井盖压在区界上   |
    而且 城管局填写：
      | ours  | other        |
      | text  | 井盖在零陵区 |
      | basis | 界线协议     |
    而且 零陵城管局填写：
      | ours  | other          |
      | text  | 井盖在冷水滩区 |
      | basis | 界线协议       |
    那么 县级负责人的待办里没有它
    而且 市级平台的任务写着“零陵区城市管理和综合执法局：井盖在冷水滩区”
    当 市级平台填写：
      | decision | rule                   |
      | lead     | 431102-UMB             |
      | reasons  | 井盖产权登记在零陵区   |
      | basis    | 界线协议书附图         |
    那么 派遣单依次是“城管局 returned，零陵城管局 designated”
    当 零陵城管局签收
    而且 零陵城管局办结
    那么 网格员的待办里有它
