import * as fc from 'fast-check';
import { ScratchRepository } from '../testing/scratch-repository';
import { parseCommit, parseTag, parseTree } from './objects';
import { TreeCursor } from './tree-cursor';

let repository: ScratchRepository;
beforeAll(() => (repository = new ScratchRepository()));
afterAll(() => repository.remove());

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const ada = 'Ada <ada@example.com> 1700000000 +0100';
const signature = '-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n';

function commitText(overrides: Partial<Record<'tree' | 'author' | 'committer' | 'rest', string>> = {}): Buffer {
  const { tree = emptyTree, author = ada, committer = ada, rest = '\nhello\n' } = overrides;
  return Buffer.from(`tree ${tree}\nauthor ${author}\ncommitter ${committer}\n${rest}`);
}

describe('parseCommit', () => {
  it('reads what git wrote', () => {
    const parents = ['one', 'two'].map((message) => repository.line(['commit-tree', emptyTree, '-m', message]));
    const args = ['commit-tree', emptyTree, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'Merge\n\nbody'];
    const sha = repository.line(args);
    expect(parseCommit(repository.git(['cat-file', 'commit', sha]))).toEqual({
      kind: 'commit',
      tree: emptyTree,
      parents,
      author: { name: 'Ada', email: 'ada@example.com', epochSeconds: 1700000000, timeZone: '+0100' },
      committer: { name: 'Grace', email: 'grace@example.com', epochSeconds: 1700000100, timeZone: '-0330' },
      encoding: null,
      message: 'Merge\n\nbody\n',
      isCut: false,
    });
  });

  it('agrees with git log about names, addresses, dates and messages', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'B', 'é', '中', ' ', '.', '"', '>', '0'), maxLength: 8 });
    const seconds = fc.integer({ min: 0, max: 4102444800 });
    fc.assert(
      fc.property(word, word, seconds, word, (name, email, epochSeconds, subject) => {
        const author = `${name.replaceAll('>', '')} <${email}> ${epochSeconds} +0230`;
        const sha = repository.store('commit', commitText({ author, rest: `\n${subject}\n` }));
        const format = '--format=%an%x00%ae%x00%at%x00%B';
        const [an, ae, at, body] = repository.line(['log', '-1', '--encoding=UTF-8', format, sha]).split('\x00');
        const commit = parseCommit(repository.git(['cat-file', 'commit', sha]));
        if (commit.kind !== 'commit') throw new Error(commit.reason);
        const seen = [commit.author.name, commit.author.email, String(commit.author.epochSeconds)];
        expect([...seen, commit.message.trim()]).toEqual([an, ae, at, body?.trim()]);
      }),
      { numRuns: 60 },
    );
  });

  it('reads a message in the encoding that the commit names', () => {
    const text = Buffer.concat([
      commitText({ rest: 'encoding ISO-8859-1\n\n' }),
      Buffer.from('Gr\u00fc\u00dfe\n', 'latin1'),
    ]);
    expect(parseCommit(text)).toMatchObject({ encoding: 'ISO-8859-1', message: 'Grüße\n' });
  });

  it('falls back to UTF-8 for an encoding that nobody knows', () => {
    expect(parseCommit(commitText({ rest: 'encoding klingon\n\nGrüße' }))).toMatchObject({ message: 'Grüße' });
  });

  it('keeps the signature out of the message', () => {
    const folded = signature.trimEnd().replaceAll('\n', '\n ');
    expect(parseCommit(commitText({ rest: `gpgsig ${folded}\nmergetag object\n type\n\nhello` }))).toMatchObject({
      message: 'hello',
    });
  });

  it('finds the date behind a stray bracket', () => {
    const commit = parseCommit(commitText({ author: 'A <a@b> c> 17 +0100' }));
    expect(commit).toMatchObject({ author: { email: 'a@b', epochSeconds: 17, timeZone: '+0100' } });
  });

  it('reads a commit without a message', () => {
    expect(parseCommit(commitText({ rest: '' }))).toMatchObject({ kind: 'commit', message: '' });
  });

  it.each([
    ['', /start with a tree/],
    ['hello', /start with a tree/],
    [`author ${ada}\n\nx`, /start with a tree/],
    ['tree 1234\n\nx', /start with a tree/],
    [`tree ${emptyTree}\nparent HEAD\nauthor ${ada}\ncommitter ${ada}\n\n`, /parent/],
  ])('tells what is wrong with %j', (text, reason) => {
    expect(parseCommit(Buffer.from(text))).toEqual({ kind: 'malformed', reason: expect.stringMatching(reason) });
  });

  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const prefixed = Buffer.concat([commitText({ rest: '' }), bytes]);
        expect(['commit', 'malformed']).toContain(parseCommit(prefixed).kind);
        expect(['commit', 'malformed']).toContain(parseCommit(bytes).kind);
        expect(['tag', 'malformed']).toContain(parseTag(bytes).kind);
        expect(['tree', 'malformed']).toContain(parseTree(bytes, 20).kind);
      }),
    );
  });
});

