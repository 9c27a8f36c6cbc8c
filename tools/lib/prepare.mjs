import { ensureBuilt, isBuilt } from './build.mjs';
import { withCloneLock } from './clone-lock.mjs';
import { ensureInstalled, ensureTestsInstalled, isInstalled } from './install.mjs';
import { Interrupted, catchInterruption } from './interruption.mjs';
import { StepFailed } from './step.mjs';

/** Installs and builds what is missing or stale; milliseconds when nothing is. */
export async function prepare() {
  if (isInstalled('start') && isBuilt()) return;
  await withCloneLock(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
}

/** The same for programs of the test tree. */
export async function prepareTests() {
  if (!isInstalled('tests')) await withCloneLock(ensureTestsInstalled);
  await prepare();
}

/**
 * Runs `work` with Ctrl-C stopping whatever it started. A failed step ends the process with its message and status 1,
 * an interrupted one with the signal's status.
 */
export async function orExit(work) {
  const release = catchInterruption();
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted) process.exit(error.exitStatus);
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  } finally {
    release();
  }
}
