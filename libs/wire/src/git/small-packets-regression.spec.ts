import fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { parseV2Request, V2RequestReader } from './v2-request';

const isWanted = (command: string): boolean => command === 'ls-refs' || command === 'fetch';
const MEBIBYTE = 1 << 20;
const fill = (head: string, unit: string) => Buffer.from(head + unit.repeat(Math.floor(MEBIBYTE / unit.length)));

it.each([
  ['capabilities', fill('0014command=ls-refs\n', '000aagent=')],
  ['arguments', fill('0014command=ls-refs\n0001', '0005a')],
  ['empty arguments', fill('0012command=fetch\n0001', '0004')],
])('refuses a request of tiny packets by their count: %s', (_case, body) => {
  expect(() => parseV2Request(body, isWanted)).toThrow(ProtocolError);
  expect(() => parseV2Request(body, isWanted)).toThrow(/at most \d+/);
});

it('takes the clone of a repository with twenty thousand branches', () => {
  const wants = Array.from({ length: 20_000 }, () => `0032want ${'a'.repeat(40)}\n`);
  const body = Buffer.from(`0012command=fetch\n0001${wants.join('')}0009done\n0000`);
  expect(parseV2Request(body, isWanted)).toMatchObject({ kind: 'request', lines: { length: 20_001 } });
});

it('reads each packet once and says the same, however the bytes arrive', () => {
  const packet = fc.constantFrom(
    '0000',
    '0001',
    '0004',
    '0008peel',
    '000agent=a',
    '0014command=ls-refs\n',
    '0003',
    '00',
  );
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), (packets, step) => {
      const body = Buffer.from(`0014command=ls-refs\n${packets.join('')}`);
      const reader = new V2RequestReader(isWanted);
      let sizeBytes = 0;
      let parsed: ReturnType<V2RequestReader['read']> = { kind: 'incomplete' };
      while (parsed.kind === 'incomplete' && sizeBytes < body.length) {
        sizeBytes = Math.min(body.length, sizeBytes + step);
        parsed = reader.read(body.subarray(0, sizeBytes));
      }
      // A reader stops at the first whole request; what follows it is seen by who reads all at once.
      expect(parsed).toEqual(parseV2Request(body.subarray(0, sizeBytes), isWanted));
    }),
  );
});