describe('parseTag', () => {
  it('reads what git wrote', () => {
    const sha = repository.line(['commit-tree', emptyTree, '-m', 'x']);
    repository.git(['tag', '-a', 'v1', '-m', 'First', sha]);
    expect(parseTag(repository.git(['cat-file', 'tag', 'v1']))).toEqual({
      kind: 'tag',
      object: sha,
      type: 'commit',
      name: 'v1',
      tagger: { name: 'Grace', email: 'grace@example.com', epochSeconds: 1700000100, timeZone: '-0330' },
      message: 'First\n',
    });
  });

  it('splits the signature off the message', () => {
    const text = `object ${emptyTree}\ntype tree\ntag t\n\nhello\n${signature}`;
    expect(parseTag(Buffer.from(text))).toMatchObject({ tagger: null, message: 'hello\n' });
  });

  it.each(['', 'object 12\ntype commit\ntag x\n\n', `object ${emptyTree}\ntag x\n\n`])('refuses %j', (text) => {
    expect(parseTag(Buffer.from(text)).kind).toBe('malformed');
  });
});

describe('parseTree', () => {
  it.each([
    ['sha1', 20],
    ['sha256', 32],
  ] as const)('reads what git wrote with %s', (format, oidBytes) => {
    const scratch = new ScratchRepository(format);
    try {
      const blob = scratch.store('blob', 'x');
      const listing = ['a b', 'ünï', 'new\nline'].map((name) => `100644 blob ${blob}\t${name}\x00`).join('');
      const inner = scratch.line(['mktree', '-z'], { input: listing });
      const rest = `040000 tree ${inner}\tdir\x00100755 blob ${blob}\trun\x00120000 blob ${blob}\tlink\x00`;
      const tree = scratch.line(['mktree', '-z'], { input: listing + rest });
      const parsed = parseTree(scratch.git(['cat-file', 'tree', tree]), oidBytes);
      if (parsed.kind !== 'tree') throw new Error(parsed.reason);
      const type = (mode: string) => (mode === '040000' ? 'tree' : 'blob');
      const printed = parsed.entries.map(
        (entry) => `${entry.mode} ${type(entry.mode)} ${entry.oid}\t${entry.name}\x00`,
      );
      expect(printed.join('')).toBe(scratch.git(['ls-tree', '-z', tree]).toString());
      expect(parsed.entries.map((entry) => Buffer.from(entry.nameBytes).toString())).toContain('new\nline');
    } finally {
      scratch.remove();
    }
  });

  it('takes every recorded mode for what git takes it for, and the cursor does too', () => {
    const blob = repository.store('blob', 'x');
    const modes = ['100644', '0100644', '100664', '100600', '100755', '100711', '120000', '120777', '40000', '040000'];
    for (const mode of [...modes, '40755', '160000', '140000', '1', `7777777777777${'0'.repeat(20)}100644`]) {
      const tree = Buffer.concat([Buffer.from(`${mode} x\x00`), Buffer.from(blob, 'hex')]);
      const shown = repository.line(['ls-tree', repository.store('tree', tree)]).split(' ')[0];
      expect(parseTree(tree, 20)).toMatchObject({ entries: [{ mode: shown }] });
      expect(new TreeCursor(tree, 20).mode).toBe(parseInt(shown ?? '', 8));
    }
  });

  it('reads the empty tree', () => {
    expect(parseTree(Buffer.alloc(0), 20)).toEqual({ kind: 'tree', entries: [] });
  });

  it('notices every cut', () => {
    const wire = Buffer.concat([Buffer.from('100644 a\x00'), Buffer.alloc(20, 7)]);
    for (let cut = 1; cut < wire.length; cut++) expect(parseTree(wire.subarray(0, cut), 20).kind).toBe('malformed');
    expect(parseTree(wire, 20).kind).toBe('tree');
  });

  it.each(['99 a\x00', '100644 \x00', 'x a\x00'])('refuses the entry %j', (entry) => {
    expect(parseTree(Buffer.concat([Buffer.from(entry), Buffer.alloc(20)]), 20).kind).toBe('malformed');
  });
});

