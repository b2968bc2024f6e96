// Builds the shell, the diagram viewer, the studio and every plugin's islands into web/static/dist, with a manifest that
// web/assets_manifest.py reads. Entries are named `shell`, `viewer`, `compare`, `studio` and `<plugin>/<file>`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const repository = resolve(here, '../..');
const plugins = join(repository, 'plugins');

/** The islands of the core plugins: plugins/<plugin>/assets/<file>.js. */
function islands() {
  const folders = readdirSync(plugins).map((plugin) => [plugin, join(plugins, plugin, 'assets')]);
  return Object.fromEntries(
    folders
      .filter(([, folder]) => existsSync(folder))
      .flatMap(([plugin, folder]) => readdirSync(folder).map((file) => [plugin, join(folder, file)]))
      .filter(([, file]) => file.endsWith('.js'))
      .map(([plugin, file]) => [`${plugin}/${basename(file, '.js')}`, file]),
  );
}

/** Plugins have no node_modules of their own: their bare imports are resolved from here. */
const sharedPackages = {
  name: 'shared-packages',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    const isBare = /^[@a-z]/i.test(source) && !source.startsWith('/');
    if (!isBare || !importer?.startsWith(plugins + sep)) return null;
    return this.resolve(source, join(here, 'package.json'), { ...options, skipSelf: true });
  },
};

/** A gzip twin beside each text file, so that the server need not compress; about a quarter of the size. */
const gzipTwins = {
  name: 'gzip-twins',
  // from the written files: Vite still changes chunks after every plugin's generateBundle
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(js|css|svg)$/.test(file))) {
      const file = join(dir, name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

export default defineConfig({
  root: here,
  base: '/static/dist/',
  publicDir: false,
  plugins: [sharedPackages, gzipTwins],
  css: {
    preprocessorOptions: {
      scss: {
        loadPaths: [join(here, 'node_modules')],
        quietDeps: true,
        // Bootstrap 5.3 is written with @import; its next major will not be
        silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
      },
    },
  },
  build: {
    outDir: join(repository, 'web/static/dist'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2021',
    // the Content-Security-Policy allows no data: fonts
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: {
        eval: false, // htmx's, unreachable: allowEval is off and the policy forbids it
        pluginTimings: false,
      },
      input: {
        shell: join(here, 'src/shell/main.js'),
        viewer: join(here, 'src/viewer/main.js'),
        compare: join(here, 'src/viewer/compare.js'),
        studio: join(here, 'src/studio/main.js'),
        ...islands(),
      },
    },
  },
});
