import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runOk, startHub, workspace, type Actor, type Hub } from '../../support';
import { generateSourceTree } from '../git/generate';
import { startCgitPeer, type CgitPeer } from '../cgit-peer';

const TIMEOUT_MS = 600_000;

export interface World {
  hub: Hub;
  alice: Actor;
  cgit: CgitPeer;
  directory: string;
  runs: number;
  say(text: string): void;
}

/** The same tree on the hub and at cgit. */
export interface SourceTree {
  name: string;
  /** `alice/name` on the hub. */
  path: string;
  /** No archive of it is smaller. */
  leastBytes: number;
}

export async function openWorld(runs: number, say: (text: string) => void): Promise<World> {
  say('Starting the hub, and cgit behind nginx');
  const hub = await startHub({ ssh: false });
  const alice = await hub.actor('alice');
  return { hub, alice, cgit: await startCgitPeer(), directory: workspace('bench'), runs, say };
}

/** One repository for each run, since nobody may have asked for its archive before. */
export async function sourceTrees(world: World, files: number): Promise<SourceTree[]> {
  const { alice, cgit, directory, runs } = world;
  world.say(`Generating ${files} files`);
  const source = join(directory, 'source.git');
  await generateSourceTree(source, files);
  await runOk('git', [`--git-dir=${source}`, 'repack', '-a', '-d', '-q'], { timeoutMs: TIMEOUT_MS });
  const zip = join(directory, 'least.zip');
  await runOk('git', [`--git-dir=${source}`, 'archive', '-9', '--format=zip', '-o', zip, 'main']);
  const leastBytes = Math.floor((await stat(zip)).size * 0.5);
  const trees: SourceTree[] = [];
  for (let run = 0; run < runs; run++) {
    const name = `source-${run}`;
    const path = await alice.createRepository(name, { private: false });
    await alice.gitOk(['-C', source, 'push', '-q', alice.remote(path), 'main'], { timeoutMs: TIMEOUT_MS });
    await runOk('cp', ['-a', source, join(cgit.root, `${name}.git`)]);
    trees.push({ name, path, leastBytes });
  }
  return trees;
}
