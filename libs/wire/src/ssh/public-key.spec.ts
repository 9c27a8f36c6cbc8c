import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parsePublicKey, PUBLIC_KEY_LIMIT_BYTES, type PublicKey } from './public-key';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'wire-keys-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The public line of a new key, as OpenSSH writes it. */
function generate(type: string, bits?: number): string {
  const file = join(directory, `${type}-${bits ?? ''}`);
  rmSync(file, { force: true });
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...(bits ? ['-b', String(bits)] : []),
    '-N',
    '',
    '-C',
    'ada@host',
    '-f',
    file,
  ]);
  return readFileSync(`${file}.pub`, 'utf8');
}

/** `3072 SHA256:… comment (RSA)` for the line. */
function describeWithOpenSsh(line: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: line }).toString();
}

function keyOf(line: string, minRsaBits?: number): PublicKey {
  const parsed = parsePublicKey(line, { minRsaBits });
  if (parsed.kind === 'error') throw new Error(parsed.error);
  return parsed.key;
}

function errorOf(line: string): string {
  const parsed = parsePublicKey(line);
  return parsed.kind === 'error' ? parsed.error : 'accepted';
}

const wire = (...strings: (string | Buffer)[]) =>
  Buffer.concat(
    strings.flatMap((string) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(string));
      return [length, Buffer.from(string)];
    }),
  );
const lineOf = (type: string, blob: Buffer) => `${type} ${blob.toString('base64')}`;
const ed25519 = lineOf('ssh-ed25519', wire('ssh-ed25519', Buffer.alloc(32, 7)));

/** The base point of P-256 (SEC 2, section 2.4.2), and one beside the curve. */
const P256_POINT = Buffer.from(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  'hex',
);
const offCurve = Buffer.from(P256_POINT).fill(1, 64);

describe('parsePublicKey beside ssh-keygen', () => {
  it.each([
    ['ed25519', undefined, 'ssh-ed25519', 256],
    ['rsa', 3072, 'ssh-rsa', 3072],
    ['ecdsa', 256, 'ecdsa-sha2-nistp256', 256],
    ['ecdsa', 384, 'ecdsa-sha2-nistp384', 384],
    ['ecdsa', 521, 'ecdsa-sha2-nistp521', 521],
  ])('reads a key of %s %s', (type, bits, name, expectedBits) => {
    const line = generate(type, bits);
    const key = keyOf(line);
    expect(key).toMatchObject({ type: name, bits: expectedBits, comment: 'ada@host', blob: line.split(' ')[1] });
    expect(describeWithOpenSsh(line)).toContain(`${expectedBits} ${key.fingerprint} ada@host`);
  });

  it.each([
    ['sk-ssh-ed25519@openssh.com', wire('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7), 'ssh:')],
    ['sk-ecdsa-sha2-nistp256@openssh.com', wire('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', P256_POINT, 'ssh:')],
  ])('reads a key of %s', (type, blob) => {
    const key = keyOf(lineOf(type, blob));
    expect(key).toMatchObject({ type, bits: 256, comment: '' });
    expect(describeWithOpenSsh(lineOf(type, blob))).toContain(key.fingerprint);
  });

  it('refuses a short RSA key, and says how short', () => {
    const line = generate('rsa', 2048);
    expect(errorOf(line)).toMatch(/2048 bits; at least 3072/);
    expect(keyOf(line, 2048).bits).toBe(2048);
  });

  it('refuses DSA', () => {
    expect(errorOf(generate('dsa'))).toMatch(/DSA keys are refused/);
  });

  it('warns whoever pastes a private key', () => {
    generate('ed25519');
    expect(errorOf(readFileSync(join(directory, 'ed25519-'), 'utf8'))).toMatch(/PRIVATE key/);
  });

  it('takes the form of RFC 4716, and names the others that ssh-keygen exports', () => {
    const line = generate('rsa', 3072);
    const exported = (format: string) =>
      execFileSync('ssh-keygen', ['-e', '-m', format, '-f', join(directory, 'rsa-3072.pub')]).toString();
    const key = keyOf(exported('RFC4716').replace(/\n/g, '\r\n'));
    expect(key).toEqual({ ...keyOf(line), comment: key.comment });
    expect(key.comment).toContain('3072-bit RSA');
    expect(errorOf(exported('PKCS8'))).toMatch(/-m PKCS8/);
    expect(errorOf(exported('PEM'))).toMatch(/-m PEM/);
  });

  it('knows a certificate from a key', () => {
    generate('ed25519');
    const file = join(directory, 'ed25519-');
    execFileSync('ssh-keygen', ['-q', '-s', file, '-I', 'id', `${file}.pub`]);
    expect(errorOf(readFileSync(`${file}-cert.pub`, 'utf8'))).toMatch(/certificate/);
  });

  it('refuses every key that ssh-keygen finds damaged', () => {
    const [type = '', encoded = ''] = generate('ecdsa', 384).split(' ');
    const blob = Buffer.from(encoded, 'base64');
    fc.assert(
      fc.property(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = Buffer.from(blob);
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        expect(errorOf(lineOf(type, damaged))).not.toBe('accepted');
        expect(() =>
          execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: lineOf(type, damaged), stdio: 'pipe' }),
        ).toThrow();
      }),
      { numRuns: 30 },
    );
  });
});

