import fc from 'fast-check';
import {
  capabilitiesOf,
  formatLsRefsAnswer,
  formatLsRefsRequest,
  formatAnyFormatAdvertisement,
  formatRefAdvertisement,
  parseLsRefsAnswer,
  lsRefsRequestOf,
  type AdvertisedRef,
  type LsRefsRequest,
} from './ls-refs';
import { parseV2Request } from './v2-request';

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
  objectFormat: 'sha1',
  peel: true,
  symrefs: true,
  unborn: true,
  prefixes: [],
};
it('reads back the refs that it writes', () => {
  fc.assert(fc.property(refs, (some) => expect(parseLsRefsAnswer(formatLsRefsAnswer(some, ALL))).toEqual(some)));
});

it('leaves out what is not asked for', () => {
  const head = { name: 'HEAD', oid: null, symrefTarget: 'refs/heads/main', peeledOid: null };
  const tag = { name: 'refs/tags/v1', oid: 'a'.repeat(40), symrefTarget: null, peeledOid: 'b'.repeat(40) };
  const answer = (input: Partial<LsRefsRequest>) => formatLsRefsAnswer([head, tag], { ...ALL, ...input }).toString();
  expect(answer({})).toBe(
    `002eunborn HEAD symref-target:refs/heads/main\n006a${'a'.repeat(40)} refs/tags/v1 peeled:${'b'.repeat(40)}\n0000`,
  );
  expect(answer({ unborn: false })).not.toContain('HEAD');
  expect(answer({ symrefs: false })).not.toContain('HEAD');
  expect(answer({ peel: false })).not.toContain('peeled');
  expect(answer({ prefixes: ['refs/heads/', 'refs/ta'] })).toBe(answer({ unborn: false }));
  expect(answer({ prefixes: ['refs/heads/'] })).toBe('0000');
});

it('tells the refs that begin with one of the prefixes, however many and whatever they are', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u00ff'), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(piece, { maxLength: 12 }), (names, prefixes) => {
      const some = names.map((name) => ({ name, oid: 'a'.repeat(40), symrefTarget: null, peeledOid: null }));
      const told = parseLsRefsAnswer(
        formatLsRefsAnswer(
          some.filter(({ name }) => name !== ''),
          { ...ALL, prefixes },
        ),
      );
      const wanted = (name: string) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
      expect(told.map(({ name }) => name)).toEqual(names.filter((name) => name !== '' && wanted(name)));
    }),
  );
});

it("reads a client's request", () => {
  const parsed = parseV2Request(formatLsRefsRequest('sha256'), (command) => command === 'ls-refs');
  if (parsed.kind !== 'request') throw new Error(parsed.kind);
  expect(lsRefsRequestOf(parsed)).toEqual({ ...ALL, objectFormat: 'sha256' });
  const asked = { ...parsed, lines: ['symrefs', 'ref-prefix refs/heads/a b', 'ref-prefix HEAD'] };
  expect(lsRefsRequestOf(asked)).toMatchObject({ peel: false, symrefs: true, prefixes: ['refs/heads/a b', 'HEAD'] });
  expect(lsRefsRequestOf({ ...parsed, lines: [] })).toMatchObject({ symrefs: false, unborn: false, prefixes: [] });
  expect(lsRefsRequestOf({ ...parsed, lines: ['nonsense'] })).toBeNull();
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

describe('an advertisement of protocol version 0', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
  const refs: AdvertisedRef[] = [
    { name: 'HEAD', oid: a, symrefTarget: 'refs/heads/main', peeledOid: null },
    { name: 'refs/heads/main', oid: a, symrefTarget: null, peeledOid: null },
    { name: 'refs/heads/unborn', oid: null, symrefTarget: null, peeledOid: null },
    { name: 'refs/tags/v1', oid: b, symrefTarget: null, peeledOid: c },
  ];
  const lines = (forFetch: boolean, some = refs) =>
    formatRefAdvertisement(some, { capabilities: 'ofs-delta', forFetch, zeroOid: '0'.repeat(40) })
      .toString('latin1')
      .split(/^.{4}|\n.{4}/)
      .slice(1);

  it('tells who fetches where HEAD is, and what tags point at', () => {
    expect(lines(true)).toEqual([
      `${a} HEAD\0ofs-delta symref=HEAD:refs/heads/main`,
      `${a} refs/heads/main`,
      `${b} refs/tags/v1`,
      `${c} refs/tags/v1^{}`,
      '',
    ]);
  });

  it('tells who pushes only what may be moved', () => {
    expect(lines(false)).toEqual([`${a} refs/heads/main\0ofs-delta`, `${b} refs/tags/v1`, '']);
  });

  it('says nothing of a HEAD that is unborn or detached', () => {
    const unborn = refs.map((ref) => (ref.name === 'HEAD' ? { ...ref, oid: null } : ref));
    expect(lines(true, unborn)[0]).toBe(`${a} refs/heads/main\0ofs-delta`);
    const detached = refs.map((ref) => ({ ...ref, symrefTarget: null }));
    expect(lines(true, detached)[0]).toBe(`${a} HEAD\0ofs-delta`);
    const another = refs.map((ref) => (ref.name === 'HEAD' ? { ...ref, name: 'refs/heads/HEAD' } : ref));
    expect(lines(true, another)[0]).toBe(`${a} refs/heads/HEAD\0ofs-delta`);
  });

  it('is read back without what is told of HEAD', () => {
    const advertisement = formatRefAdvertisement(refs, {
      ...{ capabilities: 'agent=git/2 symrefs=no', forFetch: true, zeroOid: '0'.repeat(40) },
    });
    expect(capabilitiesOf(advertisement)).toBe('agent=git/2 symrefs=no');
    expect(() => capabilitiesOf(Buffer.from('0000'))).toThrow('names no capabilities');
    expect(() => capabilitiesOf(Buffer.alloc(0))).toThrow('names no capabilities');
    expect(() => capabilitiesOf(Buffer.from('0008abc\n'))).toThrow('names no capabilities');
  });
});

const pkt = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;

it.each([
  ['an id that is cut', `${'a'.repeat(39)} refs/heads/x\n`],
  ['an id that is too long', `${'a'.repeat(41)} refs/heads/x\n`],
  ['something before the id', `x${'a'.repeat(40)} refs/heads/x\n`],
  ['an id of other characters', `${'g'.repeat(64)} refs/heads/x\n`],
  ['no name', `${'a'.repeat(40)}\n`],
  ['no id', ' refs/heads/x\n'],
  ['nothing', '\n'],
])('refuses an answer with %s', (_, line) => {
  expect(() => parseLsRefsAnswer(Buffer.from(`${pkt(line)}0000`))).toThrow(
    `An answer to ls-refs holds the line ${JSON.stringify(line)}`,
  );
});

it('leaves to git what has more prefixes than git heeds', () => {
  const asked = (count: number) =>
    lsRefsRequestOf({
      command: 'ls-refs',
      kind: 'request',
      objectFormat: 'sha1',
      lines: Array<string>(count).fill('ref-prefix refs/'),
    });
  expect(asked(65_536)?.prefixes).toHaveLength(65_536);
  expect(asked(65_537)).toBeNull();
});

it('offers several object formats behind a line that names no object', () => {
  const told = formatAnyFormatAdvertisement('atomic object-format=sha1 agent=git/2', ['sha1', 'sha256']);
  const capabilities = 'atomic object-format=sha1 object-format=sha256 agent=git/2';
  expect(told.toString('latin1')).toBe(`006e${'0'.repeat(40)} .have\0${capabilities}\n0000`);
  expect(capabilitiesOf(told)).toBe(capabilities);
});
