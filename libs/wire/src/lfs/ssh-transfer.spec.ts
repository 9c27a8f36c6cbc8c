import * as fc from 'fast-check';
import { takePkt, type Pkt } from '../git/pkt-line';
import {
  formatBatchLine,
  formatTransferAnswer,
  formatTransferDataHead,
  parseBatchLine,
  parseTransferRequest,
  parseTransferSize,
  TRANSFER_CAPABILITIES,
} from './ssh-transfer';

const oid = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const bytes = (text: string) => Buffer.from(text);
const parse = (...lines: string[]) => parseTransferRequest(lines.map(bytes));
const oids = fc.stringMatching(/^[0-9a-f]{64}$/);

/** The packets of `wire` as git-lfs's client reads them: a text without its line feed, or the name of what is none. */
function packetsOf(wire: Buffer): string[] {
  const found: string[] = [];
  for (let rest = wire; rest.length > 0;) {
    const taken = takePkt(rest) as { pkt: Pkt; size: number };
    const { pkt } = taken;
    found.push(pkt.kind === 'data' ? Buffer.from(pkt.data).toString().replace(/\n$/, '') : pkt.kind);
    rest = rest.subarray(taken.size);
  }
  return found;
}

describe('parseTransferRequest', () => {
  it.each([
    [['version 1\n'], { kind: 'version', version: '1', args: {} }],
    [
      ['batch\n', 'transfer=ssh\n', 'hash-algo=sha256\n', 'refname=refs/heads/main\n'],
      { kind: 'batch', args: { transfer: 'ssh', 'hash-algo': 'sha256', refname: 'refs/heads/main' } },
    ],
    [[`get-object ${oid}\n`, 'size=3\n'], { kind: 'get_object', oid, args: { size: '3' } }],
    [
      [`put-object ${oid}`, 'size=3', 'token=a=b&c=d'],
      { kind: 'put_object', oid, args: { size: '3', token: 'a=b&c=d' } },
    ],
    [[`verify-object ${oid}\n`], { kind: 'verify_object', oid, args: {} }],
    [['lock\n', 'path=a b=c.bin\n'], { kind: 'lock', args: { path: 'a b=c.bin' } }],
    [['list-lock\n', 'cursor=\n'], { kind: 'list_lock', args: { cursor: '' } }],
    [['list-locks\n'], { kind: 'list_lock', args: {} }],
    [['unlock 7\n', 'force=true\n'], { kind: 'unlock', id: '7', args: { force: 'true' } }],
    [['quit\n'], { kind: 'quit', args: {} }],
    [['quit\n', 'no-value\n'], { kind: 'quit', args: { 'no-value': '' } }],
  ])('reads %j', (lines, request) => {
    expect(parse(...lines)).toEqual(request);
  });

  it.each([
    [[], /no such command/],
    [['fetch\n'], /no such command/],
    [['batch 7\n'], /no operand/],
    [['version\n'], /number/],
    [['unlock\n'], /id of a lock/],
    [['unlock 7 8\n'], /one operand/],
    [['get-object\n'], /oid/],
    [['get-object ../../etc/passwd\n'], /oid/],
    [[`get-object ${oid.toUpperCase()}\n`], /oid/],
    [[`put-object  ${oid}\n`], /operand/],
    [[`put-object ${oid}`, 'size=1', 'size=2'], /twice/],
  ])('refuses %j', (lines, reason) => {
    expect(parse(...lines)).toEqual({ kind: 'malformed', reason: expect.stringMatching(reason) });
  });

  it('refuses what is no UTF-8', () => {
    const broken = parseTransferRequest([bytes('lock\n'), Buffer.from([0x70, 0x3d, 0xff])]);
    expect(broken).toEqual({ kind: 'malformed', reason: expect.stringMatching(/UTF-8/) });
  });

  it('takes no argument for a property that every object has', () => {
    expect(parse('quit', '__proto__=x', 'constructor=y')).toMatchObject({ args: { constructor: 'y' } });
    expect(Object.keys((parse('quit', '__proto__=x') as { args: object }).args)).toEqual(['__proto__']);
  });

  it('answers for any bytes, and never with an oid that is none', () => {
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string().map(bytes),
      oids.map((id) => bytes(`get-object ${id}`)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const request = parseTransferRequest(lines);
        if ('oid' in request) expect(request.oid).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });
});

describe('sizes', () => {
  it('are read as they are written', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (size) => expect(parseTransferSize(String(size))).toBe(size)));
  });

  it.each([undefined, '', '-1', '+1', '1.5', '1e3', '0x10', ' 1', '9007199254740992', '1'.repeat(17)])(
    'are not %j',
    (text) => expect(parseTransferSize(text)).toBeNull(),
  );
});

describe('the lines of a batch', () => {
  it('are read as the client writes them', () => {
    fc.assert(
      fc.property(oids, fc.maxSafeNat(), (id, size) => {
        expect(parseBatchLine(bytes(`${id} ${size}\n`))).toEqual({ oid: id, size });
        expect(parseBatchLine(bytes(`${id} ${size} some=thing`))).toEqual({ oid: id, size });
      }),
    );
  });

  it.each(['', oid, `${oid} `, `${oid} -1`, `${oid}  1`, `${oid.slice(1)} 1`, `../${oid} 1`, `${oid}\t1`])(
    'are not %j',
    (text) => expect(parseBatchLine(bytes(text))).toBeNull(),
  );

  it('are written with one space between words', () => {
    expect(formatBatchLine({ oid, size: 0, action: 'noop' })).toBe(`${oid} 0 noop`);
  });
});

describe('answers', () => {
  it('are packets that the client tells apart', () => {
    expect(packetsOf(TRANSFER_CAPABILITIES)).toEqual(['version=1', 'locking', 'flush']);
    expect(packetsOf(formatTransferAnswer({ status: 200 }))).toEqual(['status 200', 'flush']);
    expect(packetsOf(formatTransferAnswer({ status: 404, lines: ['It is gone.'] }))).toEqual([
      'status 404',
      'delim',
      'It is gone.',
      'flush',
    ]);
    expect(packetsOf(formatTransferAnswer({ status: 201, args: ['id=7', 'path=a b'] }))).toEqual([
      'status 201',
      'id=7',
      'path=a b',
      'flush',
    ]);
    expect(packetsOf(formatTransferDataHead(12))).toEqual(['status 200', 'size=12', 'delim']);
  });
});
