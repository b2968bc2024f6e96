// Calls of the server. A refusal is an exception with what the server says in words.

import { t } from './words.js';

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.problem = problem;
  }
}

const meta = document.querySelector('meta[name="csrf-token"]');

/** Ask the server; return its JSON, null for an empty answer. */
export async function call(method, url, body, options = {}) {
  try {
    return await ask(method, url, body, options);
  } catch (error) {
    if (error.problem?.code !== 'csrf') throw error;
    await renewToken(); // whoever logged in again in another tab has a new one
    return ask(method, url, body, options);
  }
}

async function ask(method, url, body, { key, signal }) {
  const headers = { Accept: 'application/json', 'X-CSRFToken': meta.content };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  const answer = await reach(url, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  const json = /json/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : null;
  if (answer.status === 401) throw new Refused(401, { detail: t('登录已过期。请在另一个标签页登录，再回来保存；这里的修改都还在。') });
  if (answer.status === 503) throw new Refused(503, { ...json, detail: t('系统正忙，请稍候再试；这里的修改都还在。') });
  if (!answer.ok) throw new Refused(answer.status, json ?? {});
  return json;
}

/** The status of a call that did not get to the server. */
export const AWAY = 0;

async function reach(url, request) {
  try {
    return await fetch(url, request);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refused(AWAY, { detail: t('连不上服务器。这里的修改都还在，连上后自动保存。') });
  }
}

async function renewToken() {
  const page = new DOMParser().parseFromString(await (await fetch(window.location.href)).text(), 'text/html');
  meta.content = page.querySelector('meta[name="csrf-token"]').content;
}

/** A key for an act that must happen once, however often it is sent. */
export function newKey() {
  // randomUUID exists on encrypted pages only
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
