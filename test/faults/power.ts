import { startHub } from '../support';
import { doEverything } from '../support/disk/acknowledged';
import { shortly } from '../support/disk/disk-model';
import { DiskRecorder, whyNoTrace } from '../support/disk/disk-recorder';
import type { Finding } from '../support/findings';
import type { FaultRun } from './fault-run';

const SHOWN = 3;

/**
 * The power goes the moment after each answer, on a disk that kept nothing but what was synced: every change that the hub
 * and its git processes make is recorded (strace(1)), and what such a disk would have lost is told.
 */
export const power: FaultRun = async ({ say }) => {
  const obstacle = whyNoTrace();
  if (obstacle !== null) return [{ what: 'recording of system calls', held: false, saw: obstacle }];
  say('starting a hub');
  const hub = await startHub();
  await hub.actor('alice');
  const recorder = await DiskRecorder.attach(hub.process.pid);
  say('creating, pushing, editing, renaming');
  const done = await doEverything(hub);
  say('going over the record');
  const record = await recorder.stop();
  const findings = done.map(({ what, directory, at }): Finding => {
    const lost = shortly(record.atRisk(directory, at), directory);
    const more = lost.length > SHOWN ? `, and ${lost.length - SHOWN} more` : '';
    return {
      what,
      held: lost.length === 0,
      saw: lost.length === 0 ? 'nothing lost' : `${lost.slice(0, SHOWN).join('; ')}${more}`,
    };
  });
  return [...findings, await startsAgain(hub)];
};

/** Without the power, but as hard as a process can be ended. */
async function startsAgain(hub: Awaited<ReturnType<typeof startHub>>): Promise<Finding> {
  await hub.kill();
  await hub.restart();
  const alice = await hub.actor('alice');
  const paths = ['alice/bare', 'alice/begun', 'alice/renamed', 'alice/wide'];
  const heads = await Promise.all(paths.map((path) => alice.git(['ls-remote', alice.remote(path)])));
  const read = heads.filter(({ code }) => code === 0).length;
  return { what: 'kill -9, and start again', held: read === paths.length, saw: `${read} of ${paths.length} read` };
}
