// A label whose place the file does not say stands where the library puts it. Moved and moved back, it is not said either.
import { isLabel } from 'diagram-js/lib/util/ModelUtil';

const MEASURES = ['x', 'y', 'width', 'height'];

export class ImpliedLabels {
  static $inject = ['eventBus', 'elementRegistry'];

  constructor(eventBus, elementRegistry) {
    const implied = new Map();
    eventBus.on('import.done', () => {
      implied.clear();
      for (const label of elementRegistry.filter((each) => isLabel(each) && !each.di.get('label'))) {
        implied.set(label.id, MEASURES.map((name) => label[name]));
      }
    });
    eventBus.on('commandStack.changed', () => {
      for (const [id, place] of implied) {
        const label = elementRegistry.get(id);
        if (label?.di.get('label') && MEASURES.every((name, index) => label[name] === place[index])) label.di.set('label', undefined);
      }
    });
  }
}

export const impliedModule = { __init__: ['impliedLabels'], impliedLabels: ['type', ImpliedLabels] };
