import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from './workspace';

/** Notes on the thread of the pages, whose environment has nothing of a test's, which addresses of the API each page asks for; Next's own questions are none of them. */
const noteIn = (log: string) => `const { appendFileSync } = require('node:fs');
const ask = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const page = new Headers(init?.headers).get('x-request-id');
  const url = String(input.url ?? input);
  if (page && url.includes('/api/')) appendFileSync(${JSON.stringify(log)}, page + ' ' + url + '\\n');
  return ask(input, init);
};
`;

/** What pages ask the hub's API for while they are made. */
export class PageRequests {
  private readonly folder = workspace('page-requests');
  private readonly log = join(this.folder, 'log');

  /** For the hub's start. */
  get env(): Record<string, string> {
    const program = join(this.folder, 'note.cjs');
    writeFileSync(program, noteIn(this.log));
    writeFileSync(this.log, '');
    return { NODE_OPTIONS: `--require=${program}` };
  }

  /** A line for each request, with the id of its page; the same page and address twice are two equal lines. */
  all(): string[] {
    return readFileSync(this.log, 'utf8').split('\n').slice(0, -1);
  }
}
