import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { ScratchRepository } from '../testing/scratch-repository';
import { formatPointer, parsePointer, POINTER_LIMIT_BYTES } from './pointer';

// Each test starts git-lfs once, or a few times: pointer.spec.ts holds what needs no other program.
const oid = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const other = 'b'.repeat(64);
const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;

let repository: ScratchRepository;
beforeEach(() => (repository = new ScratchRepository()));
afterEach(() => repository.remove());

/** The same blobs in every run: what a machine finds, another can look at. */
const SEED = 20_240_229;
const sampleOf = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) => fc.sample(arbitrary, { seed: SEED, numRuns });

/** Commits `blobs` as files named by their number, byte for byte, whatever attributes say. Returns their ids. */
function commitBlobs(blobs: Buffer[], attributes = ''): string[] {
  const directory = join(repository.path, 'blobs');
  mkdirSync(directory);
  const paths = blobs.map((_, index) => join(directory, String(index)));
  blobs.forEach((blob, index) => writeFileSync(join(directory, String(index)), blob));
  const attributesPath = join(directory, '.gitattributes');
  writeFileSync(attributesPath, attributes);
  const ids = repository
    .line(['hash-object', '-w', '--no-filters', '--stdin-paths'], { input: [...paths, attributesPath].join('\n') })
    .split('\n');
  const names = [...blobs.keys(), '.gitattributes'];
  const entries = ids.map((id, at) => `100644 ${id} 0\t${names[at]}\n`);
  repository.git(['update-index', '--add', '--index-info'], { input: entries.join('') });
  repository.git(['commit', '-q', '-m', 'x']);
  return ids.slice(0, -1);
}

/**
 * What git-lfs says of each blob: 0 a canonical pointer, 1 no pointer, 2 a pointer that it would write otherwise.
 * One command for all: its own start is what takes the time.
 */
function gitLfsVerdicts(blobs: Buffer[]): number[] {
  const ids = commitBlobs(blobs, '[0-9]* filter=lfs\n');
  // Its exit status is 1 where it finds anything.
  const report = repository.line(['-c', 'alias.check=!git lfs fsck --pointers HEAD || true', 'check']);
  const foreign = new Set(Array.from(report.matchAll(/unexpectedGitObject: "(\d+)"/g), ([, name]) => Number(name)));
  const otherwise = new Set(Array.from(report.matchAll(/nonCanonicalPointer: .*\(blob (\w+)\)/g), ([, id]) => id));
  return ids.map((id, index) => (foreign.has(index) ? 1 : otherwise.has(id) ? 2 : 0));
}

/** What git-lfs finds in a commit of `blobs`, by the blob's number: one command for all. */
function gitLfsFindings(blobs: Buffer[]): Map<number, { oid: string; sizeBytes: number }> {
  commitBlobs(blobs);
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

it('stops where git-lfs stops: a pointer has less than 1024 bytes', () => {
  const blank = (sizeBytes: number) => Buffer.from(text + ' '.repeat(sizeBytes - text.length));
  const extended = (sizeBytes: number) => {
    const line = `ext-0-${'n'.repeat(sizeBytes - text.length - `ext-0- sha256:${oid}\n`.length)} sha256:${oid}\n`;
    return Buffer.from(text.replace('oid', `${line}oid`));
  };
  const blobs = [1023, 1024, 1025].flatMap((sizeBytes) => [blank(sizeBytes), extended(sizeBytes)]);
  expect(blobs.map(({ length }) => length)).toEqual([1023, 1023, 1024, 1024, 1025, 1025]);
  expect([...gitLfsFindings(blobs).keys()].sort()).toEqual([0, 1]);
  expect(blobs.map((blob) => parsePointer(blob).kind === 'pointer')).toEqual([true, true, false, false, false, false]);
  expect(POINTER_LIMIT_BYTES).toBe(1024);
});

it('agrees with git-lfs on every single change to a pointer', () => {
  const blobs = [...singleChanges.map((change) => render([change])), ...farOff.map((blob) => Buffer.from(blob))];
  expect(disagreementsOn(blobs, gitLfsVerdicts(blobs))).toEqual([]);
});

it('agrees with git-lfs on hundreds of blobs that are nearly pointers', () => {
  const blobs = sampleOf(nearlyPointers, 400);
  expect(disagreementsOn(blobs, gitLfsVerdicts(blobs))).toEqual([]);
  // Else the drafts are too far off.
  expect(blobs.map(verdict).filter((one) => one !== 1).length).toBeGreaterThan(50);
});

it('agrees with the check of git-lfs, strict and not', () => {
  const blobs = [text, text.trimEnd(), 'hello', ''].map((blob) => Buffer.from(blob));
  const statusOf = (blob: Buffer, strict: string[]) => {
    const check = ['lfs', 'pointer', '--check', ...strict, '--stdin'];
    const shell = `alias.check=!git ${check.join(' ')}; echo $?`;
    return Number(repository.line(['-c', shell, 'check'], { input: blob, stderr: 'ignore' }));
  };
  expect(blobs.map((blob) => statusOf(blob, ['--strict']))).toEqual(blobs.map(verdict));
  expect(blobs.map((blob) => statusOf(blob, []))).toEqual([0, 0, 1, 0]);
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

it('writes the bytes that git-lfs writes', () => {
  const contents = sampleOf(fc.uint8Array({ maxLength: 300 }), 20);
  contents.forEach((content, index) => writeFileSync(join(repository.path, `f${index}`), content));
  writeFileSync(join(repository.path, '.gitattributes'), 'f* filter=lfs\n');
  repository.git(['-c', 'filter.lfs.process=git-lfs filter-process', '-c', 'filter.lfs.required=true', 'add', '.']);
  const theirs = contents.map((_, index) => repository.git(['cat-file', 'blob', `:f${index}`]));
  const ours = contents.map((content) =>
    formatPointer({ oid: createHash('sha256').update(content).digest('hex'), sizeBytes: content.length }),
  );
  expect(ours).toEqual(theirs);
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

const farOff = [
  ...['hello', ' \n', '', text.replace('v1', 'v9'), text.replace('sha256', 'sha512'), text.replace(oid, oid.slice(1))],
  ...[text.replace('12345', '1.5'), text.replace('size 12345\n', ''), `size 1\n${text}`, `${text}x y\n`],
  ...[`ext-1-a sha256:1\n${text}`, `ext-1-a sha256:${oid}\next-1-b sha256:${oid}\n${text}`],
];

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
