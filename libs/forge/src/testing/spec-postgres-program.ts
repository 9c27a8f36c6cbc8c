import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTemplate } from './migrated-postgres';

/** The server of all specs of a run, until whoever started this closes its standard input: says where it is, as JSON. */
async function main(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'granary-specs-'));
  // The account that root lends to Postgres must get through.
  await chmod(root, 0o755);
  const { stop, ...server } = await startTemplate(join(root, 'postgres'));
  process.stdout.write(JSON.stringify(server));
  process.stdin.resume();
  process.stdin.once('close', () => {
    void stop()
      .then(() => rm(root, { recursive: true, force: true }))
      .finally(() => process.exit());
  });
}

void main();
