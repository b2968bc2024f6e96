// A field for a value of a known type: constants as one types them (text without quotes, a number, a choice), and at the
// press of a button FEEL. What is stored is always FEEL.
import { h } from '@bpmn-io/properties-panel/preact';
import { useEffect, useRef, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { CONSTANTS, toConstant, toFeel, withoutSign } from '../literal.js';

const PAUSE = 400; // ms without a key until what is typed becomes a step that can be undone

// Being told that a value is missing must not move what is below: the button that one is about to press would be gone.
export function ValueField(props) {
  const { id, label, type, options, required, description, get, set } = props;
  const t = useService('translate');
  const stored = get() ?? '';
  const plain = options?.length || CONSTANTS.has(type);
  const constant = plain ? toConstant(type, stored) : null;
  const [expression, setExpression] = useState(constant === null);
  useEffect(() => { if (constant === null) setExpression(true); }, [stored]);
  const missing = required && !stored;
  const shown = expression ? withoutSign(stored) : constant ?? '';
  const write = (text) => { if (text !== shown) set(expression ? text.trim() : toFeel(type, text)); };
  const attributes = { id: `bio-properties-panel-${id}`, name: id, 'aria-required': required ? 'true' : undefined, 'aria-invalid': missing ? 'true' : undefined };
  return h('div', { class: `bio-properties-panel-entry value-field${missing ? ' has-error' : ''}`, 'data-entry-id': id }, [
    h('div', { class: 'value-head' }, [
      h('label', { for: attributes.id, class: 'bio-properties-panel-label' }, [label, required && h('span', { class: 'required' }, missing ? ` * ${t('必填')}` : ' *')]),
      plain && h('button', {
        type: 'button', class: 'value-mode', 'aria-pressed': String(expression),
        title: expression ? t('改填固定值') : t('改用表达式（FEEL）'),
        onClick: () => setExpression(!expression),
      }, 'ƒx'),
    ]),
    h(Input, { key: expression, attributes, kind: expression ? 'feel' : kindOf(type, options), options, shown, write, t, limits: props }),
    description && h('div', { class: 'bio-properties-panel-description' }, description),
  ]);
}

export function isValueEdited(node) {
  return Boolean(node?.value);
}

function kindOf(type, options) {
  if (options?.length) return 'choice';
  return { boolean: 'choice', number: 'number', integer: 'number', date: 'date' }[type] ?? 'text';
}

function Input({ attributes, kind, options, shown, write, t, limits }) {
  const [typed, setTyped] = useState(shown);
  const waiting = useRef(null);
  useEffect(() => setTyped(shown), [shown]);
  const now = (text) => { clearTimeout(waiting.current); waiting.current = null; write(text); };
  const later = (text) => {
    setTyped(text);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => now(text), PAUSE);
  };
  const common = {
    ...attributes, class: 'bio-properties-panel-input', value: typed, autocomplete: 'off', spellcheck: false,
    onInput: ({ target }) => later(target.value),
    onBlur: ({ target }) => { if (waiting.current) now(target.value); },
  };
  if (kind === 'choice') return h('select', { ...common, onInput: undefined, onChange: ({ target }) => now(target.value) }, choices(options, t));
  if (kind === 'number') return h('input', { ...common, type: 'number', min: limits.min, max: limits.max, step: limits.type === 'integer' ? 1 : 'any' });
  if (kind === 'date') return h('input', { ...common, type: 'date' });
  if (kind === 'feel') return h('textarea', { ...common, class: `${common.class} bio-properties-panel-input-monospace`, rows: 2 });
  return limits.multiline ? h('textarea', { ...common, rows: 3 }) : h('input', { ...common, type: 'text' });
}

function choices(options, t) {
  const all = options?.length ? options : [{ value: 'true', label: t('是') }, { value: 'false', label: t('否') }];
  return [{ value: '', label: t('（未填）') }, ...all].map(({ value, label }) => h('option', { value: String(value) }, label));
}
