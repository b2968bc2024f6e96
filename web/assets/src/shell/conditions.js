// Fields with a condition: the server evaluates it (one authority, no expression runs in the browser), this hides them.

const PAUSE = 150;

/** Hide the fields that the server says are hidden, at load and after each change. */
export function hideFields(form) {
  const fields = [...form.querySelectorAll('[data-conditional]')];
  if (!fields.length) return;
  let timer = 0;
  let asked = 0;
  const apply = (hidden) => {
    for (const field of form.querySelectorAll('[data-conditional]')) field.hidden = hidden.includes(field.dataset.field);
  };
  apply(fields.filter((field) => field.dataset.conditional === 'hidden').map((field) => field.dataset.field));

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++asked;
      const answer = await fetch(form.dataset.hiddenUrl, {
        method: 'POST',
        body: new FormData(form),
        headers: { Accept: 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
      }).catch(() => null);
      if (answer?.ok && turn === asked) apply((await answer.json()).hidden);
    }, PAUSE);
  });
}
