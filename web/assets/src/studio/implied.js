// A label whose place the file does not say stands where the library puts it. Moved and moved back, or renamed, it is not
// said either: undo gives the same file again.
import { isLabel } from 'diagram-js/lib/util/ModelUtil';

const MEASURES = ['x', 'y', 'width', 'height'];

export class ImpliedLabels {
  static $inject = ['eventBus', 'elementRegistry'];

  constructor(eventBus, elementRegistry) {
    const places = new Map();
    const emptyBefore = new Set();
    eventBus.on('import.done', () => {
      places.clear();
      emptyBefore.clear();
      for (const each of elementRegistry.filter(isDrawn)) {
        if (isEmpty(each)) emptyBefore.add(each.id);
        if (isLabel(each) && !each.di.get('label')) places.set(each.id, placeOf(each));
      }
    });
    eventBus.on('commandStack.changed', () => {
      for (const each of elementRegistry.filter(isDrawn)) {
        const back = isLabel(each) && places.get(each.id) === placeOf(each);
        if (back || (isEmpty(each) && !emptyBefore.has(each.id))) each.di.set('label', undefined);
      }
    });
  }
}

const isDrawn = ({ di }) => di?.$type === 'bpmndi:BPMNShape' || di?.$type === 'bpmndi:BPMNEdge';

/** Return whether a label is said and nothing of it: the library leaves one behind when a step is renamed. */
function isEmpty({ di }) {
  const label = di.get('label');
  return Boolean(label) && !label.get('bounds') && !label.get('labelStyle') && !label.get('id');
}

const placeOf = (shape) => MEASURES.map((name) => shape[name]).join(' ');

export const impliedModule = { __init__: ['impliedLabels'], impliedLabels: ['type', ImpliedLabels] };
