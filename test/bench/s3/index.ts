import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runOk, startHub, workspace, type Actor, type Hub } from '../../support';
import { startS3 } from '../../support/s3';
import { secondsOf } from '../interleave';
import { sha256Of, writeNoise } from '../lfs/world';
import { memoryGrowth } from '../memory-growth';
import type { Row } from '../report';

const WARM_UP_MIB = 256;
const TIMEOUT_MS = 3_600_000;

export interface S3BenchOptions {
  /** Of the object: S3 takes no more than 5 GiB in one request. */
  overLimitMib: number;
  say(text: string): void;
}

interface World {
  hub: Hub;
  alice: Actor;
  directory: string;
  say(text: string): void;
}

/**
 * An object that no single request of S3 takes, there and back: by the transfer agent, in parts straight to the store,
 * and by the stock client through the hub. The bench ends with an error when what comes back is not what went.
 */
export async function benchS3(options: S3BenchOptions): Promise<{ title: string; rows: Row[] }> {
  options.say('Starting the hub and OpenStack Swift');
  const s3 = await startS3();
  const hub = await startHub({
    ssh: false,
    env: {
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: await s3.makeBucket('bench'),
      S3_REGION: s3.region,
      S3_ACCESS_KEY: s3.accessKey,
      S3_SECRET_KEY: s3.secretKey,
    },
  });
  const alice = await hub.actor('alice');
  const world = { hub, alice, directory: workspace('bench'), say: options.say };
  // A hub that has just started grows with whatever it does first.
  await thereAndBack(world, 'nobody', WARM_UP_MIB);
  const rows = await thereAndBack(world, 'stock client', options.overLimitMib);
  const agent = join(world.directory, 'lfs-agent.cjs');
  writeFileSync(agent, await (await fetch(`${hub.url}/-/lfs-agent.cjs`)).text());
  await runOk(process.execPath, [agent, 'install', '--global'], { env: alice.env });
  rows.push(...(await thereAndBack(world, 'agent', options.overLimitMib)));
  await hub.stop();
  await s3.stop();
  const { stdout } = await run('git', ['lfs', 'version']);
  return { title: `s3: one object above S3's limit for a request, one run\n${stdout.trim()}; OpenStack Swift`, rows };
}

async function thereAndBack(world: World, who: string, sizeMib: number): Promise<Row[]> {
  const { alice } = world;
  const cwd = mkdtempSync(join(world.directory, 'tree-'));
  const file = join(cwd, 'large.bin');
  world.say(`Committing ${sizeMib} MiB with git-lfs`);
  await alice.gitOk(['init', '-q'], { cwd });
  await alice.gitOk(['lfs', 'install', '--local'], { cwd });
  writeFileSync(join(cwd, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  await writeNoise(file, sizeMib);
  const oid = await sha256Of(file);
  await alice.gitOk(['add', '-A'], { cwd, timeoutMs: TIMEOUT_MS });
  await alice.gitOk(['commit', '-q', '-m', 'large'], { cwd, timeoutMs: TIMEOUT_MS });
  rmSync(file);
  const path = await alice.createRepository(`by-${who.replace(' ', '-')}`);
  const pushed = await measured(world, `git lfs push of ${sizeMib} MiB, ${who}`, () =>
    alice.gitOk(['push', '-q', alice.remote(path), 'main'], { cwd, timeoutMs: TIMEOUT_MS }),
  );
  rmSync(cwd, { recursive: true });
  const clone = join(world.directory, 'clone');
  const cloned = await measured(world, `git clone with ${sizeMib} MiB of LFS, ${who}`, () =>
    alice.gitOk(['clone', '-q', alice.remote(path), clone], { timeoutMs: TIMEOUT_MS }),
  );
  if ((await sha256Of(join(clone, 'large.bin'))) !== oid) throw new Error(`${who}: another object came back`);
  rmSync(clone, { recursive: true });
  await alice.api('DELETE', `/api/v3/repos/${path}`);
  return [...pushed, ...cloned];
}

async function measured(world: World, what: string, work: () => Promise<unknown>): Promise<Row[]> {
  let seconds = NaN;
  const { ofHub } = await memoryGrowth(world, what, async () => {
    seconds = await secondsOf(work);
  });
  return [{ what, size: null, unit: 's', hub: [seconds], peer: null, beside: 'nothing', target: '' }, ofHub];
}
