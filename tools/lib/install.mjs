import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** Somebody ran `npm ci` by hand, with the build tools, after the lock file last changed. */
function installedByHand() {
  const state = statSync(NPM_STATE, { throwIfNoEntry: false });
  return (
    state !== undefined && state.mtimeMs >= statSync(LOCK).mtimeMs && existsSync(bin('nx')) && existsSync(bin('jest'))
  );
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
  if (existsSync(STAMP) || !installedByHand()) {
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
