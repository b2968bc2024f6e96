// A diagram to look at: older versions, processes of others, phones.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { descriptor, PREFIX } from './descriptor.js';
import { wordsModule } from './words.js';

export function make(container) {
  return new NavigatedViewer({ container, moddleExtensions: { [PREFIX]: descriptor }, additionalModules: [wordsModule] });
}
