import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runOk } from '../../support';
import { curlGet, type CurlTimes } from '../curl';
import { quiet } from '../git/world';
import { interleave } from '../interleave';
import { memoryGrowth } from '../memory-growth';
import type { Row } from '../report';
import { writeNoise } from '../lfs/world';
import type { SourceTree, World } from './world';

const TIMEOUT_MS = 1_800_000;
const FORMATS = ['zip', 'tar.gz'] as const;
/** For the hub to put away what it built, so that the next asker finds it. */
const KEEP_MS = 2_000;

/** The archive of a source tree: built for the first asker, then asked for again. */
export async function sourceArchives(world: World, trees: readonly SourceTree[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const format of FORMATS) {
    world.say(`Source tree as ${format}`);
    const treeOf = (run: number) => {
      const tree = trees[run % trees.length];
      if (!tree) throw new Error('no tree to measure with');
      return tree;
    };
    const first = await interleave<{ firstByte: number; wall: number }>(world.runs, {
      hub: (run) => fetchOnce(`${world.hub.url}/${treeOf(run).path}/-/archive/main.${format}`, treeOf(run)),
      peer: (run) => fetchOnce(world.cgit.snapshotUrl(treeOf(run).name, format), treeOf(run)),
    });
    await sleep(KEEP_MS);
    await quiet(world);
    const again = await interleave<{ firstByte: number; wall: number }>(world.runs, {
      hub: (run) => fetchOnce(`${world.hub.url}/${treeOf(run).path}/-/archive/main.${format}`, treeOf(run)),
      peer: (run) => fetchOnce(world.cgit.snapshotUrl(treeOf(run).name, format), treeOf(run)),
    });
    const common = { size: null, unit: 's' as const, beside: 'cgit snapshot' };
    rows.push(
      { ...common, what: `${format} of a source tree, first`, ...first.wall, target: '≤ 1.00' },
      { ...common, what: `${format} of a source tree, first byte`, ...first.firstByte, target: '' },
      { ...common, what: `${format} of a source tree, again`, ...again.wall, target: '≤ 0.10' },
    );
  }
  return rows;
}

const fetchOnce = async (url: string, { leastBytes }: SourceTree): Promise<CurlTimes> => curlGet(url, leastBytes);

/** An archive with one large LFS object, beside `git archive` in a clone whose smudge filter is git-lfs. */
export async function lfsArchives(world: World, sizeMib: number): Promise<Row[]> {
  const { clone, path } = await repositoryWithLfs(world, sizeMib);
  const rows: Row[] = [];
  const leastBytes = sizeMib * 1024 * 1024;
  for (const format of ['zip', 'tar'] as const) {
    world.say(`${sizeMib} MiB of LFS as ${format}`);
    const { wall, firstByte } = await interleave<{ firstByte: number; wall: number }>(world.runs, {
      // A path that excludes nothing makes each archive another one: each is built.
      hub: (run) =>
        curlGet(`${world.hub.url}/${path}/-/archive/main.${format}?exclude_paths=none-${format}-${run}`, leastBytes, [
          ...['-H', `Authorization: Bearer ${world.alice.token}`],
        ]),
      peer: () => gitArchive(world, clone, format),
    });
    const common = { size: null, unit: 's' as const, beside: 'git archive, git-lfs smudge' };
    rows.push(
      { ...common, what: `${format} with ${sizeMib} MiB of LFS`, ...wall, target: '≤ 0.50' },
      { ...common, what: `${format} with ${sizeMib} MiB of LFS, first byte`, ...firstByte, target: '0.1 s alone' },
    );
  }
  const url = `${world.hub.url}/${path}/-/archive/main.zip?exclude_paths=none-memory`;
  const header = ['-H', `Authorization: Bearer ${world.alice.token}`];
  const memory = await memoryGrowth(world, `zip with ${sizeMib} MiB of LFS`, () => curlGet(url, leastBytes, header));
  rows.push(memory.ofHub);
  return rows;
}

async function repositoryWithLfs(world: World, sizeMib: number): Promise<{ clone: string; path: string }> {
  const { alice, directory } = world;
  const clone = join(directory, 'with-lfs');
  world.say(`Pushing ${sizeMib} MiB with git-lfs`);
  await alice.gitOk(['init', '-q', clone]);
  await alice.gitOk(['lfs', 'install', '--local'], { cwd: clone });
  writeFileSync(join(clone, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  writeFileSync(join(clone, 'README.md'), '# With LFS\n');
  await writeNoise(join(clone, 'large.bin'), sizeMib);
  await alice.gitOk(['add', '-A'], { cwd: clone, timeoutMs: TIMEOUT_MS });
  await alice.gitOk(['commit', '-q', '-m', 'large'], { cwd: clone, timeoutMs: TIMEOUT_MS });
  const path = await alice.createRepository('with-lfs');
  await alice.gitOk(['push', '-q', alice.remote(path), 'main'], { cwd: clone, timeoutMs: TIMEOUT_MS });
  // Its objects are in .git/lfs; the work tree is not needed for an archive.
  rmSync(join(clone, 'large.bin'));
  await quiet(world);
  return { clone, path };
}

/** `git archive` to nowhere. Its own clock: what it writes first, and its end. */
async function gitArchive(world: World, cwd: string, format: 'zip' | 'tar'): Promise<CurlTimes> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const child = spawn('git', ['archive', `--format=${format}`, 'main'], {
    cwd,
    env: world.alice.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let firstByte = NaN;
  child.stdout.once('data', () => (firstByte = seconds()));
  child.stdout.resume();
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`git archive: status ${code}`);
  return { firstByte, wall: seconds() };
}

export async function versions(): Promise<string> {
  const cgit = await runOk('dpkg-query', ['-W', '-f=${Version}', 'cgit']).catch(() => 'of unknown version');
  return `${(await runOk('git', ['--version'])).trim()}; cgit ${cgit}; ${(await runOk('git', ['lfs', 'version'])).trim()}`;
}
