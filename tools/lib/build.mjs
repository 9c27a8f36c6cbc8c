import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_ENTRY, CACHE, ROOT, WEB_BUILD_ID, bin } from './paths.mjs';
import { checkBeside, requireSuccess } from './step.mjs';

const STAMP = join(CACHE, 'build.stamp');
const ROOMS = ['apps', 'libs'];
const CONFIGS = ['package-lock.json', 'tsconfig.base.json', '.swcrc', 'nx.json'];
const NOT_SOURCES = /^(node_modules|\.next|dist|coverage|next-env\.d\.ts)$|\.spec\.tsx?$|\.tsbuildinfo$/;

function* sources(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) return yield `${path} ${found.size} ${found.mtimeMs}`;
  for (const name of readdirSync(path).sort()) if (!NOT_SOURCES.test(name)) yield* sources(join(path, name));
}

/** Changes whenever a source file appears, vanishes or is written. Milliseconds where Nx's own hashing takes seconds. */
export function sourceFingerprint() {
  const hash = createHash('sha256');
  for (const start of [...ROOMS, ...CONFIGS]) for (const line of sources(join(ROOT, start))) hash.update(`${line}\n`);
  return hash.digest('hex');
}

export function isBuilt() {
  return (
    existsSync(STAMP) &&
    existsSync(API_ENTRY) &&
    existsSync(WEB_BUILD_ID) &&
    readFileSync(STAMP, 'utf8') === sourceFingerprint()
  );
}

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

const building = (title, name, args) => ({
  title,
  name,
  command: process.execPath,
  args,
  env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
});

const SERVER_ROOMS = ['api', 'worker', 'admin-cli', 'ssh-gate', 'lfs-agent'].map((room) => `apps/${room}/src`);
/** As the target `build` of apps/api and apps/web, without Nx, which a hub does not need. */
const SERVER = building('Building the server', 'build-server', [
  bin('swc'),
  ...SERVER_ROOMS,
  'libs',
  ...['-d', 'dist', '--config-file', '.swcrc', '--ignore', '**/*.spec.ts,**/jest.config.js', '--quiet'],
]);
const PAGES = building('Building the pages', 'build-pages', [bin('next'), 'build', 'apps/web']);

/** Builds the server and the web pages if a source changed since the last time. Call under the clone's lock. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  const before = sourceFingerprint();
  rmSync(STAMP, { force: true });
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  const results = await checkBeside('Building (under a minute, only after a change)', [[SERVER], [PAGES]]);
  for (const result of results) requireSuccess(result);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(STAMP, before);
}
