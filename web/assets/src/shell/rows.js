// Lists of rows: adding and removing without a round trip. Without this script the same buttons ask the server.

const ROW = ':scope > [data-row]';

/** Turn the add and remove buttons of a form's lists into local ones. */
export function enhanceRows(form) {
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[name="_rows"]');
    if (!button) return;
    event.preventDefault();
    const list = button.closest('[data-rows]');
    if (button.value.startsWith('add:')) add(list);
    else remove(list, button.closest('[data-row]'));
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function add(list) {
  const holder = list.querySelector(':scope > [data-row-list]');
  const template = list.querySelector(':scope > template');
  const row = template.content.firstElementChild.cloneNode(true);
  const index = holder.querySelectorAll(ROW).length;
  rename(row, list.dataset.rows, template.dataset.index, index);
  holder.append(row);
  row.querySelector('input, select, textarea')?.focus();
}

function remove(list, row) {
  const holder = row.parentElement;
  const gone = [...holder.querySelectorAll(ROW)].indexOf(row);
  row.remove();
  holder.querySelectorAll(ROW).forEach((other, index) => {
    if (index >= gone) rename(other, list.dataset.rows, String(index + 1), index);
  });
  (holder.querySelectorAll(ROW)[gone] ?? list).querySelector('input, select, textarea, button')?.focus();
}

/** Change the index in every name, id and reference below `path`: rows.3.name becomes rows.2.name. */
function rename(row, path, from, to) {
  const old = `${path}.${from}`;
  const now = `${path}.${to}`;
  const nodes = [row, ...row.querySelectorAll('*')];
  for (const template of row.querySelectorAll('template')) nodes.push(...template.content.querySelectorAll('*'));
  for (const node of nodes) {
    for (const attribute of ['name', 'id', 'for', 'value', 'aria-describedby', 'aria-labelledby', 'data-rows', 'data-field', 'data-files']) {
      const value = node.getAttribute(attribute);
      const isText = attribute === 'value' && node.getAttribute('name') !== '_rows';
      if (value && !isText) node.setAttribute(attribute, replace(value, old, now));
    }
  }
  const number = row.querySelector('[data-row-number]');
  if (number) number.textContent = String(to + 1);
}

function replace(text, old, now) {
  return text.split(' ').map((part) => {
    const at = part.indexOf(old);
    const after = at < 0 ? '' : part.slice(at + old.length);
    return at < 0 || (after && !/^[.-]/.test(after)) ? part : part.slice(0, at) + now + after;
  }).join(' ');
}
