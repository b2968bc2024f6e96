// Reads diagrams as the studio does, writes them again, and prints what came out: `node roundtrip.js FILE…` gives
// {file: {xml, warnings}}. A test compares.
import { readFileSync } from 'node:fs';
import { BpmnModdle } from 'bpmn-moddle';
import { descriptor, PREFIX } from './src/studio/descriptor.js';
import { giveBack, keepReferences, setAside } from './src/studio/lossless.js';

const found = {};
for (const file of process.argv.slice(2)) {
  const moddle = new BpmnModdle({ [PREFIX]: descriptor });
  const { rootElement, warnings } = await moddle.fromXML(setAside(readFileSync(file, 'utf8')));
  keepReferences(warnings, moddle);
  const { xml } = await moddle.toXML(rootElement, { format: true });
  const lost = warnings.filter(({ property }) => !property);
  found[file] = { xml: giveBack(xml), warnings: lost.map(({ message }) => message) };
}
process.stdout.write(JSON.stringify(found));
