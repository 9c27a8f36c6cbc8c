import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { exitStatusOf } from './interruption.mjs';
import { ROOT } from './paths.mjs';

/**
 * A Node program with our input and output that is started again and again, one at a time. Where it ends by itself, say
 * by a mistake in a source, it waits for the next change.
 */
export class Restarts {
  isEnding = false;
  child = null;

  constructor({ entry, env }) {
    this.entry = entry;
    this.env = env;
  }

  start() {
    if (this.isEnding) return;
    const child = spawn(process.execPath, [this.entry], { cwd: ROOT, env: this.env, stdio: 'inherit' });
    this.child = child;
    child.once('exit', (code, signal) => {
      if (this.child !== child) return;
      this.child = null;
      if (this.isEnding) process.exit(code ?? exitStatusOf(signal));
      process.stderr.write('The hub has ended. It starts again when a source changes.\n');
    });
  }

  async restart() {
    await this.stop();
    this.start();
  }

  /** Asks the program to end and ends with its status. A terminal's Ctrl-C has reached it already. */
  end() {
    if (this.isEnding) return;
    this.isEnding = true;
    if (this.child === null) process.exit(0);
    this.child.kill('SIGTERM');
  }

  async stop() {
    const { child } = this;
    if (child === null) return;
    this.child = null;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
