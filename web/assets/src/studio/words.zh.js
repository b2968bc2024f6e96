// The library's texts in Chinese, where the community's dictionary has none or says it in other words than we do.
export const chinese = {
  // the board
  'Create element': '新建元素', Create: '新建', 'Append element': '追加元素', 'Change element': '更换类型', 'Align elements': '对齐', 'Align elements ': '对齐',
  'Distribute elements horizontally': '横向均匀分布', 'Distribute elements vertically': '纵向均匀分布', 'Toggle non-interrupting': '切换是否中断',
  'Open minimap': '打开缩略图', 'Close minimap': '关闭缩略图', Templates: '模板', Tasks: '任务', Events: '事件', Gateways: '网关', 'Sub-processes': '子流程',
  Data: '数据', Participants: '参与者', 'Boundary event': '边界事件', 'Ad-hoc sub-process': '临时子流程', 'Expanded pool/participant': '展开的池',
  'Event based instantiating Gateway': '启动流程的事件网关', 'Parallel Event based instantiating Gateway': '启动流程的并行事件网关',
  Search: '搜索', 'Search in diagram': '在图中查找', Delete: '删除', Remove: '删除',
  'Add lane above': '在上方添加泳道', 'Add lane below': '在下方添加泳道', 'Divide into two lanes': '分成两条泳道', 'Divide into three lanes': '分成三条泳道',
  // the panel
  General: '基本信息', Documentation: '说明', 'Element documentation': '这个元素的说明', 'Process documentation': '流程的说明', Name: '名称', ID: '标识',
  'Process ID': '流程标识', 'Process name': '流程名称', 'Participant Name': '参与者名称', Executable: '可以执行', Compensation: '补偿', Completion: '完成',
  'Completion condition': '完成的条件（FEEL）', 'Cancel remaining instances': '完成时取消其余的', 'Wait for completion': '等待完成', 'Activity reference': '补偿哪个步骤',
  'Loop cardinality': '次数', 'Multi-instance': '逐项执行', Error: '错误', Escalation: '上报', Link: '链接', Message: '消息', Signal: '信号', Timer: '定时', Code: '代码',
  Type: '类型', Value: '值', Date: '时刻', Duration: '时长', Cycle: '周期', '<none>': '（无）', '<empty>': '（空）', 'Create new ...': '新建…', 'Create new list item': '新增一项',
  'Delete item': '删除这一项', 'Toggle list item': '展开或收起', 'Toggle section': '展开或收起', 'Section contains edits': '这一组有内容', 'Section contains an error': '这一组有错误',
  'Global error reference': '引用的错误', 'Global escalation reference': '引用的上报', 'Global message reference': '引用的消息', 'Global signal reference': '引用的信号',
  'ID must be a valid QName.': '标识只能用字母、数字、连字符和下划线，且以字母或下划线开头。', 'ID must be unique.': '标识不能重复。', 'ID must not be empty.': '标识不能为空。',
  'ID must not contain prefix.': '标识不能带前缀。', 'ID must not contain spaces.': '标识不能有空格。', 'Open documentation': '打开说明', 'Open pop-up editor': '打开大的输入框',
  'Opened in editor': '正在大的输入框中编辑', 'FEEL expression is mandatory': '须填写表达式（FEEL）', 'Unparsable FEEL expression.': '表达式（FEEL）有语法错误', 'JSON contains errors': 'JSON 有错误',
  'Select an element to edit its properties.': '选择一个元素，编辑它的属性。',
  'Multiple elements are selected. Select a single element to edit its properties.': '选中了多个元素。选择其中一个，编辑它的属性。',
  'A cycle defined as ISO 8601 repeating intervals format.': 'ISO 8601 的周期', 'A time duration defined as ISO 8601 durations format.': 'ISO 8601 的时长',
  'A specific point in time defined as ISO 8601 combined date and time representation.': 'ISO 8601 的时刻', 'Documentation: Timer events': '说明：定时事件',
  '14 days': '14 天', '15 seconds': '15 秒', '1 hour and 30 minutes': '1 小时 30 分', 'UTC time': 'UTC 时间', 'UTC plus 2 hours zone offset': '东二区时间',
  'every 10 seconds, up to 5 times': '每 10 秒一次，最多 5 次', 'every day, infinitely': '每天一次，不限次数',
  // kinds of elements, as the panel's head calls them
  Process: '流程', Participant: '池', Collaboration: '协作', Lane: '泳道', Group: '分组', Association: '关联', Task: '任务', 'User Task': '用户任务', 'Manual Task': '手工任务',
  'Service Task': '服务任务', 'Script Task': '脚本任务', 'Send Task': '发送任务', 'Receive Task': '接收任务', 'Business Rule Task': '决策任务', 'Call Activity': '调用流程',
  'Sub Process': '子流程', 'Event Sub Process': '事件子流程', 'Collapsed Sub Process': '折叠的子流程', 'Collapsed Ad Hoc Sub Process': '折叠的临时子流程', 'Expanded Ad Hoc Sub Process': '展开的临时子流程', 'Expanded Sub Process': '展开的子流程', 'Ad Hoc Sub Process': '临时子流程', Transaction: '事务', 'Exclusive Gateway': '排他网关', 'Parallel Gateway': '并行网关',
  'Inclusive Gateway': '包容网关', 'Complex Gateway': '复杂网关', 'Event Based Gateway': '事件网关', 'Sequence Flow': '顺序流', 'Conditional Flow': '条件流', 'Default Flow': '默认流',
  'Message Flow': '消息流', 'Data Object Reference': '数据对象', 'Data Store Reference': '数据存储', 'Data Input': '数据输入', 'Data Output': '数据输出',
  'Data Input Association': '数据输入关联', 'Data Output Association': '数据输出关联', 'Text Annotation': '注释', 'Start Event': '开始事件', 'End Event': '结束事件',
  'Boundary Event': '边界事件', 'Intermediate Throw Event': '中间抛出事件', 'Intermediate Catch Event': '中间捕获事件', ...events(),
};

/** Events by what they catch or throw: `Timer Boundary Event (Non Interrupting)`. */
function events() {
  const kinds = { Message: '消息', Timer: '定时', Conditional: '条件', Signal: '信号', Error: '错误', Escalation: '上报', Compensate: '补偿', Compensation: '补偿', Cancel: '取消', Terminate: '终止', Link: '链接' };
  const places = { 'Start Event': '开始事件', 'End Event': '结束事件', 'Intermediate Catch Event': '中间捕获事件', 'Intermediate Throw Event': '中间抛出事件', 'Boundary Event': '边界事件' };
  const found = {};
  for (const [kind, said] of Object.entries(kinds))
    for (const [place, where] of Object.entries(places)) {
      found[`${kind} ${place}`] = `${said}${where}`;
      found[`${kind} ${place} (Non Interrupting)`] = `${said}${where}（不中断）`;
    }
  return found;
}
