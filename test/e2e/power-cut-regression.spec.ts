import { startHub } from '../support';
import { doEverything } from '../support/disk/acknowledged';
import { shortly } from '../support/disk/disk-model';
import { DiskRecorder, whyNoTrace } from '../support/disk/disk-recorder';

const obstacle = whyNoTrace();
const traced = obstacle === null ? it : it.skip;

traced(
  `leaves nothing of a repository to a power cut once it has answered${obstacle ? ` (${obstacle})` : ''}`,
  async () => {
    const hub = await startHub();
    await hub.actor('alice');
    const recorder = await DiskRecorder.attach(hub.process.pid);
    const done = await doEverything(hub);
    const record = await recorder.stop();

    // A record that saw nothing would find nothing.
    expect(record.length).toBeGreaterThan(200);
    const lost = done.map(({ what, directory, at }) => [what, shortly(record.atRisk(directory, at), directory)]);
    expect(Object.fromEntries(lost)).toEqual(Object.fromEntries(done.map(({ what }) => [what, []])));
    expect(done.map(({ what }) => what)).toContain('a push of one commit');
  },
);
