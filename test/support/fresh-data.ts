import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HubProcess, ROOT } from './hub-process';

const run = promisify(execFile);

/**
 * Makes `dataDir` the directory of a hub that was started once and stopped. A first start takes twice as long as a
 * second, and what it does has tests of its own.
 *
 * @param launch starts a hub on a directory, and answers where it tells that it is ready.
 */
export async function copyFreshData(
  dataDir: string,
  launch: (dataDir: string) => { hub: HubProcess; readyUrl: string },
): Promise<void> {
  const build = readFileSync(join(ROOT, '.cache/build-server.stamp'), 'utf8').trim();
  const template = join(ROOT, '.cache', `test-data-${build.slice(0, 16)}`);
  if (!existsSync(template)) await makeTemplate(template, launch);
  await run('cp', ['-a', template, dataDir]);
}

/** Beside its place first: another process may be making it at the same moment. */
async function makeTemplate(
  template: string,
  launch: (dataDir: string) => { hub: HubProcess; readyUrl: string },
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'granary-template-'));
  // The account that root lends to Postgres must get through.
  await chmod(scratch, 0o755);
  const made = join(scratch, 'data');
  const { hub, readyUrl } = launch(made);
  try {
    await hub.ready(readyUrl);
    hub.signal('SIGTERM');
    await hub.exit();
  } finally {
    await hub.destroy();
  }
  const beside = `${template}.${process.pid}`;
  await run('cp', ['-a', made, beside]);
  await rm(scratch, { recursive: true });
  await rename(beside, template).catch(() => rm(beside, { recursive: true }));
}
