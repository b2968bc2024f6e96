// The studio in the reader's language. The library's texts are English and have a Chinese dictionary; ours are Chinese and
// have an English one. One function for both, and a list of what neither has, which a test reads.
import community from 'bpmn-js-i18n/translations/zn.js';
import { chinese } from './words.zh.js';
import { english } from './words.en.js';

const OURS = /[\u4e00-\u9fff]/;
export const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
const dictionary = language === 'zh' ? { ...community, ...chinese } : english;

export const missing = new Set();

/** Return a text in the reader's language, `{name}` replaced. */
export function t(text, replacements = {}) {
  const translated = dictionary[text];
  const said = text.replace(/{\w+}/g, '');
  if (translated === undefined && /\p{L}/u.test(said) && OURS.test(text) === (language !== 'zh')) missing.add(text);
  return (translated ?? text).replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
}

export const wordsModule = { translate: ['value', t] };

/** A moment as people write it, short. */
export const moment = (iso) => new Date(iso).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' });
