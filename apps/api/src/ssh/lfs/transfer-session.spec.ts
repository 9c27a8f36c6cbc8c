import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DomainError, MIB } from '@granary/kernel';
import { DELIM_PKT, FLUSH_PKT, formatPkt, MAX_PKT_DATA_SIZE, takePkt, type LfsObject, type Pkt } from '@granary/wire';
import { FACES } from '../../errors/faces';
import { asDomainError } from '../../errors/as-domain-error';
import type { TransferActions } from './transfer-actions';
import { TransferSession } from './transfer-session';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const text = (...lines: string[]) => Buffer.concat(lines.map((line) => formatPkt(`${line}\n`)));
const plain = (...lines: string[]) => Buffer.concat([text(...lines), FLUSH_PKT]);
const VERSION = plain('version 1');
const AGREED = [
  ['version=1', 'locking'],
  ['status 200', 'delim'],
];

function withData(head: string[], data: Buffer, packetBytes = 32768): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < data.length; at += packetBytes) packets.push(formatPkt(data.subarray(at, at + packetBytes)));
  return Buffer.concat([text(...head), DELIM_PKT, ...packets, FLUSH_PKT]);
}

/** The answers, each as its packets before the flush; what is no text comes as it is, in latin1. */
function answersIn(wire: Buffer): string[][] {
  const answers: string[][] = [[]];
  for (let rest = wire; rest.length > 0;) {
    const taken = takePkt(rest) as { pkt: Pkt; size: number };
    rest = rest.subarray(taken.size);
    if (taken.pkt.kind === 'flush') answers.push([]);
    else if (taken.pkt.kind === 'data')
      answers.at(-1)?.push(Buffer.from(taken.pkt.data).toString('latin1').replace(/\n$/, ''));
    else answers.at(-1)?.push(taken.pkt.kind);
  }
  expect(answers.pop()).toEqual([]);
  return answers;
}

/** A repository in memory, which knows nobody. */
class Shelf implements TransferActions {
  readonly objects = new Map<string, Buffer>();
  readonly seen: unknown[] = [];

  batch(args: Record<string, string>, objects: LfsObject[]) {
    if (objects.length > 1000) throw new DomainError('too_large', 'A batch may name at most 1000 objects.');
    if (args['hash-algo'] !== 'sha256') throw new DomainError('conflict', 'Another hash.');
    const has = ({ oid }: LfsObject) => this.objects.has(oid);
    return Promise.resolve(
      objects.map((each) => ({ ...each, action: has(each) ? ('noop' as const) : ('upload' as const) })),
    );
  }
  get(oid: string) {
    const bytes = this.objects.get(oid);
    if (!bytes) throw new DomainError('not_found', 'There is no such object.', { hint: 'Look elsewhere.' });
    return Promise.resolve({ sizeBytes: bytes.length, stream: Readable.from([bytes]) });
  }
  async put({ oid, sizeBytes }: { oid: string; sizeBytes: number }, body: Readable) {
    if (sizeBytes === 403) throw new DomainError('forbidden', 'You may not.');
    const bytes = await buffer(body);
    if (sha256(bytes) !== oid || bytes.length !== sizeBytes) throw new DomainError('hash_mismatch', 'Not the object.');
    this.objects.set(oid, bytes);
  }
  verify({ oid, sizeBytes }: { oid: string; sizeBytes: number }) {
    if (this.objects.get(oid)?.length !== sizeBytes) throw new DomainError('not_found', 'There is no such object.');
    return Promise.resolve();
  }
  lock(args: object) {
    this.seen.push(['lock', args]);
    return Promise.resolve({ status: 201, args: ['id=7'] });
  }
  listLocks(args: object) {
    this.seen.push(['list', args]);
    return Promise.resolve({ status: 200, args: ['next-cursor=9'], lines: ['lock 7'] });
  }
  unlock(id: string, args: object) {
    this.seen.push(['unlock', id, args]);
    return Promise.resolve({ status: 200, args: [`id=${id}`] });
  }
}

