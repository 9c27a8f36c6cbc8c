import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from './workspace';

/** Notes each statement that the hub sends to its database, with what it is asked about. */
const noteIn = (log: string) => `const { appendFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const { Client } = isMainThread ? require(${JSON.stringify(require.resolve('pg'))}) : { Client: null };
const send = Client?.prototype.query;
if (send) Client.prototype.query = function (text, values, ...rest) {
  const asked = { text: typeof text === 'string' ? text : text.text, values: Array.isArray(values) ? values : (text.values ?? []) };
  appendFileSync(${JSON.stringify(log)}, JSON.stringify(asked) + '\\n');
  return send.call(this, text, values, ...rest);
};
`;

export interface DatabaseQuestion {
  text: string;
  values: unknown[];
}

/** What the hub asks its database. */
export class DatabaseQuestions {
  private readonly folder = workspace('database-questions');
  private readonly log = join(this.folder, 'log');

  /** For the hub's start. */
  get env(): Record<string, string> {
    const program = join(this.folder, 'note.cjs');
    writeFileSync(program, noteIn(this.log));
    this.forget();
    return { NODE_OPTIONS: `--require=${program}` };
  }

  forget(): void {
    writeFileSync(this.log, '');
  }

  /** Since {@link forget}. */
  all(): DatabaseQuestion[] {
    const lines = readFileSync(this.log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as DatabaseQuestion);
  }
}
