import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/**
 * Copies `input` to a process's standard input with back-pressure. A process may leave before it has read everything
 * (a pack that fails its checks): then the rest is read and thrown away and `input` stays whole, where `pipeline`
 * would destroy it, and with it the connection on which the refusal must still travel.
 *
 * Resolves when all was handed over or the process no longer reads.
 * @throws when `input` fails or closes before its end.
 */
export async function feedStdin(input: Readable, stdin: Writable): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (stdin.destroyed) resolve();
    else stdin.once('close', resolve);
  });
  const abandoned = closed.then(() => {
    input.unpipe(stdin);
    input.resume();
  });
  input.pipe(stdin);
  await Promise.race([finished(input, { writable: false }), abandoned]);
}

/**
 * Copies a process's standard output to `output` with back-pressure, and drains it when `output` is lost, so that
 * the process can still tidy up instead of dying of SIGPIPE.
 *
 * Resolves when every byte was flushed to `output`, which is ended only on demand.
 * @throws when `output` fails or closes early.
 */
export async function deliverStdout(stdout: Readable, output: Writable, options: { end: boolean }): Promise<void> {
  const lost = finished(output, { readable: false }).then(() => {
    throw new Error('the receiver ended before the sender');
  });
  stdout.pipe(output, { end: false });
  try {
    await Promise.race([finished(stdout, { writable: false }), lost]);
    await Promise.race([flush(output), lost]);
  } catch (error) {
    stdout.unpipe(output);
    stdout.resume();
    throw error;
  }
  if (!options.end) return;
  output.end();
  await lost.catch((error) => {
    if (!output.writableFinished) throw error;
  });
}

function flush(output: Writable): Promise<void> {
  return new Promise((resolve, reject) => output.write('', (error) => (error ? reject(error) : resolve())));
}
