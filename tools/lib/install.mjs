import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, bin } from './paths.mjs';
import { step } from './step.mjs';

const STAMP = join(ROOT, 'node_modules/.granary-install');
const LOCK = join(ROOT, 'package-lock.json');
/** npm writes it as the last act of a whole installation. */
const NPM_STATE = join(ROOT, 'node_modules/.package-lock.json');

/** What a start needs is in `dependencies`, the tools of tests and lint are in `devDependencies`: more than half of all. */
const LEVELS = ['start', 'tests'];

/** Changes with what has to be installed: the lock file, the platform that binaries are chosen for, the level. */
function wanted(level) {
  const lock = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  return `${lock} ${process.platform}-${process.arch} ${level}`;
}

/**
 * Whether node_modules already holds what the lock file asks for, say because somebody ran `npm ci` by hand. Judged by
 * what npm says it installed and not by file times: a new checkout of the same lock file is no reason to remove a
 * node_modules that other processes may be running from.
 */
function isInstalledAsLocked(level) {
  if (!existsSync(NPM_STATE) || !existsSync(bin(level === 'tests' ? 'jest' : 'next'))) return false;
  const { packages: installed } = JSON.parse(readFileSync(NPM_STATE, 'utf8'));
  const { packages: locked } = JSON.parse(readFileSync(LOCK, 'utf8'));
  return Object.entries(locked).every(([at, { link, dev, devOptional, optional, version }]) => {
    if (at === '' || link || (level === 'start' && (dev || devOptional))) return true;
    return installed[at] === undefined ? optional === true || devOptional === true : installed[at].version === version;
  });
}

/** @param level what is needed at least. */
export function isInstalled(level) {
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null;
  const enough = LEVELS.slice(LEVELS.indexOf(level));
  return enough.some((each) => stamp === wanted(each)) && existsSync(NPM_STATE);
}

/** npm started us, or it stands beside Node on PATH. */
function npm() {
  const cli = process.env.npm_execpath;
  const started = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli) && existsSync(cli);
  return started ? { command: process.execPath, before: [cli] } : { command: 'npm', before: [] };
}

/** `npx granary` finds this at once, where it would otherwise make a project of its own for it. */
function linkAdminCli() {
  const tool = join(ROOT, 'tools/granary.mjs');
  if (!existsSync(tool)) return;
  chmodSync(tool, 0o755);
  rmSync(bin('granary'), { force: true });
  symlinkSync('../../tools/granary.mjs', bin('granary'));
}

/**
 * What npm is asked. The tools of tests are added to what is there, from which a hub may be running: `npm ci` would
 * remove that first.
 */
function installation(level) {
  // A production environment would leave the development dependencies out.
  if (level === 'start') return ['ci', '--omit=dev'];
  return isInstalledAsLocked('start') ? ['install', '--no-save', '--include=dev'] : ['ci', '--include=dev'];
}

async function install(level) {
  const { command, before } = npm();
  rmSync(STAMP, { force: true });
  await step({
    title: `Installing ${level === 'start' ? 'what a hub needs' : 'the tools of tests'} (about a minute, only once)`,
    name: 'install',
    command,
    args: [...before, ...installation(level), '--no-audit', '--no-fund', '--prefer-offline'],
  });
}

async function ensureLevel(level) {
  if (isInstalled(level)) return;
  if (!isInstalledAsLocked(level)) await install(level);
  linkAdminCli();
  writeFileSync(STAMP, wanted(isInstalledAsLocked('tests') ? 'tests' : level));
}

/** Installs what a hub is built from and runs with, as package-lock.json names it. Call under the clone's lock. */
export const ensureInstalled = () => ensureLevel('start');

/** The same, and what tests and lint need. */
export const ensureTestsInstalled = () => ensureLevel('tests');
