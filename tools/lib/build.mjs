import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_ENTRY, CACHE, ROOT, SERVER_STAMP, WEB_BUILD_ID, bin } from './paths.mjs';
import { checkBeside, requireSuccess } from './step.mjs';

const CONFIGS = ['package-lock.json', 'tsconfig.base.json'];
const NOT_SOURCES = /^(node_modules|\.next|dist|coverage|next-env\.d\.ts)$|\.spec\.tsx?$|\.tsbuildinfo$/;
const SERVER_APPS = ['api', 'worker', 'admin-cli', 'ssh-gate', 'lfs-agent'].map((app) => `apps/${app}/src`);

const remove = (name) => rmSync(join(ROOT, name), { recursive: true, force: true });

/** What is built apart, so that a change of one does not build the other: what it is made from, and how. */
const PARTS = [
  {
    title: 'Building the server',
    name: 'build-server',
    sources: [
      ...SERVER_APPS,
      'libs',
      '.swcrc',
      'tools/bundle.mjs',
      'tools/lib/bundle.mjs',
      'tools/lib/launch.cjs',
      ...CONFIGS,
    ],
    stamp: SERVER_STAMP,
    proof: API_ENTRY,
    // Beside its place: a hub may be running from what was built before.
    begin: () => remove('dist.new'),
    finish: () => {
      remove('dist');
      renameSync(join(ROOT, 'dist.new'), join(ROOT, 'dist'));
    },
    // As the target `build` of apps/api, without Nx, which a hub does not need.
    steps: [
      [
        bin('swc'),
        ...SERVER_APPS,
        'libs',
        ...['-d', 'dist.new', '--config-file', '.swcrc', '--ignore', '**/*.spec.ts,**/jest.config.js', '--quiet'],
      ],
      ['tools/bundle.mjs', 'dist.new'],
    ],
  },
  {
    title: 'Building the pages',
    name: 'build-pages',
    // They import nothing else of ours.
    sources: ['apps/web', 'libs/api-contract', ...CONFIGS],
    stamp: join(CACHE, 'build-pages.stamp'),
    proof: WEB_BUILD_ID,
    begin: () => undefined,
    finish: () => undefined,
    steps: [[bin('next'), 'build', 'apps/web']],
  },
];

function* sourcesIn(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) return yield `${path} ${found.size} ${found.mtimeMs}`;
  for (const name of readdirSync(path).sort()) if (!NOT_SOURCES.test(name)) yield* sourcesIn(join(path, name));
}

/** Changes whenever a source file appears, vanishes or is written. Milliseconds where Nx's own hashing takes seconds. */
export function fingerprintOf(sources, root = ROOT) {
  const hash = createHash('sha256');
  for (const start of sources) for (const line of sourcesIn(join(root, start))) hash.update(`${line}\n`);
  return hash.digest('hex');
}

const isFresh = ({ stamp, proof, sources }) =>
  existsSync(stamp) && existsSync(proof) && readFileSync(stamp, 'utf8') === fingerprintOf(sources);

export const isBuilt = () => PARTS.every(isFresh);

/** Of everything that a hub is built from. */
export const sourceFingerprint = () => fingerprintOf(PARTS.flatMap(({ sources }) => sources));

/** The environment of every Nx run: no daemon left behind, nothing sent anywhere, no terminal interface. */
export function nxEnvironment(extra = {}) {
  return {
    ...process.env,
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
    NX_INTERACTIVE: 'false',
    NEXT_TELEMETRY_DISABLED: '1',
    ...extra,
  };
}

const BUILD_ENVIRONMENT = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };

const commandsOf = ({ title, name, steps }) =>
  steps.map((args, at) => ({
    title,
    name: at === 0 ? name : `${name}-${at + 1}`,
    command: process.execPath,
    args,
    env: BUILD_ENVIRONMENT,
  }));

/** Builds the server and the pages, each if a source of it changed since the last time. Call under the clone's lock. */
export async function ensureBuilt() {
  const stale = PARTS.filter((part) => !isFresh(part));
  if (stale.length === 0) return;
  const before = stale.map(({ sources }) => fingerprintOf(sources));
  for (const { begin } of stale) begin();
  const results = await checkBeside(
    'Building (under a minute; later starts only build what changed)',
    stale.map(commandsOf),
  );
  mkdirSync(CACHE, { recursive: true });
  for (const [at, { title, stamp, finish }] of stale.entries()) {
    rmSync(stamp, { force: true });
    if (results.some((each) => each.title === title && !each.ok)) continue;
    finish();
    writeFileSync(stamp, before[at]);
  }
  for (const result of results) requireSuccess(result);
}
