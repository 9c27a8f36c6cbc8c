import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { ScratchRepository } from '../testing/scratch-repository';
import { formatPointer, parsePointer, POINTER_LIMIT_BYTES } from './pointer';

const oid = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const other = 'b'.repeat(64);
const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;
const parse = (pointer: string) => parsePointer(Buffer.from(pointer));

let repository: ScratchRepository;
beforeEach(() => (repository = new ScratchRepository()));
afterEach(() => repository.remove());

/** The same blobs in every run: what a machine finds, another can look at. */
const SEED = 20_240_229;
const sampleOf = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) => fc.sample(arbitrary, { seed: SEED, numRuns });

/**
 * What git-lfs says of each blob: 0 a canonical pointer, 1 no pointer, 2 a pointer that it would write otherwise.
 * One shell for all: the command's own start is what takes the time.
 */
function gitLfsVerdicts(blobs: Buffer[], command = 'git lfs pointer --check --strict --stdin < $i'): number[] {
  const directory = join(repository.path, 'blobs');
  mkdirSync(directory, { recursive: true });
  blobs.forEach((blob, index) => writeFileSync(join(directory, String(index)), blob));
  const script = `i=0; while [ $i -lt ${blobs.length} ]; do
    ${command}; echo $?; i=$((i + 1)); done`;
  const output = execFileSync('sh', ['-c', script], { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] });
  return output.toString().trim().split('\n').map(Number);
}