let shelf: Shelf;
let gone: AbortController;
beforeEach(() => {
  shelf = new Shelf();
  gone = new AbortController();
});

function start(input: Readable, operation: 'upload' | 'download' = 'upload') {
  const output = new PassThrough();
  const describe = (error: unknown) => {
    const { code, message } = asDomainError(error);
    return { status: FACES[code].status, message };
  };
  const onLull = () => undefined;
  const session = new TransferSession({
    operation,
    actions: shelf,
    input,
    output,
    signal: gone.signal,
    describe,
    onLull,
  });
  const wire = buffer(output);
  const status = session.run().finally(() => output.end());
  return { status, answers: wire.then(answersIn), output };
}

/** Sends everything, in pieces of `pieceBytes`, and closes. */
async function talk(wire: Buffer[], options: { operation?: 'upload' | 'download'; pieceBytes?: number } = {}) {
  const { operation = 'upload', pieceBytes = 32768 } = options;
  const all = Buffer.concat([VERSION, ...wire]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < all.length; at += pieceBytes) pieces.push(all.subarray(at, at + pieceBytes));
  const { status, answers } = start(Readable.from(pieces), operation);
  const [code, given] = await Promise.all([status, answers]);
  expect(given.slice(0, 2)).toEqual(AGREED);
  return { code, answers: given.slice(2) };
}

