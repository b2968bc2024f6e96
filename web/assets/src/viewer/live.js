// Following an instance: the progress and the history are asked for every few seconds while somebody looks, and put
// into the page when something is new. What somebody is typing there stays.
const LONGEST = 30_000;

export function follow() {
  const host = document.getElementById('progress');
  if (!host) return;
  let timer = 0;
  let failures = 0;

  const state = () => host.firstElementChild?.dataset ?? {};
  const schedule = () => {
    clearTimeout(timer);
    if (state().live !== 'true' || document.visibilityState !== 'visible') return;
    timer = setTimeout(look, Math.min(Number(state().every) * 1000 * 2 ** failures, LONGEST));
  };

  async function look() {
    try {
      const headers = { 'If-None-Match': `"${state().newer}"`, 'HX-Request': 'true' };
      const answer = await fetch(host.dataset.url, { headers, credentials: 'same-origin' });
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) return stop();
      if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
      if (answer.status === 200) put(host, await answer.text());
      failures = 0;
    } catch {
      failures += 1;
      if (failures > 8) return stop();
    }
    schedule();
  }

  function stop() {
    document.getElementById('live-stopped')?.removeAttribute('hidden');
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible' && state().live === 'true') look();
  });
  schedule();
}

function put(host, text) {
  const parsed = new DOMParser().parseFromString(text, 'text/html');
  const history = parsed.getElementById('history');
  const kept = keep(host);
  host.replaceChildren(parsed.body.firstElementChild);
  document.getElementById('history')?.replaceWith(history);
  restore(host, kept);
  document.dispatchEvent(new Event('progress:changed'));
}

/** Remember which forms are open, what is typed in them, and where the cursor is. */
function keep(host) {
  const fields = [...host.querySelectorAll('textarea[id], input[id]:not([type=hidden])')];
  return {
    open: [...host.querySelectorAll('details[open][id]')].map((details) => details.id),
    values: fields.map((field) => [field.id, field.value]),
    active: host.contains(document.activeElement) ? document.activeElement.id : '',
  };
}

function restore(host, { open, values, active }) {
  const find = (id) => (id ? host.querySelector(`#${CSS.escape(id)}`) : null);
  open.forEach((id) => find(id)?.setAttribute('open', ''));
  values.forEach(([id, value]) => {
    const field = find(id);
    if (field) field.value = value;
  });
  find(active)?.focus();
}
