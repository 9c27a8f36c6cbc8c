import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Interrupted, interruption } from '../lib/interruption.mjs';
import { CACHE, ROOT } from '../lib/paths.mjs';
import { killTree } from '../lib/process-tree.mjs';
import { countsOf, survivorsOf } from './score.mjs';
import { specsOf } from './specs.mjs';

const DIRECTORY = join(CACHE, 'mutants');
const ONE_FILE = join(ROOT, 'tools/mutants/one-file.mjs');
/** The file that is being tried at the deadline may go on for so long: what is cut off begins anew next time. */
const GRACE_MS = 240_000;

/**
 * One file after the other, each in a process of its own: what hangs there is ended there.
 * @returns the reports of the files that were tried whole, and the names of those that were not.
 */
export async function runGroup(name, { room, files }, { minutes, workers, only }) {
  process.stdout.write(`${name}\n`);
  mkdirSync(DIRECTORY, { recursive: true });
  const deadline = Date.now() + minutes * 60_000;
  const done = [];
  const left = [];
  for (const entry of files.map((file) => (typeof file === 'string' ? { file } : file))) {
    const path = join(room, entry.file);
    if (!path.includes(only)) continue;
    const specs = specsOf(room, entry);
    // Without a spec Jest would run all of the room's.
    const report =
      specs.length > 0 && Date.now() < deadline ? await tryFile({ room, path, specs, workers }, deadline) : null;
    if (report) done.push({ path, report });
    else left.push(path);
    tell(path, report);
  }
  return { files: done, left };
}

function tell(path, report) {
  if (!report) return void process.stdout.write(`  ${path}: not finished\n`);
  const { killed, survived, accepted } = countsOf(path, report);
  process.stdout.write(`  ${path}: ${killed} killed, ${survived} survived, ${accepted} of them accepted\n`);
  for (const { line, text, to, isAccepted, isRun } of survivorsOf(path, report)) {
    if (!isAccepted) process.stdout.write(`    ${line}: ${text}  →  ${to}${isRun ? '' : '  (no test runs it)'}\n`);
  }
}

/** @returns the report, or null when the run failed or was not over soon after the deadline. */
async function tryFile({ room, path, specs, workers }, deadline) {
  const kept = join(DIRECTORY, `${path.replaceAll('/', '-')}.json`);
  const sandbox = join(DIRECTORY, `sandbox-${process.pid}`);
  const child = spawn(process.execPath, [ONE_FILE, JSON.stringify({ room, path, specs, kept, sandbox, workers })], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => killTree(child.pid, 'SIGKILL');
  interruption.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, deadline - Date.now() + GRACE_MS);
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (told += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  interruption.removeEventListener('abort', end);
  rmSync(sandbox, { recursive: true, force: true });
  if (interruption.aborted) throw new Interrupted(interruption.reason);
  if (code === 0 && existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')).files[path] ?? null;
  process.stdout.write(told.replaceAll(/^(?=.)/gm, '    '));
  return null;
}