describe('a session', () => {
  const bytes = randomBytes(20_000);
  const oid = sha256(bytes);

  it.each([1, 3, 4096, 20_000_000])('uploads, verifies and quits, in pieces of %d bytes', async (pieceBytes) => {
    const requests = [
      Buffer.concat([
        text('batch', 'hash-algo=sha256', 'refname=refs/heads/main'),
        DELIM_PKT,
        text(`${oid} 20000`),
        FLUSH_PKT,
      ]),
      withData([`put-object ${oid}`, 'size=20000'], bytes),
      plain(`verify-object ${oid}`, 'size=20000'),
      plain('quit'),
    ];
    expect(await talk(requests, { pieceBytes })).toEqual({
      code: 0,
      answers: [
        ['status 200', 'hash-algo=sha256', 'delim', `${oid} 20000 upload`],
        ['status 200', 'delim'],
        ['status 200'],
        ['status 200'],
      ],
    });
    expect(shelf.objects.get(oid)?.equals(bytes)).toBe(true);
  });

  it.each([0, 1, MAX_PKT_DATA_SIZE - 1, MAX_PKT_DATA_SIZE, MAX_PKT_DATA_SIZE + 1, 4 * MAX_PKT_DATA_SIZE, 3 * MIB + 7])(
    'downloads %d bytes in full packets, the same',
    async (sizeBytes) => {
      // A text's line feed is taken off where packets are read.
      const content = randomBytes(sizeBytes).map((byte) => (byte === 0x0a ? 0x0b : byte)) as Buffer;
      shelf.objects.set(sha256(content), content);
      const { answers } = await talk([plain(`get-object ${sha256(content)}`)], { operation: 'download' });
      const [status, size, delim, ...packets] = answers[0] ?? [];
      expect([status, size, delim]).toEqual(['status 200', `size=${sizeBytes}`, 'delim']);
      expect(packets).toHaveLength(Math.ceil(sizeBytes / MAX_PKT_DATA_SIZE));
      expect(Buffer.from(packets.join(''), 'latin1').equals(content)).toBe(true);
    },
  );

  it('takes an empty object, and bodies of empty packets', async () => {
    const empty = sha256(Buffer.alloc(0));
    const padded = [text(`put-object ${empty}`, 'size=0'), DELIM_PKT, Buffer.from('00040004'), FLUSH_PKT];
    const { answers } = await talk([
      Buffer.concat(padded),
      withData([`put-object ${empty}`, 'size=0'], Buffer.alloc(0)),
    ]);
    expect(answers).toEqual([
      ['status 200', 'delim'],
      ['status 200', 'delim'],
    ]);
  });

  it('hands arguments of locks over, and their answers back', async () => {
    const { answers } = await talk([
      plain('lock', 'path=a b=c', 'refname=refs/heads/x'),
      plain('list-lock', 'limit=3'),
      plain('list-locks'),
      plain('unlock 7', 'force=true'),
    ]);
    expect(answers).toEqual([
      ['status 201', 'id=7'],
      ['status 200', 'next-cursor=9', 'delim', 'lock 7'],
      ['status 200', 'next-cursor=9', 'delim', 'lock 7'],
      ['status 200', 'id=7'],
    ]);
    expect(shelf.seen).toEqual([
      ['lock', { path: 'a b=c', refname: 'refs/heads/x' }],
      ['list', { limit: '3' }],
      ['list', {}],
      ['unlock', '7', { force: 'true' }],
    ]);
  });

  it.each([
    ['another body', withData([`put-object ${oid}`, 'size=20000'], randomBytes(20_000)), 'status 422'],
    ['a short body', withData([`put-object ${oid}`, 'size=20000'], bytes.subarray(1)), 'status 422'],
    ['a long body', withData([`put-object ${oid}`, 'size=19999'], bytes), 'status 422'],
    ['a body far too long', withData([`put-object ${oid}`, 'size=1'], Buffer.alloc(5 * MIB)), 'status 422'],
    ['a body that may not come', withData([`put-object ${oid}`, 'size=403'], bytes), 'status 403'],
    ['a body without its size', withData([`put-object ${oid}`], bytes), 'status 400'],
    ['a body for no oid', withData(['put-object ../../x', 'size=20000'], bytes), 'status 400'],
    ['an upload without a body', plain(`put-object ${oid}`, 'size=20000'), 'status 400'],
    ['a body for what has none', withData(['quit'], bytes), 'status 400'],
    ['an unknown command', plain('delete-object 7'), 'status 400'],
    ['an unknown command with a body', withData(['delete-object'], bytes), 'status 400'],
    ['nothing but a flush', FLUSH_PKT, 'status 400'],
    ['another version', plain('version 2'), 'status 400'],
    ['a download', plain(`get-object ${oid}`), 'status 403'],
    ['an object that is not there', plain(`verify-object ${oid}`, 'size=1'), 'status 404'],
    ['a batch of another hash', withData(['batch', 'hash-algo=sha512'], Buffer.from(`${oid} 1\n`)), 'status 409'],
    ['a batch that names no object', withData(['batch'], Buffer.from('../x 1\n')), 'status 400'],
    [
      'a batch of too many',
      Buffer.concat([
        text('batch', 'hash-algo=sha256'),
        DELIM_PKT,
        text(...Array<string>(3000).fill(`${oid} 1`)),
        FLUSH_PKT,
      ]),
      'status 413',
    ],
  ])('refuses %s and goes on', async (_what, request, status) => {
    const { code, answers } = await talk([request, plain('list-lock')]);
    expect(answers[0]?.slice(0, 2)).toEqual([status, 'delim']);
    expect(answers[0]?.[2]).toEqual(expect.stringMatching(/\w/));
    expect(answers.slice(1)).toEqual([['status 200', 'next-cursor=9', 'delim', 'lock 7']]);
    expect([code, shelf.objects.size]).toEqual([0, 0]);
  });

  it.each(['put-object', 'verify-object'])('refuses %s where only downloads are', async (command) => {
    const request =
      command === 'put-object'
        ? withData([`put-object ${oid}`, 'size=20000'], bytes)
        : plain(`verify-object ${oid}`, 'size=1');
    const { answers } = await talk([request, plain('lock', 'path=a'), plain('unlock 7'), plain('list-lock')], {
      operation: 'download',
    });
    expect(answers.map(([status]) => status)).toEqual(['status 403', 'status 403', 'status 403', 'status 200']);
    expect(shelf.objects.size).toBe(0);
  });

  it('does nothing before a version is agreed on', async () => {
    const { answers } = start(
      Readable.from([plain('list-lock'), withData([`put-object ${oid}`, 'size=20000'], bytes), plain('quit')]),
    );
    expect((await answers).slice(1).map(([status]) => status)).toEqual(['status 400', 'status 400', 'status 200']);
    expect([shelf.seen, shelf.objects.size]).toEqual([[], 0]);
  });
});

