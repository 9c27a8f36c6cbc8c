import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { Interrupted, interruption } from './interruption.mjs';
import { CACHE } from './paths.mjs';

const POLL_MILLISECONDS = 200;
/** Breaking a dead lock takes no longer than a few file operations. */
const BREAKER_STALE_MILLISECONDS = 5_000;

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
};

/** Creates `file` with its content at once, unless it is there. @returns whether this call created it. */
function claim(file, content) {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Of a holder on another machine (a shared file system) nothing is known, so it counts as alive. */
function isHeld(content) {
  const [pid, host] = content.split(' ');
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes the lock `content` of a process that died. A second claim keeps two breakers from removing each other's. */
function breakDeadLock(file, content) {
  const breaker = `${file}.breaker`;
  if (!claim(breaker, String(process.pid))) {
    const age = Date.now() - (statSync(breaker, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > BREAKER_STALE_MILLISECONDS) rmSync(breaker, { force: true });
    return;
  }
  if (read(file) === content) rmSync(file, { force: true });
  rmSync(breaker, { force: true });
}

/** Runs `work` while no other process of this clone installs or builds; waits for the one that does. */
export async function withCloneLock(work, { file = join(CACHE, 'prepare.lock') } = {}) {
  mkdirSync(CACHE, { recursive: true });
  const mine = `${process.pid} ${hostname()} ${randomUUID()}`;
  let told = false;
  while (!claim(file, mine)) {
    const theirs = read(file);
    if (theirs !== null && !isHeld(theirs)) breakDeadLock(file, theirs);
    else {
      if (!told) process.stderr.write('Another command is installing or building in this clone; waiting for it …\n');
      told = true;
      await sleep(POLL_MILLISECONDS, undefined, { signal: interruption }).catch(() => undefined);
    }
    if (interruption.aborted) throw new Interrupted(interruption.reason);
  }
  try {
    return await work();
  } finally {
    if (read(file) === mine) rmSync(file, { force: true });
  }
}
