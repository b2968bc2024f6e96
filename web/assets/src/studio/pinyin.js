// The first letters of Chinese words as one types them to search: 城管 is cg.

/** The first character in the order of pronunciation for each letter; no syllable begins with i, u or v. */
const FIRST = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨它穵夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
const order = new Intl.Collator('zh-Hans-u-co-pinyin');
const CHINESE = /[\u4e00-\u9fff]/;

/** Return the first letters of the characters of a text; what is not Chinese stays. */
export function initials(text) {
  return [...text].map((character) => (CHINESE.test(character) ? letter(character) : character)).join('').toLowerCase();
}

function letter(character) {
  let found = '';
  for (const [index, first] of [...FIRST].entries()) if (order.compare(character, first) >= 0) found = LETTERS[index];
  return found;
}
