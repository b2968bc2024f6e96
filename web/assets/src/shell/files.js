// Files of a form: sent one by one as they are chosen, with a preview, progress, and a button that takes one away.
// Without this script the same input sends them with the form.

const SIDE = 160;
let underway = 0;

/** Send the files of a form's file fields as they are chosen. */
export function sendFiles(form) {
  form.addEventListener('change', (event) => {
    const field = event.target.type === 'file' && event.target.closest('[data-upload]');
    if (field) take(form, field, event.target);
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-file-remove]');
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = button.closest('[data-files]');
    button.closest('[data-file]').remove();
    field.querySelector('input[type="file"]').focus();
    changed(form);
  });
  form.addEventListener('submit', (event) => {
    if (!underway) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = form.querySelector('[data-file].sending')?.closest('[data-files]');
    if (field) say(field, field.dataset.busy);
  });
}

async function take(form, field, input) {
  const chosen = [...input.files];
  input.value = ''; // a draft that is saved meanwhile must not send them a second time
  say(field, '');
  const room = Number(field.dataset.most) - field.querySelectorAll('[data-file]').length;
  if (chosen.length > room) say(field, field.dataset.full);
  for (const file of chosen.slice(0, Math.max(room, 0))) await send(form, field, file);
}

async function send(form, field, file) {
  const item = row(field, file);
  underway += 1;
  try {
    const kept = await post(field, file, form.elements.csrf_token.value, item.querySelector('progress'));
    item.querySelector('progress').remove();
    item.classList.remove('sending');
    item.prepend(hidden(field, kept.id));
    item.querySelector('span').textContent = kept.name;
  } catch (error) {
    item.remove();
    say(field, error.message || field.dataset.failed);
  } finally {
    underway -= 1;
    changed(form);
  }
}

function post(field, file, token, progress) {
  return new Promise((done, fail) => {
    const call = new XMLHttpRequest(); // fetch does not tell how far it has come
    call.open('POST', field.dataset.upload);
    call.setRequestHeader('X-CSRFToken', token);
    call.setRequestHeader('Accept', 'application/json');
    call.responseType = 'json';
    call.upload.onprogress = (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; };
    call.onerror = () => fail(new Error(field.dataset.failed));
    call.onload = () => {
      if (call.status === 200) return done(call.response.files[0]);
      const said = Object.values(call.response?.errors ?? {}).flat().join(' ');
      return fail(new Error(said || call.response?.detail || field.dataset.failed));
    };
    const body = new FormData();
    body.append(field.dataset.files, file);
    call.send(body);
  });
}

function row(field, file) {
  const item = document.createElement('li');
  item.dataset.file = '';
  item.className = 'sending';
  const name = document.createElement('span');
  name.textContent = file.name;
  const progress = document.createElement('progress');
  progress.max = 1;
  progress.setAttribute('aria-label', field.dataset.working);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn btn-sm btn-outline-danger';
  button.dataset.fileRemove = '';
  button.textContent = field.dataset.remove;
  item.append(name, progress, button);
  field.querySelector('[data-file-list]').append(item);
  preview(file).then((picture) => { if (picture) item.prepend(picture); });
  return item;
}

async function preview(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const scale = SIDE / Math.max(bitmap.width, bitmap.height, SIDE);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, bitmap.width * scale);
  canvas.height = Math.max(1, bitmap.height * scale);
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

function hidden(field, id) {
  const input = document.createElement('input');
  input.type = 'hidden';
  input.name = field.dataset.files;
  input.value = id;
  return input;
}

const say = (field, text) => { field.querySelector('[data-file-errors]').textContent = text; };
const changed = (form) => form.dispatchEvent(new Event('input', { bubbles: true }));
