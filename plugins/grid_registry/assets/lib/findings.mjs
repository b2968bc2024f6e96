// Shows what the server says of the plan at its places: verdicts, required reasons, findings. Texts come from the server.
import { nearest } from './plan.mjs';

const at = (root, attribute, path) => root.querySelector(`[${attribute}="${CSS.escape(path)}"]`);

/** Put an answer of POST /grids/preview into the editor. */
export function showPreview(root, answer) {
  showVerdicts(root, answer.grids);
  showRequired(root, answer.grids);
  showFindings(root, answer.findings);
  root.querySelector('[data-summary]').textContent = answer.summary;
}

function showVerdicts(root, grids) {
  for (const holder of root.querySelectorAll('[data-result]')) holder.replaceChildren();
  for (const grid of grids) {
    const path = nearest(grid.field, (candidate) => at(root, 'data-result', candidate));
    if (path) at(root, 'data-result', path).append(...pieceOf(grid.html));
  }
}

/** The nodes of a piece of page that the server rendered and escaped. */
export function pieceOf(html) {
  return [...new DOMParser().parseFromString(html, 'text/html').body.childNodes];
}

function showRequired(root, grids) {
  const required = new Set(grids.filter((grid) => grid.required).map((grid) => nearest(grid.field, (path) => at(root, 'data-justification', path))));
  for (const field of root.querySelectorAll('[data-justification]')) {
    const text = field.querySelector('textarea');
    const needed = required.has(field.dataset.justification);
    field.querySelector('[data-required]').hidden = !needed;
    text.setAttribute('aria-required', String(needed));
    field.hidden = !needed && !text.value && text !== document.activeElement && !field.querySelector('.problems li:not(.live)');
  }
}

function showFindings(root, findings) {
  for (const list of root.querySelectorAll('[data-problems]')) for (const old of list.querySelectorAll('.live')) old.remove();
  for (const finding of findings) {
    const path = nearest(finding.field, (candidate) => at(root, 'data-problems', candidate));
    const list = path && at(root, 'data-problems', path);
    if (!list || [...list.children].some((item) => item.textContent === finding.message)) continue;
    const item = document.createElement('li');
    item.className = `live ${finding.severity}`;
    item.textContent = finding.message;
    list.append(item);
  }
  for (const list of root.querySelectorAll('[data-problems]')) list.hidden = !list.children.length;
}

/** Take away what the server said of a field that has since been edited. */
export function forgetProblems(root, name) {
  const path = nearest(name, (candidate) => at(root, 'data-problems', candidate));
  const list = path && at(root, 'data-problems', path);
  if (!list) return;
  for (const old of list.querySelectorAll('li:not(.live)')) old.remove();
  list.hidden = !list.children.length;
}
