import { FLUSH_PKT, formatPkt, formatProgress, formatSideband } from '@granary/wire';
import fc from 'fast-check';
import { shortReason } from '../hooks/proc-receive';
import { HeldReport } from './held-report';
import { PushCommands } from './push-commands';
import { explainReport } from './status-report';

const [ZERO, A] = ['0'.repeat(40), 'a'.repeat(40)];
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('reads the commands of a push, however they are cut, and nothing behind them', () => {
  const ref = fc.stringMatching(/^refs\/heads\/[a-zé\u4e2d]{1,20}$/);
  fc.assert(
    fc.property(
      fc.array(ref, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      (refs, isAtomic, step) => {
        const capabilities = `\0 report-status${isAtomic ? ' atomic' : ''} object-format=sha1`;
        const lines = refs.map((name, at) => formatPkt(`${ZERO} ${A} ${name}${at === 0 ? capabilities : ''}`));
        const pack = Buffer.from(`PACK0000${ZERO} ${A} refs/heads/none`);
        const bytes = Buffer.concat([formatPkt(`shallow ${A}`), ...lines, FLUSH_PKT, pack]);
        const push = new PushCommands();
        for (let at = 0; at < bytes.length; at += step) push.read(bytes.subarray(at, at + step));
        expect(push.commands).toEqual(refs.map((name) => ({ oldOid: ZERO, newOid: A, ref: name })));
        expect([push.isAtomic, push.isRead]).toEqual([isAtomic, true]);
      },
    ),
  );
});

it('leaves what is no list to git', () => {
  const push = new PushCommands();
  push.read(Buffer.from('zzzz no packet'));
  expect([push.commands, push.isRead]).toEqual([[], true]);
});

const lines = (...texts: string[]) => Buffer.concat([...texts.map((text) => formatPkt(`${text}\n`)), FLUSH_PKT]);
const inBand = (report: Buffer) => [
  formatSideband('data', report.subarray(0, 30)),
  formatSideband('data', report.subarray(30)),
  FLUSH_PKT,
];
const DECLINED = [
  'unpack ok',
  'ok refs/heads/main',
  'ng refs/pull/1/head deny updating a hidden ref',
  'ng refs/x hook says no',
];
const reasons = new Map([
  ['refs/pull/1/head', 'refs/pull/ belongs to the hub'],
  ['refs/x', 'never said'],
]);
const EXPLAINED = [
  'unpack ok',
  'ok refs/heads/main',
  'ng refs/pull/1/head refs/pull/ belongs to the hub',
  'ng refs/x hook says no',
];

it('puts the hub’s reason where git has none, with and without a band', () => {
  expect(Buffer.concat(explainReport(inBand(lines(...DECLINED)), reasons))).toEqual(
    Buffer.concat([formatSideband('data', lines(...EXPLAINED)), FLUSH_PKT]),
  );
  const plain = [...DECLINED.map((text) => formatPkt(`${text}\n`)), FLUSH_PKT];
  expect(Buffer.concat(explainReport(plain, reasons))).toEqual(lines(...EXPLAINED));
  const broken = [formatSideband('data', Buffer.from('no report')), FLUSH_PKT];
  expect(explainReport(broken, reasons)).toEqual(broken);
});

it('keeps a reason in one short line', () => {
  expect(shortReason('main is protected (main). Open a branch.\nThen push.')).toBe('main is protected (main)');
  expect(shortReason('a\tb\u001b[31m').includes('\u001b')).toBe(false);
  expect(shortReason('x'.repeat(1000)).length).toBeLessThanOrEqual(200);
});

it.each([
  [`is at ${A} but expected ${ZERO}`, 'fetch first'],
  ['reference already exists', 'fetch first'],
  ["unable to resolve reference 'refs/heads/main'", 'fetch first'],
  [
    "Unable to create '/srv/r.git/refs/heads/main.lock': File exists.\n\nAnother git process seems to be running",
    'fetch first',
  ],
  ["'refs/heads/main/x' exists; cannot create 'refs/heads/main'", "'refs/heads/main/x' is in the way"],
])('tells who came too late as git users know it: %s', async (cause, reason) => {
  const report = new HeldReport();
  const chunks: Buffer[] = [];
  report.on('data', (chunk: Buffer) => chunks.push(chunk));
  report.hold();
  report.write(formatProgress(`error: cannot lock ref 'refs/heads/main': ${cause}\n`));
  report.end(Buffer.concat(inBand(lines('unpack ok', 'ng refs/heads/main failed to update ref'))));
  await settled();
  const text = Buffer.concat(chunks).toString();
  expect(text).toContain(`ng refs/heads/main ${reason}\n`);
  expect(text).not.toMatch(/cannot lock ref|\.lock|\/srv/);
});
