// Saves a draft by itself a few seconds after the last change, and says so.

const PAUSE = 3000;

/** Watch a form with data-draft-url and save what is typed. */
export function guardDrafts(form) {
  const url = form.dataset.draftUrl;
  if (!url) return;
  const state = form.querySelector('[data-draft-state]');
  let timer = 0;
  let stopped = false;
  const say = (key) => { if (state) state.textContent = state.dataset[key] ?? ''; };

  async function save() {
    if (stopped) return;
    say('saving');
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body: new FormData(form),
        headers: { Accept: 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
      });
      say(answer.ok ? 'saved' : 'failed');
    } catch {
      say('failed');
    }
  }

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener('submit', () => {
    stopped = true;
    clearTimeout(timer);
  });
}
