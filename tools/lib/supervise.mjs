import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { exitStatusOf } from './interruption.mjs';
import { ROOT } from './paths.mjs';
import { killTree } from './process-tree.mjs';

/** One Ctrl-C arrives up to three times: from the terminal, from npm, and from whoever runs npm. */
const SAME_KEYPRESS_MILLISECONDS = 1_000;

/**
 * Runs a Node program in this process group with our input and output, and ends with its status.
 *
 * The first SIGINT or SIGTERM asks it to drain, as SIGTERM: from a terminal it has had the SIGINT already.
 * A second one, a second or more later, kills it and everything that it started.
 */
export function superviseHub({ entry, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry], { cwd: ROOT, env, stdio: 'inherit' });
    let askedAt;
    const onSignal = () => {
      if (askedAt === undefined) {
        askedAt = performance.now();
        child.kill('SIGTERM');
      } else if (performance.now() - askedAt > SAME_KEYPRESS_MILLISECONDS) killTree(child.pid, 'SIGKILL');
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL' && askedAt === undefined)
        process.stderr.write('The hub was killed from outside, most likely because the memory ran out.\n');
      resolve(code ?? exitStatusOf(signal));
    });
  });
}
