// A file as text: line numbers, tabs that indent, and a way to a line.

export class TextEditor {
  constructor(host, name, files, { readonly, label }) {
    this.files = files;
    this.name = name;
    this.numbers = document.createElement('pre');
    this.numbers.className = 'text-numbers';
    this.numbers.setAttribute('aria-hidden', 'true');
    this.area = document.createElement('textarea');
    Object.assign(this.area, { className: 'text-area', spellcheck: false, wrap: 'off', readOnly: readonly, value: files.text(name) ?? '' });
    this.area.setAttribute('aria-label', label);
    host.classList.add('text-editor');
    host.append(this.numbers, this.area);
    this.area.addEventListener('input', () => this.#typed());
    this.area.addEventListener('scroll', () => { this.numbers.scrollTop = this.area.scrollTop; });
    this.#number();
  }

  #typed() {
    this.#number();
    this.files.set(this.name, this.area.value);
  }

  #number() {
    const count = this.area.value.split('\n').length;
    if (count !== this.count) this.numbers.textContent = Array.from({ length: count }, (_, index) => index + 1).join('\n');
    this.count = count;
  }

  /** Put the caret at the beginning of a line, counted from 1, and select the line. */
  goTo(line) {
    const lines = this.area.value.split('\n');
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    this.area.focus();
    this.area.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
    const height = parseFloat(getComputedStyle(this.area).lineHeight);
    this.area.scrollTop = Math.max(0, (line - 4) * height);
  }

  shown() {
    this.area.focus({ preventScroll: true });
  }
}
