import fc from 'fast-check';
import { ScratchRepository } from '../testing/scratch-repository';
import { readLogRecord } from './log';

const TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const PERSON = 'A <a@b> 1 +0000';
const SHA = 'ab'.repeat(20);

const commit = (message: string | Buffer, headers = '') =>
  Buffer.concat([
    Buffer.from(`tree ${TREE}\nauthor ${PERSON}\ncommitter ${PERSON}\n${headers}\n`),
    Buffer.isBuffer(message) ? message : Buffer.from(message),
  ]);
const read = (message: string | Buffer, headers?: string) => readLogRecord(SHA, commit(message, headers));

it('reads a commit as git wrote it', () => {
  const repository = new ScratchRepository();
  try {
    const tree = repository.line(['mktree'], { input: '' });
    const parents = ['one', 'two'].map((message) => repository.line(['commit-tree', tree, '-m', message]));
    const message = 'Merge ü\nwrapped\n\n\nline one\n\n  line two\n\n';
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
    const sha = repository.line(args, { input: message });
    expect(readLogRecord(sha, repository.git(['cat-file', 'commit', sha]))).toEqual({
      ...{ sha, tree, parents },
      author: { name: 'Ada', email: 'ada@example.com', date: '2023-11-14T23:13:20+01:00' },
      committer: { name: 'Grace', email: 'grace@example.com', date: '2023-11-14T18:45:00-03:30' },
      message: 'Merge ü\nwrapped\n\n\nline one\n\n  line two',
      subject: 'Merge ü',
      body: 'wrapped\n\n\nline one\n\n  line two',
    });
  } finally {
    repository.remove();
  }
});

it.each([
  ['subject', 'subject', 'subject', ''],
  ['- one,\n- two\n\nCloses #7\n', '- one,\n- two\n\nCloses #7', '- one,', '- two\n\nCloses #7'],
  [
    '  indented\n\n    code\n\ttab\n\nlast',
    '  indented\n\n    code\n\ttab\n\nlast',
    'indented',
    '    code\n\ttab\n\nlast',
  ],
  ['subject\r\n\r\nwindows\r\nends\n', 'subject\r\n\r\nwindows\r\nends', 'subject', 'windows\nends'],
  ['old\rmac\r', 'old\rmac\r', 'old', 'mac'],
  ['\n\n first\n \n\t\nbody\n \n', '\n\n first\n \n\t\nbody\n ', 'first', 'body'],
  ['a\0b\n\nc\0', 'a\0b\n\nc\0', 'a\0b', 'c\0'],
  ['\n \n', '\n ', '', ''],
  ['', '', '', ''],
  [`${'x'.repeat(499)}😀y\n\nz`, `${'x'.repeat(499)}😀y\n\nz`, `${'x'.repeat(499)}…`, '…😀y\n\nz'],
])('keeps the lines of %j', (written, message, subject, body) => {
  expect(read(written)).toMatchObject({ message, subject, body });
});

it.each([
  ['encoding ISO-8859-1\n', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'Grüße'],
  ['encoding latin-1\n', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'Grüße'],
  ['encoding CP1251\n', Buffer.from([0xcf, 0xf0, 0xe8]), 'При'],
  ['encoding Shift_JIS\n', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本'],
  ['encoding eucJP\n', Buffer.from([0xc6, 0xfc, 0xcb, 0xdc]), '日本'],
  ['encoding cp936\n', Buffer.from([0xd6, 0xd0]), '中'],
  ['encoding klingon\n', Buffer.from('Grüße'), 'Grüße'],
  ['encoding EUC-JP\n', Buffer.from('Grüße'), 'Grüße'],
  ['encoding \n', Buffer.from('Grüße'), 'Grüße'],
  ['encoding UTF-8\n', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'Grüße'],
  ['', Buffer.from('Gr\xfc\xdfe \x93x\x94', 'latin1'), 'Grüße “x”'],
  ['', Buffer.from('Grüße 😀'), 'Grüße 😀'],
  ['nospace\ngpgsig -----BEGIN\n \n x\n', Buffer.from('after a signature'), 'after a signature'],
])('reads a message with the header %j', (headers, message, text) => {
  expect(read(message, headers).message).toBe(text);
});

it('reads people in the same encoding, each line by itself', () => {
  const text = `tree ${TREE}\nauthor J\xfcrgen <j@b> 1 +0000\ncommitter J\xc3\xbcrgen <j@b> 1 +0000\n`;
  const people = (headers: string) => {
    const { author, committer } = readLogRecord(SHA, Buffer.from(`${text}${headers}\nx`, 'latin1'));
    return [author.name, committer.name];
  };
  expect(people('')).toEqual(['Jürgen', 'Jürgen']);
  expect(people('encoding ISO-8859-1\n')).toEqual(['Jürgen', 'JÃ¼rgen']);
});

it.each([
  ['ü'.repeat(100), 101, 49],
  ['x'.repeat(100), 50, 49],
  ['e\u0301'.repeat(30), 60, 38],
  ['😀'.repeat(30), 42, 18],
])('keeps the beginning of a long message, cut between characters: %j', (message, maxMessageBytes, length) => {
  const cut = readLogRecord(SHA, commit(message), { maxMessageBytes });
  expect(cut).toMatchObject({ isCut: true, message: message.slice(0, length) });
  expect(readLogRecord(SHA, commit(message).subarray(0, -10), { isCut: true })).toMatchObject({ isCut: true });
  expect(read(message)).not.toHaveProperty('isCut');
});

it('answers for any bytes, cut anywhere', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(400), (bytes, length) => {
      const object = commit(Buffer.from(bytes)).subarray(0, length);
      const record = readLogRecord(SHA, object, { isCut: true });
      expect(Number.isNaN(Date.parse(record.author.date))).toBe(false);
      expect(record.message).not.toMatch(/\p{Surrogate}/u);
      expect(readLogRecord(SHA, bytes).sha).toBe(SHA);
    }),
  );
});
