// The properties panel: of the library's groups those that our dialect reads as they are, and our own.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { isLabel } from 'diagram-js/lib/util/ModelUtil';
import { Pen } from '../pen.js';
import { eventGroups, messageTaskGroup } from './events.js';
import { handlerGroup } from './handler.js';
import { otherGroup, stepGroup } from './other.js';
import { complexGatewayGroup, dataFlowGroup, flowGroup, laneGroup, loopGroup, processGroup } from './places.js';
import { callGroup, decisionGroup, mappingGroups, scriptGroup, userTaskGroup } from './tasks.js';

/** Of the library: replaced by our own, which know the lists and FEEL. */
const REPLACED = new Set(['error', 'message', 'signal', 'escalation', 'timer', 'multiInstance']);
const LATE = 400; // after the library's provider

const BY_TYPE = [
  ['bpmn:ServiceTask', handlerGroup],
  ['bpmn:UserTask', userTaskGroup],
  ['bpmn:BusinessRuleTask', decisionGroup],
  ['bpmn:ScriptTask', scriptGroup],
  ['bpmn:CallActivity', callGroup],
  ['bpmn:CallActivity', mappingGroups],
  ['bpmn:SendTask', messageTaskGroup],
  ['bpmn:ReceiveTask', messageTaskGroup],
  ['bpmn:Event', eventGroups],
  ['bpmn:Activity', loopGroup],
  ['bpmn:ComplexGateway', complexGatewayGroup],
  ['bpmn:SequenceFlow', flowGroup],
  ['bpmn:DataAssociation', dataFlowGroup],
  ['bpmn:Lane', laneGroup],
  ['bpmn:Process', processGroup],
  ['bpmn:FlowNode', stepGroup],
];

export class Provider {
  static $inject = ['propertiesPanel', 'injector', 'config.studio'];

  constructor(propertiesPanel, injector, context) {
    this.injector = injector;
    this.context = context;
    propertiesPanel.registerProvider(LATE, this);
  }

  getGroups(element) {
    return (groups) => {
      if (Array.isArray(element)) return groups;
      const pen = this.#pen(element);
      const own = BY_TYPE.filter(([type]) => is(pen.owner, type)).flatMap(([, make]) => make(pen, this.context));
      const kept = groups.filter(({ id }) => !REPLACED.has(id));
      const [general, ...rest] = kept;
      return [general, ...own, ...rest, otherGroup(pen)].filter((group) => group && (!group.entries || group.entries.length));
    };
  }

  /** A pool stands for its process. */
  #pen(element) {
    const shape = isLabel(element) ? element.labelTarget : element;
    const pen = new Pen(shape, this.injector);
    const process = is(shape, 'bpmn:Participant') && getBusinessObject(shape).get('processRef');
    return process ? pen.on(process) : pen;
  }
}

export const panelModule = { __init__: ['studioPanel'], studioPanel: ['type', Provider] };
