import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';

/**
 * Sends the answer on, changed by the Perl program in `file`. The program is gone after the first answer that it
 * changed: so a test spoils one certain answer of a server.
 */
export async function changeOnce(response: IncomingMessage, answer: ServerResponse, file: string): Promise<void> {
  let body = await buffer(response);
  if (existsSync(file)) {
    const changed = spawnSync('perl', ['-pe', readFileSync(file, 'utf8')], { cwd: dirname(file), input: body }).stdout;
    if (!changed.equals(body)) rmSync(file);
    body = changed;
  }
  const type = response.headers['content-type'] ?? 'application/octet-stream';
  answer.writeHead(response.statusCode ?? 500, { 'content-type': type, 'content-length': body.length });
  answer.end(body);
}
