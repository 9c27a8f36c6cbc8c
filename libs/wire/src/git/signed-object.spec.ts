import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { ScratchRepository } from '../testing/scratch-repository';
import type { ObjectFormat } from './oid';
import { signatureFormatOf, splitSignedCommit, splitSignedTag, type SignedObject } from './signed-object';

const MARK = '-----BEGIN PGP SIGNATURE-----';
const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};
const ada = 'Ada <ada@example.com> 1700000000 +0100';

/** What git hands to gpg for an object; null when it sees no signature. */
function handedToGpg(repository: ScratchRepository, type: 'commit' | 'tag', content: Buffer): SignedObject | null {
  const [program, out] = [join(repository.path, 'gpg'), join(repository.path, 'seen')];
  // gpg … --verify <file of the signature> -
  writeFileSync(program, `#!/bin/sh\nwhile [ "$2" != - ]; do shift; done\ncp "$1" ${out}.sig\ncat > ${out}.payload\n`);
  chmodSync(program, 0o700);
  rmSync(`${out}.sig`, { force: true });
  const oid = repository.store(type, content);
  try {
    repository.git(['-c', `gpg.program=${program}`, `verify-${type}`, oid], { stderr: 'ignore' });
  } catch {
    // The stand-in confirms nothing.
  }
  if (!existsSync(`${out}.sig`)) return null;
  return { payload: readFileSync(`${out}.payload`), signature: readFileSync(`${out}.sig`, 'latin1') };
}

/** Pieces that tempt a parser: marks, signature headers, continuation lines, high bytes. */
const line = fc.oneof(
  fc.constantFrom(
    MARK,
    '-----END PGP SIGNATURE-----',
    '-----BEGIN SSH SIGNATURE-----',
    ' folded',
    '',
    'x: y',
    'gpgsig x',
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', '-', 'é', '='), maxLength: 6 }),
);
const signature = fc.array(line, { maxLength: 4 }).map((lines) => [MARK, ...lines].join('\n '));
const header = fc.oneof(
  signature.map((value) => `gpgsig ${value}`),
  signature.map((value) => `gpgsig-sha256 ${value}`),
  fc.constantFrom('mergetag object\n tag x\n gpgsig y', 'encoding UTF-8', 'gpgsig-other z\n folded', 'x-gpgsig q'),
);

describe.each<ObjectFormat>(['sha1', 'sha256'])('beside git, with %s', (format) => {
  let repository: ScratchRepository;
  beforeAll(() => (repository = new ScratchRepository(format)));
  afterAll(() => repository.remove());

  it('takes a commit apart as git does', () => {
    fc.assert(
      fc.property(fc.array(header, { maxLength: 4 }), fc.array(line, { maxLength: 4 }), (headers, message) => {
        const fixed = [`tree ${EMPTY_TREE[format]}`, `author ${ada}`, `committer ${ada}`];
        const content = Buffer.from([...fixed, ...headers, '', ...message].join('\n'));
        const seen = handedToGpg(repository, 'commit', content);
        expect(splitSignedCommit(content, format)).toEqual(seen);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a tag apart as git does', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (message) => {
        const fixed = [`object ${EMPTY_TREE[format]}`, 'type tree', 'tag v1', `tagger ${ada}`];
        const content = Buffer.from([...fixed, '', ...message, ''].join('\n'));
        const split = splitSignedTag(content);
        // A signature of another kind goes to another program.
        if (split && signatureFormatOf(split.signature) !== 'openpgp') return;
        expect(split).toEqual(handedToGpg(repository, 'tag', content));
      }),
      { numRuns: 60 },
    );
  });
});

it('loses no byte of a tag', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const content = Buffer.from(['object x', '', ...lines].join('\n'));
      const split = splitSignedTag(content);
      if (!split) return;
      expect(Buffer.concat([split.payload, Buffer.from(split.signature, 'latin1')]).equals(content)).toBe(true);
    }),
  );
});

it('answers for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const format of ['sha1', 'sha256'] as const) splitSignedCommit(bytes, format);
      splitSignedTag(bytes);
    }),
  );
});

it.each([
  ['-----BEGIN PGP SIGNATURE-----\n', 'openpgp'],
  ['-----BEGIN PGP MESSAGE-----\n', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----\n', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----\n', 'x509'],
  ['something else', null],
])('knows %j by its first line', (armored, format) => expect(signatureFormatOf(armored)).toBe(format));

describe('a tag', () => {
  const head = `object x\ntagger ${ada}\n`;
  const split = (content: string) => {
    const signed = splitSignedTag(Buffer.from(content, 'latin1'));
    return signed && [signed.payload.toString('latin1'), signed.signature];
  };

  it.each(['PGP SIGNATURE', 'PGP MESSAGE', 'SSH SIGNATURE', 'SIGNED MESSAGE'])('ends with a %s', (name) => {
    const signature = `-----BEGIN ${name}-----\nabc\n`;
    expect(split(`${head}\nv1\n${signature}`)).toEqual([`${head}\nv1\n`, signature]);
  });

  it('has a signature from the last line that can begin one', () => {
    expect(split(`${head}\n${MARK}\nquoted\n${MARK}\nreal\n`)).toEqual([
      `${head}\n${MARK}\nquoted\n`,
      `${MARK}\nreal\n`,
    ]);
    expect(split(`${head}\n-----BEGIN SSH SIGNATURE-----\n${MARK}\n`)?.[1]).toBe(`${MARK}\n`);
  });

  it('is unsigned where no line begins so', () => {
    expect(split(`${head}\nv1\n`)).toBeNull();
    expect(split(`${head}\n see ${MARK}\n`)).toBeNull();
  });

  it('was signed without the headers of signatures, and what they fold', () => {
    const folded = `object x\ngpgsig-sha256 a\n b\n c\ntagger ${ada}\n folded\n`;
    expect(split(`${folded}\nv1\n${MARK}\n`)?.[0]).toBe(`object x\ntagger ${ada}\n folded\n\nv1\n`);
  });
});
