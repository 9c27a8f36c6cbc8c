import fc from 'fast-check';
import { formatPkt } from './pkt-line';
import { parseV2Request } from './v2-request';

const body = (...parts: string[]): Buffer =>
  Buffer.concat(parts.map((part) => (/^000[01]$/.test(part) ? Buffer.from(part) : formatPkt(part))));
const isWanted = (command: string): boolean => command === 'ls-refs' || command === 'fetch';

it('reads a request at every cut', () => {
  const lines = ['peel', 'ref-prefix refs/heads/a b'];
  const request = body(
    'command=ls-refs\n',
    'agent=git/2.39.5\n',
    'object-format=sha256',
    '0001',
    ...lines.map((line) => `${line}\n`),
    '0000',
  );
  for (let cut = 0; cut < request.length; cut++) {
    expect(parseV2Request(request.subarray(0, cut), isWanted)).toEqual({ kind: 'incomplete' });
  }
  const read = { kind: 'request', command: 'ls-refs', objectFormat: 'sha256', lines };
  expect(parseV2Request(request, isWanted)).toEqual(read);
});

it('needs no arguments', () => {
  const read = { kind: 'request', command: 'fetch', objectFormat: 'sha1', lines: [] };
  expect(parseV2Request(body('command=fetch', '0000'), isWanted)).toEqual(read);
});

it.each([
  ['another command, before it is whole', body('command=object-info\n')],
  ['a capability that it does not know', body('command=ls-refs', 'server-option=x', '0000')],
  ['a second request behind it', body('command=ls-refs', '0000', 'command=ls-refs')],
  ['no command', body('0000')],
  ['a second delimiter', body('command=ls-refs', '0001', '0001')],
  ['broken framing', Buffer.from('0003')],
  ['other bytes', Buffer.from('hello, world')],
])('leaves %s to git', (_case, bytes) => expect(parseV2Request(bytes, isWanted)).toEqual({ kind: 'other' }));

it('throws nothing, whatever comes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const command = Buffer.concat([formatPkt('command=ls-refs'), Buffer.from(bytes)]);
      expect(['incomplete', 'other', 'request']).toContain(parseV2Request(command, isWanted).kind);
    }),
  );
});
