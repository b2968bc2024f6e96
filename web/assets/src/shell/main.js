// What every page loads: styles, htmx, and small improvements of forms. Pages work without it.
import './shell.scss';
import 'htmx.org';
import { guardDrafts } from './draft.js';
import { enhanceRows } from './rows.js';
import { focusErrors } from './errors.js';
import { sendFiles } from './files.js';
import { hideFields } from './conditions.js';
import { forgetPosts, keepPost } from './keep.js';

document.documentElement.classList.add('js');
focusErrors(document);
forgetPosts();
for (const form of document.querySelectorAll('form[data-task-form]')) {
  sendFiles(form); // first: what it takes is not for the others
  enhanceRows(form);
  hideFields(form);
  keepPost(form);
  guardDrafts(form);
}
