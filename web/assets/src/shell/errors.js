// The error summary takes the focus, so that a screen reader reads it first; its links focus the fields.

/** Focus the summary and let its links land in the field itself. */
export function focusErrors(root) {
  const summary = root.querySelector('[data-error-summary]');
  if (!summary) return;
  summary.focus();
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    const control = target.matches('input, select, textarea, button') ? target : target.querySelector('input, select, textarea, button');
    (control ?? target).scrollIntoView({ block: 'center' });
    (control ?? target).focus({ preventScroll: true });
  });
}