describe('parsePublicKey', () => {
  it('keeps a comment with spaces and ignores white space around the line', () => {
    expect(keyOf(`  ${ed25519}\tmy work laptop \r\n`).comment).toBe('my work laptop');
  });

  it('refuses every cut of a key, and every byte too many', () => {
    const blob = Buffer.from(ed25519.split(' ')[1] ?? '', 'base64');
    for (let cut = 0; cut < blob.length; cut++) {
      expect(errorOf(lineOf('ssh-ed25519', blob.subarray(0, cut)))).not.toBe('accepted');
    }
    expect(errorOf(lineOf('ssh-ed25519', Buffer.concat([blob, Buffer.alloc(1)])))).toMatch(/behind the end/);
  });

  it.each([
    ['', /empty/],
    ['hello', /must start with one of ssh-ed25519/],
    ['ssh-ed25519', /base64/],
    [`ssh-rsa ${ed25519.split(' ')[1]}`, /says ssh-rsa, but its key data is ssh-ed25519/],
    [`${ed25519}\n${ed25519}`, /2 keys: add one at a time/],
    [`command="ls" ${ed25519}`, /Options/],
    [`no-pty,from="10.0.0.1" ${ed25519}`, /Options/],
    [`${ed25519} \u0007`, /control characters/],
    [ed25519.replace('AAAA', 'AA AA'), /base64|damaged/],
    [ed25519.replace('AAAA', 'AAA\u200bA'), /base64/],
    ['PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none', /PRIVATE/],
    ['-----BEGIN EC PRIVATE KEY-----\nabc', /PRIVATE/],
  ])('refuses %j', (line, reason) => {
    expect(errorOf(line)).toMatch(reason);
  });

  it('refuses what is longer than 16 KiB', () => {
    expect(errorOf(`${ed25519} ${'x'.repeat(PUBLIC_KEY_LIMIT_BYTES)}`)).toMatch(/16 KiB/);
  });

  const modulus = Buffer.alloc(384, 0xff);
  const mpint = (bytes: Buffer) => Buffer.concat([Buffer.alloc(1), bytes]);
  it.each([
    ['an even exponent', wire('ssh-rsa', Buffer.from([4]), mpint(modulus)), /odd and above 1/],
    ['an exponent of one', wire('ssh-rsa', Buffer.from([1]), mpint(modulus)), /odd and above 1/],
    ['a negative modulus', wire('ssh-rsa', Buffer.from([3]), modulus), /malformed/],
    ['a padded modulus', wire('ssh-rsa', Buffer.from([3]), mpint(mpint(modulus))), /malformed/],
    ['an even modulus', wire('ssh-rsa', Buffer.from([3]), mpint(Buffer.alloc(384, 0xfe))), /modulus must be odd/],
    ['a giant modulus', wire('ssh-rsa', Buffer.from([3]), mpint(Buffer.alloc(2049, 0xff))), /at most 16384/],
    ['no modulus', wire('ssh-rsa', Buffer.from([3])), /cut/],
  ])('refuses RSA with %s', (_, blob, reason) => {
    expect(errorOf(lineOf('ssh-rsa', blob))).toMatch(reason);
  });

  it('counts the bits of a modulus, not its bytes', () => {
    const blob = wire('ssh-rsa', Buffer.from([3]), Buffer.concat([Buffer.from([0x1f]), Buffer.alloc(400, 0xff)]));
    expect(keyOf(lineOf('ssh-rsa', blob)).bits).toBe(3205);
  });

  const p256 = 'ecdsa-sha2-nistp256';
  it.each([
    ['another curve', wire(p256, 'nistp384', P256_POINT), /another curve/],
    ['a point beside the curve', wire(p256, 'nistp256', offCurve), /not on its curve/],
    ['a compressed point', wire(p256, 'nistp256', Buffer.alloc(33, 2)), /uncompressed/],
    ['a short point', wire(p256, 'nistp256', P256_POINT.subarray(0, 64)), /uncompressed/],
  ])('refuses ECDSA with %s', (_, blob, reason) => {
    expect(errorOf(lineOf(p256, blob))).toMatch(reason);
  });

  it('refuses a security key without its application', () => {
    const type = 'sk-ssh-ed25519@openssh.com';
    expect(errorOf(lineOf(type, wire(type, Buffer.alloc(32), '')))).toMatch(/application/);
    expect(errorOf(lineOf(type, wire(type, Buffer.alloc(32))))).toMatch(/application/);
  });

  it('answers for any bytes behind a type', () => {
    fc.assert(
      fc.property(fc.constantFrom('ssh-rsa', 'ssh-ed25519', p256), fc.uint8Array({ maxLength: 100 }), (type, tail) => {
        const blob = Buffer.concat([wire(type), tail]);
        expect(errorOf(lineOf(type, blob))).not.toBe('accepted');
      }),
    );
  });
});
