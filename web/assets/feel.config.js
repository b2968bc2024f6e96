// Builds engine/feel/dist/feelin.js: feelin (pinned) and our entry in one script that V8 runs without modules.
//
// feelin parses an expression anew at each evaluation and keeps the parts that would let one cache it to itself.
// So its module is given more exports while it is bundled; a release that renames one of them fails the build.
import { defineConfig } from 'vite';

const INTERNALS = [
  'evalNode', 'InterpreterContext', 'lintError', 'builtins', 'getBuiltin', 'isContext', 'compareValue', 'equals',
  'cmp', 'createRange', 'getFromContext', 'getType', 'isInvocationFailure', 'wrapFunction'
];

function openFeelin() {
  return {
    name: 'open-feelin',
    transform(code, id) {
      if (!id.endsWith('/node_modules/feelin/dist/index.js')) return null;
      const missing = INTERNALS.filter(name => !new RegExp(`^(function|class|const) ${name}\\b`, 'm').test(code));
      if (missing.length) this.error(`feelin has no ${missing.join(', ')}: see src/feel/compile.js`);
      return `${code}\nexport { ${INTERNALS.join(', ')} };\n`;
    }
  };
}

export default defineConfig({
  plugins: [openFeelin()],
  publicDir: false,
  build: {
    outDir: '../../engine/feel/dist',
    emptyOutDir: true,
    // feelin reads the parameter names of its functions from their source
    minify: false,
    target: 'esnext',
    lib: { entry: 'src/feel/main.js', formats: ['iife'], name: 'onegridFeel', fileName: () => 'feelin.js' }
  }
});
