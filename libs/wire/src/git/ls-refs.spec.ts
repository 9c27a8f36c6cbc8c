import fc from 'fast-check';
import {
  capabilitiesOf,
  formatLsRefsAnswer,
  formatLsRefsRequest,
  formatRefAdvertisement,
  parseLsRefsAnswer,
  parseLsRefsRequest,
  type AdvertisedRef,
  type LsRefsRequest,
} from './ls-refs';
import { formatPkt } from './pkt-line';

const oid = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });
const name = fc.stringMatching(/^refs\/(heads|tags)\/[!-~\u00a0-\u00ff]{1,20}$/);
const refs: fc.Arbitrary<AdvertisedRef[]> = fc.array(
  fc.record({
    name,
    oid,
    symrefTarget: fc.option(name),
    peeledOid: fc.option(oid),
  }),
);
const ALL: LsRefsRequest = {
  kind: 'ls-refs',
  objectFormat: 'sha1',
  peel: true,
  symrefs: true,
  unborn: true,
  prefixes: [],
};
const body = (...parts: string[]): Buffer =>
  Buffer.concat(parts.map((part) => (/^000[01]$/.test(part) ? Buffer.from(part) : formatPkt(part))));

it('reads back the refs that it writes', () => {
  fc.assert(fc.property(refs, (some) => expect(parseLsRefsAnswer(formatLsRefsAnswer(some, ALL))).toEqual(some)));
});

it('leaves out what is not asked for', () => {
  const head = { name: 'HEAD', oid: null, symrefTarget: 'refs/heads/main', peeledOid: null };
  const tag = { name: 'refs/tags/v1', oid: 'a'.repeat(40), symrefTarget: null, peeledOid: 'b'.repeat(40) };
  const answer = (wish: Partial<LsRefsRequest>) => formatLsRefsAnswer([head, tag], { ...ALL, ...wish }).toString();
  expect(answer({})).toBe(
    `002eunborn HEAD symref-target:refs/heads/main\n006a${'a'.repeat(40)} refs/tags/v1 peeled:${'b'.repeat(40)}\n0000`,
  );
  expect(answer({ unborn: false })).not.toContain('HEAD');
  expect(answer({ symrefs: false })).not.toContain('HEAD');
  expect(answer({ peel: false })).not.toContain('peeled');
  expect(answer({ prefixes: ['refs/heads/', 'refs/ta'] })).toBe(answer({ unborn: false }));
  expect(answer({ prefixes: ['refs/heads/'] })).toBe('0000');
});

it("reads a client's request at every cut", () => {
  const request = body(
    'command=ls-refs\n',
    'agent=git/2.39.5\n',
    'object-format=sha256',
    '0001',
    'peel\n',
    'symrefs\n',
    'unborn\n',
    'ref-prefix refs/heads/a b\n',
    'ref-prefix HEAD\n',
    '0000',
  );
  for (let cut = 0; cut < request.length; cut++) {
    expect(parseLsRefsRequest(request.subarray(0, cut))).toEqual({ kind: 'incomplete' });
  }
  expect(parseLsRefsRequest(request)).toEqual({ ...ALL, objectFormat: 'sha256', prefixes: ['refs/heads/a b', 'HEAD'] });
  expect(parseLsRefsRequest(body('command=ls-refs', '0000'))).toMatchObject({ peel: false, prefixes: [] });
  expect(parseLsRefsRequest(formatLsRefsRequest('sha256'))).toEqual({ ...ALL, objectFormat: 'sha256' });
});

it.each([
  ['another command', body('command=fetch\n')],
  ['an argument that it does not know', body('command=ls-refs', '0001', 'nonsense', '0000')],
  ['a capability that it does not know', body('command=ls-refs', 'server-option=x', '0000')],
  ['a second request behind it', body('command=ls-refs', '0000', 'command=ls-refs')],
  ['no command', body('0000')],
  ['a second delimiter', body('command=ls-refs', '0001', '0001')],
  ['broken framing', Buffer.from('0003')],
  ['other bytes', Buffer.from('hello, world')],
])('leaves %s to git', (_case, bytes) => expect(parseLsRefsRequest(bytes)).toEqual({ kind: 'other' }));

it('throws nothing, whatever comes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const command = Buffer.concat([formatPkt('command=ls-refs'), Buffer.from(bytes)]);
      expect(['incomplete', 'other', 'ls-refs']).toContain(parseLsRefsRequest(command).kind);
    }),
  );
});

it.each(['0009abc', '0005x', '0001'])('refuses the answer %j', (bytes) => {
  expect(() => parseLsRefsAnswer(Buffer.from(bytes))).toThrow('ls-refs');
});

it('advertises capabilities where there are no refs', () => {
  const options = { capabilities: 'ofs-delta agent=git/2', forFetch: true, zeroOid: '0'.repeat(40) };
  const advertisement = formatRefAdvertisement([], options);
  expect(advertisement.toString('latin1')).toBe(`0053${'0'.repeat(40)} capabilities^{}\0ofs-delta agent=git/2\n0000`);
  expect(capabilitiesOf(advertisement)).toBe(options.capabilities);
  expect(() => capabilitiesOf(Buffer.from('0000'))).toThrow('capabilities');
});
