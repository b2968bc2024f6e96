// A login that expired while someone typed must not cost the text: what is submitted stays in this tab's storage
// until a page of the same task has loaded again with it.

const PREFIX = 'post:';

/**
 * Forget what other pages kept: once another page than the login has opened, the submission has arrived. A page at the
 * form's own address that tells of its arrival says so by `data-arrived`.
 */
export function forgetPosts() {
  if (document.querySelector('[data-login]')) return;
  if (document.querySelector('[data-arrived]')) sessionStorage.removeItem(PREFIX + location.pathname);
  const mine = PREFIX + location.pathname;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && key !== mine) sessionStorage.removeItem(key);
  }
}

/** Keep the submitted fields in session storage; put them back when the task is opened after a new login. */
export function keepPost(form) {
  const key = PREFIX + location.pathname;
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  if (kept && form.dataset.fresh === 'true') restore(form, JSON.parse(kept));
  form.addEventListener('submit', () => {
    const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !isOurs(name));
    sessionStorage.setItem(key, JSON.stringify(pairs));
  });
}

const isOurs = (name) => ['csrf_token', 'idempotency_key', '_rows'].includes(name);

function restore(form, pairs) {
  for (const [name, value] of pairs) {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === 'radio' || control.type === 'checkbox') control.checked ||= control.value === value;
      else if (!control.value) control.value = value;
    }
  }
}