describe('a client that breaks the protocol', () => {
  const oid = 'a'.repeat(64);

  it.each([
    ['speaks something else', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['sends arguments without end', text('batch', ...Array.from({ length: 5000 }, (_, i) => `a${i}=b`))],
    ['sends a line as long as a packet', formatPkt(Buffer.alloc(MAX_PKT_DATA_SIZE, 'x'))],
    ['sends a packet of no kind', Buffer.from('0003')],
    ['sends a response’s end', Buffer.concat([text('quit'), Buffer.from('0002')])],
    ['stops in a packet', Buffer.from('0040batch')],
    ['stops in a request', text('batch')],
    ['stops in a batch', Buffer.concat([text('batch'), DELIM_PKT, text(`${oid} 1`)])],
    ['stops in a body', withData([`put-object ${oid}`, 'size=9'], Buffer.alloc(5)).subarray(0, -4)],
    ['puts a delimiter into a body', Buffer.concat([text(`put-object ${oid}`, 'size=9'), DELIM_PKT, DELIM_PKT])],
    ['sends a batch without end', Buffer.concat([text('batch'), DELIM_PKT, ...Array<Buffer>(101_000).fill(text('x'))])],
  ])('and %s is told so, and the session ends', async (what, bytes) => {
    const isTheEnd = what.startsWith('stops');
    const { code, answers } = await talk(isTheEnd ? [bytes] : [bytes, plain('list-lock')]);
    expect(code).toBe(1);
    expect(answers).toEqual([['status 400', 'delim', expect.stringMatching(/\w/)]]);
    expect(shelf.objects.size).toBe(0);
  });

  it('and goes on with a body that was refused is not listened to for ever', async () => {
    const packet = formatPkt(Buffer.alloc(65_000));
    const endless = (function* () {
      yield VERSION;
      yield Buffer.concat([text(`put-object ${oid}`, 'size=403'), DELIM_PKT]);
      for (;;) yield packet;
    })();
    const { status, answers } = start(Readable.from(endless));
    expect(await status).toBe(1);
    expect((await answers).at(-1)?.[0]).toBe('status 403');
  });

  it('and vanishes ends the session, whatever it waits for', async () => {
    const input = new PassThrough();
    const { status } = start(input);
    input.write(
      Buffer.concat([VERSION, text(`put-object ${oid}`, 'size=200000'), DELIM_PKT, formatPkt(Buffer.alloc(1000))]),
    );
    const late = expect(status).rejects.toThrow();
    setImmediate(() => gone.abort(new Error('the client has left')));
    await late;
    expect(shelf.objects.size).toBe(0);
  });
});

describe('the hub', () => {
  it('reads no more of a body than whoever stores it takes', async () => {
    let taken = 0;
    const packet = formatPkt(Buffer.alloc(32_768));
    const source = (function* () {
      yield Buffer.concat([VERSION, text(`put-object ${'a'.repeat(64)}`, `size=${64 * MIB}`), DELIM_PKT]);
      for (let i = 0; i < 2048; i++) yield (taken++, packet);
    })();
    let stop = () => undefined as void;
    shelf.put = (_claim, body) =>
      new Promise((_resolve, reject) => (body.read(0), (stop = () => reject(new Error('full')))));
    const { status } = start(Readable.from(source));
    let before = -1;
    while (taken !== before || taken === 0) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(taken * packet.length).toBeLessThan(2 * MIB);
    stop();
    expect(await status).toBe(1);
  });

  it('hangs up on an answer that it cannot end', async () => {
    shelf.get = () => {
      const stream = Readable.from(
        (function* () {
          yield Buffer.alloc(1000);
          throw new Error('the disk is gone');
        })(),
      );
      return Promise.resolve({ sizeBytes: 9000, stream });
    };
    const { status, answers } = start(Readable.from([VERSION, plain(`get-object ${'a'.repeat(64)}`)]), 'download');
    answers.catch(() => undefined);
    await expect(status).rejects.toThrow('the disk is gone');
  });
});
