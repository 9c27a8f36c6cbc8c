import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runOk } from '../../support';
import { curlGet, curlPut } from '../curl';
import { interleave, secondsOf } from '../interleave';
import { memoryGrowth } from '../memory-growth';
import type { Row } from '../report';
import { actionFor, renewed, sha256Of, writeNoise, type World } from './world';

const TIMEOUT_MS = 1_800_000;

/** One object up and down, by curl, beside nginx and beside what the disk and the hash can do. */
export async function transfersOfOneObject(world: World, sizeMib: number): Promise<Row[]> {
  const path = await world.alice.createRepository('one-object');
  const file = join(world.directory, 'large.bin');
  world.say(`Writing a file of ${sizeMib} MiB`);
  await writeNoise(file, sizeMib);
  const upload = await uploads(world, { path, file, sizeMib });
  const download = await downloads(world, { path, file, sizeMib });
  await rm(file);
  return [...upload, ...download];
}

interface Case {
  path: string;
  file: string;
  sizeMib: number;
}

async function uploads(world: World, { path, file, sizeMib }: Case): Promise<Row[]> {
  world.say('Uploads');
  const stored = join(world.peer.root, 'put.bin');
  const results = await interleave(world.runs, {
    hub: async () => {
      const object = await renewed(file, sizeMib);
      const { href, header } = await actionFor(world, path, { operation: 'upload', object });
      return { wall: await secondsOf(() => curlPut(href, file, header)) };
    },
    peer: async () => {
      await rm(stored, { force: true });
      return {
        wall: await secondsOf(async () => {
          await curlPut(`${world.peer.url}/put.bin`, file);
          await runOk('openssl', ['dgst', '-sha256', stored], { timeoutMs: TIMEOUT_MS });
        }),
      };
    },
  });
  const limits = await rawLimits(world, file);
  const common = { what: `upload of ${sizeMib} MiB, hash verified`, size: null, unit: 's' as const };
  return [
    { ...common, ...results.wall, beside: 'nginx WebDAV PUT, then openssl dgst', target: '≤ 1.00' },
    { ...common, hub: results.wall.hub, peer: limits.disk, beside: 'the disk alone: copy and fsync', target: '' },
    { ...common, hub: results.wall.hub, peer: limits.hash, beside: 'SHA-256 alone, in Node', target: '' },
  ];
}

/** What no server can beat on this machine: the file copied and synced, and the file hashed. */
async function rawLimits(world: World, file: string): Promise<{ disk: number[]; hash: number[] }> {
  const copy = join(world.peer.root, 'copy.bin');
  const limits = { disk: [] as number[], hash: [] as number[] };
  for (let run = 0; run < world.runs; run++) {
    await rm(copy, { force: true });
    limits.disk.push(await secondsOf(() => copyAndSync(file, copy)));
    limits.hash.push(await secondsOf(() => sha256Of(file)));
  }
  await rm(copy, { force: true });
  return limits;
}

async function copyAndSync(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const written = await open(to, 'r+');
  await written.sync();
  await written.close();
}

async function downloads(world: World, { path, file, sizeMib }: Case): Promise<Row[]> {
  world.say('Downloads');
  const object = await renewed(file, sizeMib);
  const up = await actionFor(world, path, { operation: 'upload', object });
  await curlPut(up.href, file, up.header);
  await curlPut(`${world.peer.url}/put.bin`, file);
  const { wall } = await interleave(world.runs, {
    hub: async () => {
      const { href } = await actionFor(world, path, { operation: 'download', object });
      return { wall: (await curlGet(href, object.sizeBytes)).wall };
    },
    peer: async () => ({ wall: (await curlGet(`${world.peer.url}/put.bin`, object.sizeBytes)).wall }),
  });
  const what = `download of ${sizeMib} MiB`;
  return [{ what, size: null, unit: 's', ...wall, beside: 'nginx static file', target: '≤ 1.30' }];
}

/** The stock client pushes one large object and clones it; how much the hub's process grows meanwhile. */
export async function memoryOfStockClient(world: World, sizeMib: number): Promise<Row[]> {
  const { alice, directory } = world;
  const cwd = mkdtempSync(join(directory, 'tree-'));
  world.say(`Committing ${sizeMib} MiB with git-lfs`);
  await alice.gitOk(['init', '-q'], { cwd });
  writeFileSync(join(cwd, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  await writeNoise(join(cwd, 'large.bin'), sizeMib);
  await alice.gitOk(['add', '-A'], { cwd, timeoutMs: TIMEOUT_MS });
  await alice.gitOk(['commit', '-q', '-m', 'large'], { cwd, timeoutMs: TIMEOUT_MS });
  await alice.gitOk(['lfs', 'install', '--local'], { cwd });
  const path = await alice.createRepository('memory');
  const pushed = await memoryGrowth(world, `git lfs push of ${sizeMib} MiB`, () =>
    alice.gitOk(['push', '-q', alice.remote(path), 'main'], { cwd, timeoutMs: TIMEOUT_MS }),
  );
  rmSync(cwd, { recursive: true });
  const clone = join(directory, 'clone');
  const cloned = await memoryGrowth(world, `git clone with ${sizeMib} MiB of LFS`, () =>
    alice.gitOk(['clone', '-q', alice.remote(path), clone], { timeoutMs: TIMEOUT_MS }),
  );
  rmSync(clone, { recursive: true });
  return [pushed.ofHub, cloned.ofHub];
}
