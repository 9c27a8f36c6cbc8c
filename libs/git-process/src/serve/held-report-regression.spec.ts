import { formatPkt, formatProgress, formatSideband, FLUSH_PKT } from '@granary/wire';
import fc from 'fast-check';
import { HeldReport } from './held-report';

function collect(report: HeldReport): { text(): string } {
  const chunks: Buffer[] = [];
  report.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { text: () => Buffer.concat(chunks).toString('latin1') };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const status = Buffer.concat([formatPkt('unpack ok\n'), formatPkt('ok refs/heads/main\n'), FLUSH_PKT]);
const inBand = Buffer.concat([formatSideband('data', status), FLUSH_PKT]);

describe('a report to a client', () => {
  it.each([
    ['in a band', inBand],
    ['without bands', status],
  ])('%s waits until the refs are on the disk', async (_, bytes) => {
    const report = new HeldReport();
    const heard = collect(report);
    report.hold();
    report.write(bytes);
    await settled();
    expect(heard.text()).toBe('');
    report.release();
    await settled();
    expect(heard.text()).toBe(bytes.toString('latin1'));
  });

  it('does not hold up progress', async () => {
    const report = new HeldReport();
    const heard = collect(report);
    const progress = formatProgress('Looking at 3 files');
    report.hold();
    report.write(Buffer.concat([inBand, progress]));
    await settled();
    expect(heard.text()).toBe(progress.toString('latin1'));
  });

  it('is sent at the end, whether or not anybody said so', async () => {
    const report = new HeldReport();
    const heard = collect(report);
    report.hold();
    report.end(inBand);
    await settled();
    expect(heard.text()).toBe(inBand.toString('latin1'));
  });

  it('is not touched before a push has asked to move refs', async () => {
    const report = new HeldReport();
    const heard = collect(report);
    const advertisement = Buffer.concat([formatPkt(`${'a'.repeat(40)} refs/heads/main\0report-status\n`), FLUSH_PKT]);
    report.write(advertisement);
    await settled();
    expect(heard.text()).toBe(advertisement.toString('latin1'));
  });

  it('says in our words, once, that the disk is full', async () => {
    const report = new HeldReport();
    const heard = collect(report);
    const raw = formatProgress('fatal: write error: No space left on device');
    report.end(Buffer.concat([raw, raw, inBand]));
    await settled();
    expect(heard.text().split(Buffer.from('The hub’s disk is full').toString('latin1'))).toHaveLength(2);
    expect(heard.text().endsWith(inBand.toString('latin1'))).toBe(true);
  });

  it('passes what is no packet', async () => {
    const report = new HeldReport();
    const heard = collect(report);
    report.hold();
    report.write('fatal: no packet');
    await settled();
    expect(heard.text()).toBe('fatal: no packet');
  });
});

it('changes no byte and no order within the report, however the bytes are cut', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: inBand.length * 2 }), { maxLength: 8 }), async (cuts) => {
      const report = new HeldReport();
      const heard = collect(report);
      report.hold();
      const bytes = Buffer.concat([inBand, inBand]);
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      edges.slice(1).forEach((end, index) => report.write(bytes.subarray(edges[index], end)));
      report.end();
      await settled();
      expect(heard.text()).toBe(bytes.toString('latin1'));
    }),
  ));
