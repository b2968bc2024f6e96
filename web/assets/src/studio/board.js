// The libraries of the drawing board put together, with its panel and menus.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import minimapModule from 'diagram-js-minimap';
import { descriptor, PREFIX } from './descriptor.js';
import { impliedModule } from './implied.js';
import { menusModule } from './menus.js';
import { panelModule } from './panel/provider.js';
import { roomModule } from './room.js';
import { undrawnModule } from './undrawn.js';
import { wordsModule } from './words.js';

export function make(container, { palette, panel }) {
  const parent = document.createElement('div');
  parent.className = 'panel-of-diagram';
  panel.append(parent);
  const board = new Modeler({
    container,
    moddleExtensions: { [PREFIX]: descriptor },
    propertiesPanel: { parent },
    studio: { palette },
    additionalModules: [
      BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CreateAppendAnythingModule, minimapModule,
      impliedModule, menusModule, panelModule, roomModule, undrawnModule, wordsModule,
    ],
  });
  board.panelElement = parent;
  return board;
}