describe('the beginning of a long message', () => {
  const message = (rest: string, options: Parameters<typeof parseCommit>[1]) => {
    const commit = parseCommit(commitText({ rest: `\n${rest}` }), options);
    return commit.kind === 'commit' ? [commit.message, commit.isCut] : commit;
  };

  it('is all that is decoded, and says so', () => {
    expect(message('hello', {})).toEqual(['hello', false]);
    expect(message('hello', { maxMessageBytes: 5 })).toEqual(['hello', false]);
    expect(message('hello world', { maxMessageBytes: 6 })).toEqual(['hello', true]);
    expect(message('hello', { isCut: true })).toEqual(['hell', true]);
    expect(message('', { isCut: true })).toEqual(['', true]);
  });

  it('ends between two characters', () => {
    expect(message('aé中', { maxMessageBytes: 5 })).toEqual(['a', true]);
    expect(message('a😀b', { maxMessageBytes: 5 })).toEqual(['a', true]);
  });
});

it.each([
  ['a tree that is none', commitText({ tree: 'x' })],
  ['another header first', Buffer.from(`author ${ada}\ntree ${emptyTree}\n\n`)],
  ['no header', Buffer.from('\nhello')],
  ['nothing', Buffer.alloc(0)],
])('finds no commit in an object with %s', (_, bytes) => {
  expect(parseCommit(bytes)).toEqual({ kind: 'malformed', reason: 'it does not start with a tree' });
});

it.each([
  ['no object', `type commit\ntag v1\n\n`, 'it does not name the tagged object'],
  ['an object that is none', `object x\ntype commit\ntag v1\n\n`, 'it does not name the tagged object'],
  ['no type', `object ${emptyTree}\ntag v1\n\n`, 'it lacks a type or a name'],
  ['no name', `object ${emptyTree}\ntype tree\n\n`, 'it lacks a type or a name'],
])('finds no tag in an object with %s', (_, text, reason) => {
  expect(parseTag(Buffer.from(text))).toEqual({ kind: 'malformed', reason });
});

it('reads a tag in the encoding that it names', () => {
  const text = `object ${emptyTree}\ntype tree\ntag f\xfcnf\ntagger J\xf6rg <j@x> 1 +0000\nencoding ISO-8859-1\n\ngr\xfc\xdfe\n`;
  expect(parseTag(Buffer.from(text, 'latin1'))).toMatchObject({
    name: 'fünf',
    tagger: { name: 'Jörg' },
    message: 'grüße\n',
  });
});

it.each([
  ['40000 a', 'it breaks off at byte 0'],
  [`40000 a\0${'x'.repeat(19)}`, 'it breaks off at byte 0'],
  [`40000\0 ${'x'.repeat(20)}`, 'it breaks off at byte 0'],
  [`100644 a\0${'x'.repeat(20)}b`, 'it breaks off at byte 29'],
  [` a\0${'x'.repeat(20)}`, 'the entry at byte 0 has no mode'],
  [`x40000 a\0${'x'.repeat(20)}`, 'the entry at byte 0 has no mode'],
  [`40000x a\0${'x'.repeat(20)}`, 'the entry at byte 0 has no mode'],
  [`40000 \0${'x'.repeat(20)}`, 'the entry at byte 0 has no name'],
])('finds no tree in %j', (text, reason) => {
  expect(parseTree(Buffer.from(text), 20)).toEqual({ kind: 'malformed', reason });
});
