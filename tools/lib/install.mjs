import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, bin } from './paths.mjs';
import { step } from './step.mjs';

const STAMP = join(ROOT, 'node_modules/.granary-install');
const LOCK = join(ROOT, 'package-lock.json');
/** npm writes it as the last act of a whole installation. */
const NPM_STATE = join(ROOT, 'node_modules/.package-lock.json');

/** Changes with what has to be installed: the lock file, and the platform that binaries are chosen for. */
function wanted() {
  const lock = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  return `${lock} ${process.platform}-${process.arch}`;
}

/**
 * Whether node_modules already holds what the lock file asks for, say because somebody ran `npm ci` by hand. Judged by
 * what npm says it installed and not by file times: a new checkout of the same lock file is no reason to remove a
 * node_modules that other processes may be running from.
 */
function isInstalledAsLocked() {
  if (!existsSync(NPM_STATE) || !existsSync(bin('nx')) || !existsSync(bin('jest'))) return false;
  const { packages: installed } = JSON.parse(readFileSync(NPM_STATE, 'utf8'));
  const { packages: locked } = JSON.parse(readFileSync(LOCK, 'utf8'));
  return Object.entries(locked).every(([at, wanted]) => {
    if (at === '' || wanted.link) return true;
    return installed[at] === undefined ? wanted.optional === true : installed[at].version === wanted.version;
  });
}

export function isInstalled() {
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null;
  return stamp === wanted() && existsSync(NPM_STATE);
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

/** Installs the dependencies that package-lock.json names, if that has not been done yet. Call under the clone's lock. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  if (!isInstalledAsLocked()) {
    rmSync(STAMP, { force: true });
    const { command, before } = npm();
    await step({
      title: 'Installing dependencies (about a minute, only once)',
      name: 'install',
      command,
      // A production environment would leave the build tools out.
      args: [...before, 'ci', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline'],
    });
  }
  linkAdminCli();
  writeFileSync(STAMP, wanted());
}
