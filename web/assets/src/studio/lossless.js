// Opening and saving a diagram loses nothing. moddle drops two things that are put aside here: elements in the namespace
// of the extensions that the descriptor does not name, and references to what is not in the file.
import { KNOWN, PREFIX, URI } from './descriptor.js';

const ASIDE = 'kept';
const ASIDE_URI = `${URI}#kept`;

/** Return the text of a diagram with unknown extension elements in a namespace of their own, where moddle keeps them. */
export function setAside(xml) {
  const prefixes = [...xml.matchAll(/xmlns:([\w.-]+)\s*=\s*(["'])(.*?)\2/g)].filter(([, , , uri]) => uri === URI);
  const names = [...new Set(prefixes.map(([, prefix]) => prefix.replace(/[.-]/g, '\\$&')))];
  if (!names.length) return xml;
  let found = false;
  const tags = new RegExp(`<(/?)(?:${names.join('|')}):([\\w.-]+)`, 'g');
  const changed = xml.replace(tags, (tag, slash, name) => {
    if (KNOWN.has(name)) return tag;
    found = true;
    return `<${slash}${ASIDE}:${name}`;
  });
  return found ? changed.replace(/<(?![?!])([\w:.-]+)/, `<$1 xmlns:${ASIDE}="${ASIDE_URI}"`) : xml;
}

/** Return the text of a saved diagram with those elements where they were. */
export function giveBack(xml) {
  if (!xml.includes(ASIDE_URI)) return xml;
  const [, prefix] = xml.match(new RegExp(`xmlns:([\\w.-]+)="${URI}"`)) ?? [null, PREFIX];
  const declared = xml.includes(`="${URI}"`) ? '' : ` xmlns:${PREFIX}="${URI}"`;
  return xml
    .replace(` xmlns:${ASIDE}="${ASIDE_URI}"`, declared)
    .replace(new RegExp(`<(/?)${ASIDE}:`, 'g'), `<$1${prefix}:`);
}

/** Give each reference that leads nowhere a target with its id, so that it is written as it was read. */
export function keepReferences(warnings, moddle) {
  for (const { element, property, value } of warnings) {
    if (!element || !property || value === undefined) continue;
    const target = moddle.create('bpmn:ItemAwareElement', { id: value });
    const known = element.get(property);
    if (Array.isArray(known)) known.push(target);
    else element.set(property, target);
  }
}
