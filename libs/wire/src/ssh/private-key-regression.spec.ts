import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomBytes, randomInt, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { utils } from 'ssh2';
import { formatPrivateKey, hasShortEd25519Point, privateKeyNumbers, type PrivateKeyNumbers } from './private-key';
import { parsePublicKey } from './public-key';

const KEYS = 2000;
const COMMENT = 'ada@host';
let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'wire-private-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const format = (key: PrivateKeyNumbers) => formatPrivateKey(key, { comment: COMMENT, check: randomInt(2 ** 32) });

/** What OpenSSH makes of the private file: the line of its public half. */
function readWithOpenSsh(text: string): string {
  const file = join(directory, 'key');
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600 });
  return execFileSync('ssh-keygen', ['-y', '-P', '', '-f', file], { encoding: 'utf8' }).trim();
}

function signsAndVerifies(pair: { private: string; public: string }): boolean {
  const [key, publicKey] = [utils.parseKey(pair.private), utils.parseKey(pair.public)];
  if (key instanceof Error || publicKey instanceof Error) return false;
  const message = randomBytes(40);
  const signature = key.sign(message);
  return !(signature instanceof Error) && publicKey.verify(message, signature) === true;
}

/** An Ed25519 key whose point begins with a zero, as one in 256 does. */
function keyThatBeginsWithZero(): PrivateKeyNumbers & { type: 'ssh-ed25519' } {
  for (;;) {
    const numbers = privateKeyNumbers(generateKeyPairSync('ed25519').privateKey);
    if (numbers.type === 'ssh-ed25519' && numbers.publicKey[0] === 0) return numbers;
  }
}

describe('a private key in OpenSSH’s format', () => {
  it(`reads back, signs and verifies, whichever of ${KEYS} Ed25519 keys it is`, () => {
    for (let made = 0; made < KEYS; made++) {
      const numbers = privateKeyNumbers(generateKeyPairSync('ed25519').privateKey);
      expect(signsAndVerifies(format(numbers))).toBe(true);
    }
    expect(signsAndVerifies(format(keyThatBeginsWithZero()))).toBe(true);
  });

  it('is read by OpenSSH as the same key, also where it begins with a zero', () => {
    const sample = [
      ...Array.from({ length: 10 }, () => privateKeyNumbers(generateKeyPairSync('ed25519').privateKey)),
      ...Array.from({ length: 3 }, keyThatBeginsWithZero),
      privateKeyNumbers(rsaKey(2048)),
    ];
    for (const pair of sample.map(format)) {
      expect(readWithOpenSsh(pair.private)).toBe(pair.public);
      expect(parsePublicKey(pair.public, { minRsaBits: 2048 })).toMatchObject({ kind: 'key' });
    }
  });

  it(`holds the numbers of RSA keys as they are, whichever of ${KEYS} they come from`, () => {
    // Real keys of a size that is quickly made, whose numbers come with zeros in front and without.
    const keys = Array.from({ length: 100 }, () => rsaKey(512));
    for (const key of keys) expect(signsAndVerifies(format(privateKeyNumbers(key)))).toBe(true);
    for (let made = 0; made < KEYS; made++) {
      const numbers = privateKeyNumbers(keys[made % keys.length]!);
      if (numbers.type !== 'ssh-rsa') throw new Error('no RSA key');
      const zeros = Buffer.alloc(made % 4);
      const padded = {
        ...numbers,
        modulus: Buffer.concat([zeros, numbers.modulus]),
        privateExponent: Buffer.concat([zeros, numbers.privateExponent]),
      };
      const check = { comment: COMMENT, check: made };
      expect(formatPrivateKey(padded, check)).toEqual(formatPrivateKey(numbers, check));
    }
  });

  it('says the same as Node does, for any comment', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (comment, check) => {
        const pair = formatPrivateKey(privateKeyNumbers(privateKey), { comment, check });
        const key = utils.parseKey(pair.private);
        if (key instanceof Error) throw key;
        expect(key.comment).toBe(comment);
        expect(createPublicKey(key.getPublicPEM()).export({ format: 'der', type: 'spki' })).toEqual(spki);
        expect(pair.private.split('\n').every((line) => line.length <= 70)).toBe(true);
      }),
    );
  });

  it('refuses keys of other kinds, and values of other lengths', () => {
    expect(() => privateKeyNumbers(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)).toThrow(TypeError);
    const numbers = keyThatBeginsWithZero();
    expect(() => format({ ...numbers, publicKey: numbers.publicKey.subarray(1) })).toThrow(TypeError);
  });
});

describe('a private key that was never readable', () => {
  it('is told from a whole one, from another kind, and from a damaged one', () => {
    const good = format(keyThatBeginsWithZero());
    expect(hasShortEd25519Point(good.private)).toBe(false);
    expect(hasShortEd25519Point(format(privateKeyNumbers(rsaKey(512))).private)).toBe(false);
    expect(hasShortEd25519Point('')).toBe(false);
    expect(hasShortEd25519Point(good.private.slice(0, 200))).toBe(false);
    expect(hasShortEd25519Point(good.private.replace(/^(.{80})./s, '$1!'))).toBe(false);
  });

  it('is what ssh2’s generator makes now and then', () => {
    for (let made = 0; made < 20_000; made++) {
      const pair = utils.generateKeyPairSync('ed25519');
      const isReadable = !(utils.parseKey(pair.private) instanceof Error);
      expect(hasShortEd25519Point(pair.private)).toBe(!isReadable);
      if (!isReadable) return;
    }
    throw new Error('ssh2 made no bad key in 20,000: host-keys.ts may use its generator again');
  });
});

function rsaKey(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey;
}
