// Entries of the properties panel. A component keeps its identity from one drawing of the panel to the next, else a field
// would lose the focus while one types: what differs is handed over as properties.
import {
  CheckboxEntry, ListGroup, SelectEntry, TextAreaEntry, TextFieldEntry,
  isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { h } from '@bpmn-io/properties-panel/preact';
import { useService } from 'bpmn-js-properties-panel';
import { ValueField, isValueEdited } from './value.js';

const component = (Entry) => (props) =>
  h(Entry, { ...props, debounce: useService('debounceInput'), getValue: props.get, setValue: props.set });

const TextField = component(TextFieldEntry);
const TextArea = component(TextAreaEntry);
const Select = component(SelectEntry);
const Checkbox = component(CheckboxEntry);

/** A line of text: `{id, label, get, set, description, validate}`. */
export const line = (field) => ({ ...field, component: TextField, isEdited: isTextFieldEntryEdited });

/** Several lines of text. */
export const lines = (field) => ({ rows: 2, autoResize: true, ...field, component: TextArea, isEdited: isTextAreaEntryEdited });

/** An expression. */
export const feel = (field) => lines({ monospace: true, rows: 1, ...field });

/** One of a list, `options: [{value, label}]` or groups `{label, children}`. A value that is not in the list is shown too. */
export const choice = ({ options, ...field }) => ({
  ...field,
  getOptions: () => withCurrent(options(), field.get()),
  component: Select,
  isEdited: isSelectEntryEdited,
});

export const check = (field) => ({ ...field, component: Checkbox, isEdited: isCheckboxEntryEdited });

/** A value of a type: a constant in a field of its kind, or an expression. */
export const value = (field) => ({ ...field, component: ValueField, isEdited: isValueEdited });

export const group = (id, label, entries, shouldOpen = false) => ({ id, label, entries: entries.filter(Boolean), shouldOpen });

/** A list to which one adds: `items: [{id, label, entries, remove}]`. */
export const list = (id, label, items, add) => ({ id, label, items, add, component: ListGroup });

function withCurrent(options, current) {
  const known = options.flatMap(({ value: own, children }) => children?.map((child) => child.value) ?? [own]);
  return !current || known.includes(current) ? options : [...options, { value: current, label: current }];
}
