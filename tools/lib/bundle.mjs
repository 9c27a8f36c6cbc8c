import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * The files that are made, by name. `starts` are the modules that a process or a thread begins with; `holds`, what they
 * are made of without what begins: it is loaded once after the build, so that V8 has compiled it.
 */
export const BUNDLES = {
  programs: {
    starts: ['apps/api/src/main.js', 'apps/worker/src/main.js', 'apps/admin-cli/src/main.js'],
    holds: ['apps/api/src/hub.js', 'apps/admin-cli/src/cli.js', 'apps/admin-cli/src/open-hub.js'],
  },
  threads: {
    starts: ['apps/api/src/pages/page-program.js', 'libs/render/src/pool/render-worker.js'],
    holds: ['apps/api/src/pages/page-exchange.js', 'libs/log/src/index.js', 'libs/render/src/render.js'],
  },
};

/**
 * What stays a module of its own: what has binaries or files beside it or starts threads from its own folder, what is a
 * world of its own, and what the frameworks look for and we do not have.
 */
export const EXTERNAL = [
  '*.node',
  '@node-rs/argon2',
  'cpu-features',
  'msgpackr-extract',
  'next',
  'pg',
  'pino',
  'piscina',
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-validator',
];

const LAUNCH = join(dirname(fileURLToPath(import.meta.url)), 'launch.cjs');
/** Folders of packages are where esbuild finds them; ours are told from where the bundle stands. */
const BANNER = `const __granaryFolder = (path) => require('node:path').join(__dirname, path);
const __granaryUrl = require('node:url').pathToFileURL(__filename).href;`;

/** Our files find programs and threads beside themselves, also from within a bundle. */
const foldersOfOurs = (root) => ({
  name: 'folders-of-ours',
  setup({ onLoad }) {
    const paths = [...filesWith('__dirname', root)];
    if (paths.length === 0) return;
    const filter = new RegExp(`^(${paths.map((path) => path.replace(/[.\\]/g, '\\$&')).join('|')})$`);
    onLoad({ filter }, ({ path }) => {
      const folder = JSON.stringify(relative(root, dirname(path)));
      return { contents: readFileSync(path, 'utf8').replaceAll('__dirname', `__granaryFolder(${folder})`) };
    });
  },
});

function* filesWith(word, root) {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const path = join(entry.parentPath, entry.name);
    if (readFileSync(path, 'utf8').includes(word)) yield path;
  }
}

const load = (path) => `require('./${path}')`;

/** @returns esbuild's metafile. */
async function bundle(root, name, { starts, holds }) {
  const { metafile } = await build({
    stdin: {
      contents: [
        ...starts.map((path) => `exports['${path}'] = () => ${load(path)};`),
        `exports.holds = () => [${holds.map(load).join(', ')}];`,
      ].join('\n'),
      resolveDir: root,
    },
    outfile: join(root, `${name}.js`),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    legalComments: 'none',
    external: EXTERNAL,
    define: { 'import.meta.url': '__granaryUrl' },
    banner: { js: BANNER },
    plugins: [foldersOfOurs(root)],
    logLevel: 'warning',
    metafile: true,
  });
  return metafile;
}

/**
 * Makes the files of {@link BUNDLES} from what swc has built in `root`, and has the modules that one starts with be
 * loaded from them.
 *
 * @returns esbuild's metafile of each, by name.
 */
export async function makeBundles(root, bundles = BUNDLES) {
  const names = Object.keys(bundles);
  const metafiles = await Promise.all(names.map((name) => bundle(root, name, bundles[name])));
  copyFileSync(LAUNCH, join(root, 'launch.js'));
  for (const name of names)
    for (const path of bundles[name].starts) {
      const launch = JSON.stringify(relative(dirname(path), 'launch.js'));
      const start = `module.exports = require(${launch}).open('${name}').loads['${path}']();\n`;
      writeFileSync(join(root, path), start);
    }
  return Object.fromEntries(names.map((name, at) => [name, metafiles[at]]));
}

/** Keeps what V8 compiles of each file when it is loaded. In a process that ends: nothing of it can be unloaded. */
export function compileBundles(root, bundles = BUNDLES) {
  const { open } = createRequire(import.meta.url)(join(root, 'launch.js'));
  for (const name of Object.keys(bundles)) {
    const { script, loads } = open(name);
    loads.holds();
    writeFileSync(join(root, `${name}.compiled`), script.createCachedData());
  }
}
