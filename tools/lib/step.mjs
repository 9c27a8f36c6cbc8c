import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { stripVTControlCharacters } from 'node:util';
import { adviceFor } from './failure.mjs';
import { Interrupted, interruption } from './interruption.mjs';
import { CACHE, ROOT } from './paths.mjs';
import { killTree } from './process-tree.mjs';

const LOG_TAIL_LINES = 25;

/** A step that failed; the message is all that the user needs to read. */
export class StepFailed extends Error {}

/** Shows `title` with the seconds that it has taken so far. Standard output belongs to the command's own result. */
function showProgress(title) {
  const startedAt = performance.now();
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  const live = process.stderr.isTTY === true;
  const line = (end) => process.stderr.write(`${live ? '\r\x1b[K' : ''}${title} … ${seconds()}${end}`);
  if (!live) process.stderr.write(`${title} …`);
  else line('');
  const timer = live ? setInterval(() => line(''), 1000) : undefined;
  return (outcome) => {
    clearInterval(timer);
    if (live) line(`${outcome}\n`);
    else process.stderr.write(` ${seconds()}${outcome}\n`);
  };
}

/** Runs `command` to its end with its output in `logFile`. @returns `{code, signal}` */
function runLogged({ command, args, env, logFile }) {
  return new Promise((resolve, reject) => {
    const log = createWriteStream(logFile);
    log.on('error', () => undefined); // a full disk fails the command too, and its exit status says so
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => killTree(child.pid, 'SIGTERM');
    interruption.addEventListener('abort', stop, { once: true });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      interruption.removeEventListener('abort', stop);
      log.end(() => resolve({ code, signal }));
    });
  });
}

/** Runs one command to its end, silently. @returns `{ok, signal, log, logFile}`; `log` is the whole output as plain text. */
async function runQuietly({ name, command, args, env = process.env }) {
  mkdirSync(join(CACHE, 'logs'), { recursive: true });
  const logFile = join(CACHE, 'logs', `${name}.log`);
  const { code, signal } = await runLogged({ command, args, env, logFile });
  const log = stripVTControlCharacters(readFileSync(logFile, 'utf8')).trimEnd();
  return { ok: code === 0, signal, log, logFile };
}

/**
 * Runs lanes of commands beside each other, those of a lane one after the other, behind one line with the seconds.
 *
 * @returns what each command came to, lane by lane, as {@link check} tells it.
 * @throws Interrupted when the user stopped them.
 */
export async function checkBeside(title, lanes) {
  const finish = showProgress(title);
  const runLane = async (lane) => {
    const results = [];
    for (const each of lane) if (!interruption.aborted) results.push({ ...each, ...(await runQuietly(each)) });
    return results;
  };
  const results = (await Promise.all(lanes.map(runLane))).flat();
  endProgress(
    finish,
    results.every(({ ok }) => ok),
  );
  return results;
}

function endProgress(finish, ok) {
  if (interruption.aborted) {
    finish(', stopped');
    throw new Interrupted(interruption.reason);
  }
  finish(ok ? '' : ', failed');
}

/**
 * Runs one command quietly, behind one line with the elapsed seconds.
 *
 * @returns `{ok, signal, log, logFile}`; `log` is the whole output as plain text.
 * @throws Interrupted when the user stopped it.
 */
export async function check({ title, ...command }) {
  const finish = showProgress(title);
  const result = await runQuietly(command);
  endProgress(finish, result.ok);
  return result;
}

/** @throws StepFailed with the end of the output and what to do, when `result` of {@link check} is a failure. */
export function requireSuccess({ ok, signal, log, logFile, title }) {
  if (ok) return;
  const tail = log.split('\n').slice(-LOG_TAIL_LINES).join('\n');
  throw new StepFailed(`${tail}\n\n${title} failed. ${adviceFor(tail, signal)}\nThe whole output is in ${logFile}`);
}

/** Like {@link check}, for a step that the rest stands on. @throws StepFailed */
export async function step(options) {
  requireSuccess({ title: options.title, ...(await check(options)) });
}
