import * as fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { ScratchRepository } from '../testing/scratch-repository';
import { isoDate, LOG_OPTIONS, LogParser, type LogRecord } from './log';

function parseLog(output: Buffer): LogRecord[] {
  const parser = new LogParser();
  const records = parser.push(output);
  parser.end();
  return records;
}

describe('parseLog', () => {
  let repository: ScratchRepository;
  let tree: string;
  beforeAll(() => {
    repository = new ScratchRepository();
    tree = repository.line(['mktree'], { input: '' });
  });
  afterAll(() => repository.remove());

  const log = (...args: string[]) => parseLog(repository.git(['log', ...LOG_OPTIONS, ...args]));

  it('reads merges, bodies and many commits', () => {
    const root = repository.line(['commit-tree', tree, '-m', 'Root ü']);
    const side = repository.line(['commit-tree', tree, '-p', root, '-m', 'Side']);
    const message = 'Merge\nwrapped\n\nline one\n\nline two\n\n';
    const merge = repository.line(['commit-tree', tree, '-p', root, '-p', side, '-F', '-'], { input: message });
    const author = { name: 'Ada', email: 'ada@example.com', date: '2023-11-14T23:13:20+01:00' };
    const committer = { name: 'Grace', email: 'grace@example.com', date: '2023-11-14T18:45:00-03:30' };
    const shared = { tree, author, committer };
    expect(log('--topo-order', merge)).toEqual([
      { sha: merge, parents: [root, side], ...shared, subject: 'Merge wrapped', body: 'line one\n\nline two' },
      { sha: side, parents: [root], ...shared, subject: 'Side', body: '' },
      { sha: root, parents: [], ...shared, subject: 'Root ü', body: '' },
    ]);
  });

  it('reads people and dates that git itself cannot read', () => {
    const text = `tree ${tree}\nauthor A <a@b> soon\ncommitter nobody 12 +0\n\n`;
    const epoch = '1970-01-01T00:00:00+00:00';
    expect(log(repository.store('commit', text))).toMatchObject([
      {
        author: { name: 'A', email: 'a@b', date: epoch },
        committer: { name: '', email: '', date: epoch },
        subject: '',
      },
    ]);
  });

  it('reads nothing from nothing', () => {
    expect(parseLog(Buffer.alloc(0))).toEqual([]);
  });

  it.each(['abc', 'a\0b\0'])('refuses %j', (output) => {
    expect(() => parseLog(Buffer.from(output))).toThrow(ProtocolError);
  });

  const commit = (date: string, message: string) =>
    repository.store(
      'commit',
      Buffer.concat([
        Buffer.from(`tree ${tree}\nauthor A <a@b> ${date}\ncommitter A <a@b> ${date}\n\n`),
        Buffer.from(message),
      ]),
    );

  it.each([
    ['midnight in New York', '0 -0500', '1969-12-31T19:00:00-05:00'],
    ['a zone of 25 hours', '1700000000 +2500', '2023-11-14T22:13:20+00:00'],
    ['a zone of 518 hours, as in psf/requests', '1313584730 +051800', '2011-08-17T12:38:50+00:00'],
    ['a zone of three digits, as in php.vim', '1287367363 -700', '2010-10-17T19:02:43-07:00'],
    ['seconds of 2106', '4294967336 +0000', '2106-02-07T06:28:56+00:00'],
    ['a year of five digits', '999999999999 +0100', '9999-12-31T23:59:59+00:00'],
  ])('reads %s, which git cannot print', (_what, raw, iso) => {
    expect(log(commit(raw, 'x'))).toMatchObject([{ author: { date: iso }, committer: { date: iso } }]);
    expect(Number.isNaN(Date.parse(iso))).toBe(false);
  });

  it('keeps the beginning of a message of ten megabytes, and goes on with the next commit', () => {
    const long = repository.store(
      'commit',
      Buffer.concat([
        Buffer.from(`tree ${tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nshort\n\n`),
        Buffer.from('ü'.repeat(5_000_000)),
      ]),
    );
    const next = repository.line(['commit-tree', tree, '-p', long, '-m', 'next']);
    const [first, second] = log(next);
    expect(first).not.toHaveProperty('isCut');
    expect(second).toMatchObject({ sha: long, subject: 'short', isCut: true });
    expect(second?.body).toMatch(/^ü{32768}$/);
  });

  it('reads the same however the output is cut into chunks', () => {
    const output = Buffer.from(
      `${['s', 't', '', 'né', 'e', '1 +0000', 'n', 'e', '2 +0100', 'sub', 'body\n'].join('\0')}\0`,
    );
    const parser = new LogParser();
    const records = [...output].flatMap((byte) => parser.push(Buffer.of(byte)));
    parser.end();
    expect(records).toEqual(parseLog(output));
  });

  it('reads every text as a date that programs can read', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.bigInt({ min: 0n }).map((n) => `${n} +0100`),
          fc.nat().map((n) => `1 -${n}`),
        ),
        (raw) => {
          expect(isoDate(raw)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
          expect(Number.isNaN(Date.parse(isoDate(raw)))).toBe(false);
        },
      ),
    );
  });
});