/** What git-lfs finds in a commit of `blobs`, by the blob's number: one command for all. */
function gitLfsFindings(blobs: Buffer[]): Map<number, { oid: string; sizeBytes: number }> {
  blobs.forEach((blob, index) => writeFileSync(join(repository.path, String(index)), blob));
  // Without attributes the blobs are what the files are.
  repository.git(['add', '.']);
  repository.git(['commit', '-q', '-m', 'x']);
  const field = (text: string, name: string) => new RegExp(`^ *${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const found = repository.line(['lfs', 'ls-files', '--debug']).split('\n\n').filter(Boolean);
  return new Map(
    found.map((text) => [
      Number(field(text, 'filepath')),
      { oid: field(text, 'oid').replace(/^sha256 /, ''), sizeBytes: Number(field(text, 'size')) },
    ]),
  );
}

function verdict(blob: Buffer): number {
  const parsed = parsePointer(blob);
  if (parsed.kind === 'not_pointer') return 1;
  return parsed.kind === 'empty' || parsed.canonical ? 0 : 2;
}

describe('parsePointer', () => {
  it('reads what git-lfs writes', () => {
    expect(parse(text)).toEqual({ kind: 'pointer', oid, sizeBytes: 12345, extensions: [], canonical: true });
  });

  it('reads extensions by priority', () => {
    const extended = text.replace('oid', `ext-1-b sha256:${other}\next-0-a sha256:${oid}\noid`);
    const extensions = [
      { name: 'a', priority: 0, oid },
      { name: 'b', priority: 1, oid: other },
    ];
    expect(parse(extended)).toEqual({ kind: 'pointer', oid, sizeBytes: 12345, extensions, canonical: false });
    expect(formatPointer({ oid, sizeBytes: 12345, extensions }).toString()).toBe(
      text.replace('oid', `ext-0-a sha256:${oid}\next-1-b sha256:${other}\noid`),
    );
  });

  it.each([
    ['the pre-release version', text.replace('git-lfs.github', 'hawser.github')],
    ['the alpha version', text.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['no line feed at the end', text.trimEnd()],
    ['blank lines and white space around', `\n \u2003${text.replaceAll('\n', '\n\n')}\t\u0085`],
    ['a size with a sign', text.replace('12345', '+12345')],
  ])('reads a pointer with %s, as not canonical', (_, pointer) => {
    expect(parse(pointer)).toMatchObject({ kind: 'pointer', oid, sizeBytes: 12345, canonical: false });
    expect(gitLfsVerdicts([Buffer.from(pointer)])).toEqual([2]);
  });

  it('takes an empty blob for the pointer of an empty file', () => {
    expect(parse('')).toEqual({ kind: 'empty' });
    expect(formatPointer({ oid, sizeBytes: 0 })).toHaveLength(0);
  });

  it.each([
    ['plain text', 'hello', /version/],
    ['white space', ' \n', /version/],
    ['an unknown version', text.replace('v1', 'v9'), /version/],
    ['an upper-case oid', text.replace(oid, oid.toUpperCase()), /oid/],
    ['another hash', text.replace('sha256', 'sha512'), /oid/],
    ['a short oid', text.replace(oid, oid.slice(1)), /oid/],
    ['a negative size', text.replace('12345', '-1'), /size/],
    ['a fraction', text.replace('12345', '1.5'), /size/],
    ['a missing size', text.replace('size 12345\n', ''), /size/],
    ['keys out of order', `size 1\n${text}`, /key version/],
    ['a line behind the size', `${text}x y\n`, /follows/],
    ['a key without a value', text.replace('size 12345', 'size'), /no value/],
    ['two extensions of one priority', `ext-1-a sha256:${oid}\next-1-b sha256:${oid}\n${text}`, /priority/],
    ['an extension with a bad oid', `ext-1-a sha256:1\n${text}`, /extension/],
    ['an extension without a name', `ext-1- sha256:${oid}\n${text}`, /key version/],
  ])('refuses %s, as git-lfs does', (_, blob, reason) => {
    expect(parse(blob)).toEqual({ kind: 'not_pointer', reason: expect.stringMatching(reason) });
    expect(gitLfsVerdicts([Buffer.from(blob)])).toEqual([1]);
  });

  it('refuses a size that no number can hold exactly', () => {
    expect(parse(text.replace('12345', '9007199254740991'))).toMatchObject({ sizeBytes: Number.MAX_SAFE_INTEGER });
    expect(parse(text.replace('12345', '9007199254740992')).kind).toBe('not_pointer');
  });

  it('stops where git-lfs stops: a pointer has less than 1024 bytes', () => {
    const blank = (sizeBytes: number) => Buffer.from(text + ' '.repeat(sizeBytes - text.length));
    const extended = (sizeBytes: number) => {
      const line = `ext-0-${'n'.repeat(sizeBytes - text.length - `ext-0- sha256:${oid}\n`.length)} sha256:${oid}\n`;
      return Buffer.from(text.replace('oid', `${line}oid`));
    };
    const blobs = [1023, 1024, 1025].flatMap((sizeBytes) => [blank(sizeBytes), extended(sizeBytes)]);
    expect(blobs.map(({ length }) => length)).toEqual([1023, 1023, 1024, 1024, 1025, 1025]);
    expect([...gitLfsFindings(blobs).keys()].sort()).toEqual([0, 1]);
    expect(blobs.map((blob) => parsePointer(blob).kind === 'pointer')).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(POINTER_LIMIT_BYTES).toBe(1024);
  });

  it('agrees with git-lfs on every single change to a pointer', () => {
    const blobs = singleChanges.map((change) => render([change]));
    expect(disagreementsOn(blobs, gitLfsVerdicts(blobs))).toEqual([]);
  });

  it('agrees with git-lfs on hundreds of blobs that are nearly pointers', () => {
    const blobs = sampleOf(nearlyPointers, 400);
    expect(disagreementsOn(blobs, gitLfsVerdicts(blobs))).toEqual([]);
    // Else the drafts are too far off.
    expect(blobs.map(verdict).filter((one) => one !== 1).length).toBeGreaterThan(50);
  });

  it('agrees with git-lfs where that is not strict, and reads a file', () => {
    const blobs = [...singleChanges.map((change) => render([change])), Buffer.alloc(0)];
    const theirs = gitLfsVerdicts(blobs, 'git lfs pointer --check --file=$i');
    expect(theirs).toEqual(blobs.map((blob) => (verdict(blob) === 1 ? 1 : 0)));
  });

  it('reads the oid and the size that git-lfs reads, out of hundreds', () => {
    const blobs = sampleOf(nearlyPointers, 1000);
    const theirs = gitLfsFindings(blobs);
    const ours = new Map(
      blobs.flatMap((blob, index) => {
        const parsed = parsePointer(blob);
        // `ls-files` leaves those of empty objects out.
        return parsed.kind === 'pointer' && parsed.sizeBytes > 0
          ? [[index, { oid: parsed.oid, sizeBytes: parsed.sizeBytes }]]
          : [];
      }),
    );
    expect([...theirs].sort(([one], [two]) => one - two)).toEqual([...ours]);
    expect(ours.size).toBeGreaterThan(200);
  });

  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
        expect(parsePointer(bytes).kind).toBe(bytes.length === 0 ? 'empty' : 'not_pointer');
      }),
    );
  });
});

describe('formatPointer', () => {
  it('writes the bytes that git-lfs writes', () => {
    const contents = sampleOf(fc.uint8Array({ maxLength: 300 }), 20);
    contents.forEach((content, index) => writeFileSync(join(repository.path, `f${index}`), content));
    contents.forEach((content, index) => {
      const hash = createHash('sha256').update(content).digest('hex');
      const theirs = repository.git(['lfs', 'pointer', `--file=f${index}`], { stderr: 'ignore' });
      const ours = formatPointer({ oid: hash, sizeBytes: content.length });
      expect(ours).toEqual(theirs);
      // "Pointers do not match" is status 1.
      repository.git(['lfs', 'pointer', `--file=f${index}`, '--stdin'], {
        input: ours,
        stderr: 'ignore',
      });
    });
  });

  it('is read back as it was written', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
    const extension = fc.record({
      name: fc.stringMatching(/^\w[\w.-]{0,8}$/),
      priority: fc.integer({ min: 0, max: 9 }),
      oid: hex,
    });
    const extensions = fc.uniqueArray(extension, { selector: ({ priority }) => priority, maxLength: 5 });
    fc.assert(
      fc.property(
        hex,
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        extensions,
        (hash, sizeBytes, unsorted) => {
          const facts = { oid: hash, sizeBytes, extensions: unsorted };
          const sorted = unsorted.toSorted((one, two) => one.priority - two.priority);
          expect(parsePointer(formatPointer(facts))).toEqual({
            kind: 'pointer',
            ...facts,
            extensions: sorted,
            canonical: true,
          });
        },
      ),
    );
  });
});

interface Draft {
  version: string;
  extensions: string;
  oid: string;
  size: string;
  tail: string;
  order: (keyof Draft)[];
  newline: string;
  around: [before: string, after: string];
  encoding: BufferEncoding;
}

const canonicalDraft: Draft = {
  version: 'version https://git-lfs.github.com/spec/v1',
  extensions: '',
  oid: `oid sha256:${oid}`,
  size: 'size 12345',
  tail: '',
  order: ['version', 'extensions', 'oid', 'size', 'tail'],
  newline: '\n',
  around: ['', '\n'],
  encoding: 'utf8',
};

/** What may be done to a pointer. git-lfs forgives some of it, for reasons of its own. */
const changes: { [K in keyof Draft]: Draft[K][] } = {
  version: [
    ...['version https://hawser.github.com/spec/v1', 'version http://git-media.io/v/2', 'version git-lfs', ''],
    ...['version  https://git-lfs.github.com/spec/v1', 'version https://git-lfs.github.com/spec/v1 '],
  ],
  extensions: [
    ...[
      `ext-0-a sha256:${oid}`,
      `ext-9-z.q-é sha256:${oid}`,
      `ext-10-a sha256:${oid}`,
      'ext-0-a 1',
      `ext-0- sha256:${oid}`,
    ],
    ...[`ext-1-a sha256:${oid}\next-0-b sha256:${oid}`, `ext-0-a sha256:${oid}\next-1-b sha256:${other}`],
    ...[
      `ext-1-a sha256:${oid}\next-1-b sha256:${oid}`,
      `ext-1-a sha256:1\next-1-a sha256:${oid}`,
      `ext-1-a sha256:${oid} `,
    ],
    `ext-1-a\u00ff sha256:${oid}`,
  ],
  oid: [
    `oid sha256:${oid.toUpperCase()}`,
    `oid sha256:${oid}\noid sha256:${other}`,
    `OID sha256:${oid}`,
    `oid sha256:${other} `,
    `oid ${oid}`,
    'oid sha256:',
    'oid',
    `oid sha256:${oid}0`,
    `oid sha256:${other}`,
  ],
  size: [
    ...['size 1', 'size 0', 'size -0', 'size +7', 'size -1', 'size 007', 'size 1_000', 'size 0x10', 'size 1e3'],
    ...[
      'size 9223372036854775808',
      'size 99999999999999999999',
      'size 00',
      'size +0',
      'size ++1',
      'size ',
      'size 1 ',
      'size',
      'size 9007199254740991',
    ],
  ],
  tail: [
    'extra line',
    'size 12345',
    `oid sha256:${oid}`,
    'x',
    '\n\n\n',
    ' ',
    '\u00a0',
    '\r',
    '\u0000',
    `ext-0-a sha256:${oid}`,
  ],
  order: [
    ['extensions', 'version', 'oid', 'size', 'tail'],
    ['version', 'oid', 'extensions', 'size', 'tail'],
    ['version', 'oid', 'size', 'extensions'],
    ['oid', 'version', 'size'],
  ],
  newline: ['\r\n', '\n\n', '\r', '\n\r\n', '\r\r\n'],
  around: [
    ['', ''],
    [' \t', '\n \v\f'],
    ['\u2003', '\u3000\n'],
    ['\ufeff', '\n'],
    ['\u0085', '\u00a0'],
  ],
  encoding: ['latin1'],
};

const singleChanges = (Object.keys(changes) as (keyof Draft)[]).flatMap((key) =>
  changes[key].map((value): Partial<Draft> => ({ [key]: value })),
);

const nearlyPointers = fc.array(fc.constantFrom(...singleChanges), { maxLength: 3 }).map(render);

function render(applied: readonly Partial<Draft>[]): Buffer {
  const draft: Draft = Object.assign({}, canonicalDraft, ...applied);
  const lines = draft.order.map((key) => draft[key]).filter((line) => line !== '');
  const [before, after] = draft.around;
  return Buffer.from(`${before}${lines.join('\n').replaceAll('\n', draft.newline)}${after}`, draft.encoding);
}

function disagreementsOn(blobs: Buffer[], verdicts: number[]) {
  expect(verdicts).toHaveLength(blobs.length);
  return blobs.flatMap((blob, index) => {
    const [ours, theirs] = [verdict(blob), verdicts[index]];
    return ours === theirs ? [] : [{ blob: blob.toString('latin1'), ours, theirs }];
  });
}
