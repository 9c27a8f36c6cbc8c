import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHub, workspace, type Actor, type Hub } from '../../support';
import { interleave, secondsOf } from '../interleave';
import type { Row } from '../report';

/** Answers what fsync(2) and its kin are asked with success, and does nothing (Debian's libeatmydata1). */
const NO_SYNC = { LD_PRELOAD: 'libeatmydata.so' };
const PUSHES_PER_RUN = 10;

export interface DurableBenchOptions {
  runs: number;
  say(text: string): void;
}

/**
 * What a push waits for the disk: the hub beside itself without a sync of objects, refs and directories. Both have
 * their database synced, as any hub has.
 */
export async function benchDurable({ runs, say }: DurableBenchOptions): Promise<{ title: string; rows: Row[] }> {
  say('Starting two hubs, one of which does not sync its repositories');
  const hub = await startHub({ ssh: false });
  const careless = await startHub({ ssh: false, env: NO_SYNC });
  // Neither git nor Postgres inherits the library: their environments are their own.
  appendFileSync(join(careless.dataDir, 'git/gitconfig'), '[core]\n\tfsync = none\n');
  say(`Pushing ${PUSHES_PER_RUN} times a run to each`);
  const contestants = { hub: await pusher(hub, 'syncs'), peer: await pusher(careless, 'careless') };
  const { wall } = await interleave(runs, contestants);
  const beside = 'the hub without syncing repositories';
  return {
    title: 'The price of what is on the disk before the answer',
    rows: [{ what: `${PUSHES_PER_RUN} pushes of one commit`, size: null, unit: 's', ...wall, beside, target: '' }],
  };
}

async function pusher(hub: Hub, name: string): Promise<(run: number) => Promise<{ wall: number }>> {
  const alice = await hub.actor('alice');
  const path = await alice.createRepository('pushed');
  const cwd = workspace(`durable-${name}`);
  await alice.gitOk(['clone', '-q', alice.remote(path), cwd]);
  await push(alice, cwd, 'first');
  return async (run) => {
    let wall = 0;
    for (let turn = 0; turn < PUSHES_PER_RUN; turn++) wall += await push(alice, cwd, `${run}-${turn}`);
    return { wall };
  };
}

/** @returns the seconds of the push alone. */
async function push(alice: Actor, cwd: string, name: string): Promise<number> {
  writeFileSync(join(cwd, `${name}.txt`), `${name}\n`.repeat(100));
  await alice.gitOk(['add', '-A'], { cwd });
  await alice.gitOk(['commit', '-q', '-m', `push ${name}`], { cwd });
  return secondsOf(() => alice.gitOk(['push', '-q', 'origin', 'HEAD:main'], { cwd }));
}
