// Calls of the server. A refusal is an exception with what the server says in words.

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.problem = problem;
  }
}

const token = () => document.querySelector('meta[name="csrf-token"]').content;

/** Ask the server; return its JSON, null for an empty answer. */
export async function call(method, url, body, { key, signal } = {}) {
  const headers = { Accept: 'application/json', 'X-CSRFToken': token() };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  const answer = await fetch(url, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  const json = /json/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : null;
  if (!answer.ok) throw new Refused(answer.status, json ?? {});
  return json;
}

/** A key for an act that must happen once, however often it is sent. */
export function newKey() {
  // randomUUID exists on encrypted pages only
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
