import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parsePublicKey } from './public-key';
import { parseSshSig, verifySshSig, type SshSig } from './sshsig';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'wire-sshsig-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const message = Buffer.from('tree 1\nauthor a\n\nhello\n');

function keyFile(type: string, bits?: number): string {
  const file = join(directory, `${type}-${bits ?? ''}`);
  rmSync(file, { force: true });
  const size = bits ? ['-b', String(bits)] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-C', '', '-f', file]);
  return file;
}

function signWith(file: string, { namespace = 'git', hash = 'sha512' } = {}): string {
  const args = ['-Y', 'sign', '-n', namespace, '-O', `hashalg=${hash}`, '-f', file];
  return execFileSync('ssh-keygen', args, { input: message, stdio: ['pipe', 'pipe', 'ignore'] }).toString();
}

function read(armored: string): SshSig {
  const sig = parseSshSig(armored);
  if (sig.kind === 'malformed') throw new Error(sig.reason);
  return sig;
}

const string = (text: string | Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
};
const armor = (blob: Buffer) =>
  `-----BEGIN SSH SIGNATURE-----\n${blob.toString('base64').replace(/.{70}/g, '$&\n')}\n-----END SSH SIGNATURE-----\n`;
const blobOf = (armored: string) => Buffer.from(armored.split('\n').slice(1, -2).join(''), 'base64');

describe('a signature by ssh-keygen', () => {
  it.each([
    ['ed25519', undefined],
    ['ecdsa', 256],
    ['ecdsa', 384],
    ['ecdsa', 521],
    ['rsa', 3072],
  ])('is right with a key of %s %s, for its message and namespace alone', (type, bits) => {
    const file = keyFile(type, bits);
    for (const hash of ['sha256', 'sha512']) {
      const sig = read(signWith(file, { hash }));
      const key = parsePublicKey(readFileSync(`${file}.pub`, 'utf8'));
      expect(key).toMatchObject({ key: { blob: sig.publicKey.toString('base64') } });
      expect(sig.hashAlgorithm).toBe(hash);
      expect(verifySshSig(sig, message, 'git')).toBe(true);
      expect(verifySshSig(sig, Buffer.from('another'), 'git')).toBe(false);
      expect(verifySshSig(sig, message, 'file')).toBe(false);
    }
  });

  it('is wrong when it was made for another namespace, even when the name is changed afterwards', () => {
    const sig = read(signWith(keyFile('ed25519'), { namespace: 'file' }));
    expect(verifySshSig(sig, message, 'git')).toBe(false);
    expect(verifySshSig({ ...sig, namespace: Buffer.from('git') }, message, 'git')).toBe(false);
  });

  it('is wrong under another key', () => {
    const sig = read(signWith(keyFile('ed25519')));
    const other = read(signWith(keyFile('ed25519')));
    expect(verifySshSig({ ...sig, publicKey: other.publicKey }, message, 'git')).toBe(false);
  });

  it('is malformed or wrong when any bit of it is flipped, and malformed when it is cut', () => {
    const blob = blobOf(signWith(keyFile('ed25519')));
    fc.assert(
      fc.property(fc.nat(blob.length - 1), fc.nat(7), (at, bit) => {
        const damaged = Buffer.from(blob);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        const sig = parseSshSig(armor(damaged));
        expect(sig.kind === 'sshsig' && verifySshSig(sig, message, 'git')).toBe(false);
        expect(parseSshSig(armor(blob.subarray(0, at))).kind).toBe('malformed');
      }),
    );
    expect(parseSshSig(armor(Buffer.concat([blob, Buffer.alloc(1)])))).toMatchObject({ reason: /behind its end/ });
  });
});

describe('verifySshSig', () => {
  it('takes a touched security key, with the flags and the counter behind its signature', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const type = 'sk-ssh-ed25519@openssh.com';
    const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
    const signedBy = (flags: number) => {
      const trailer = Buffer.from([flags, 0, 0, 0, 7]);
      const digest = createHash('sha512').update(message).digest();
      const wrapped = Buffer.concat([Buffer.from('SSHSIG'), ...['git', '', 'sha512', digest].map(string)]);
      const inner = sign(null, Buffer.concat([hash('ssh:'), trailer, hash(wrapped)]), privateKey);
      const key = Buffer.concat([type, point, 'ssh:'].map(string));
      const signature = Buffer.concat([string(type), string(inner), trailer]);
      const fields = [key, 'git', '', 'sha512', signature].map(string);
      return read(armor(Buffer.concat([Buffer.from('SSHSIG\0\0\0\x01'), ...fields])));
    };
    expect(verifySshSig(signedBy(1), message, 'git')).toBe(true);
    expect(verifySshSig(signedBy(0), message, 'git')).toBe(false);
  });

  it('refuses RSA with SHA-1', () => {
    const sig = read(signWith(keyFile('rsa', 3072)));
    expect(verifySshSig({ ...sig, signature: { ...sig.signature, algorithm: 'ssh-rsa' } }, message, 'git')).toBe(false);
    const file = join(directory, 'rsa-3072');
    const digest = createHash('sha512').update(message).digest();
    const wrapped = Buffer.concat([Buffer.from('SSHSIG'), ...['git', '', 'sha512', digest].map(string)]);
    const bytes = sign(
      'sha1',
      wrapped,
      execFileSync('ssh-keygen', ['-p', '-q', '-N', '', '-m', 'PEM', '-f', file]) && readFileSync(file),
    );
    expect(verifySshSig({ ...sig, signature: { algorithm: 'ssh-rsa', bytes } }, message, 'git')).toBe(false);
    const right = sign('sha512', wrapped, readFileSync(file));
    expect(verifySshSig({ ...sig, signature: { algorithm: 'rsa-sha2-512', bytes: right } }, message, 'git')).toBe(true);
  });
});

describe('parseSshSig', () => {
  const fields = (...parts: string[]) => armor(Buffer.concat([Buffer.from('SSHSIG\0\0\0\x01'), ...parts.map(string)]));
  const inner = Buffer.concat([string('ssh-ed25519'), string('x')]).toString('latin1');

  it.each([
    ['no armour at all', 'hello', /armour/],
    ['broken base64', '-----BEGIN SSH SIGNATURE-----\nAAA\n-----END SSH SIGNATURE-----', /base64/],
    ['other magic', armor(Buffer.from('SSHSIX\0\0\0\x01')), /magic/],
    ['another version', armor(Buffer.from('SSHSIG\0\0\0\x02')), /version/],
    ['no namespace', fields('k', '', '', 'sha512', inner), /namespace/],
    ['a weak hash', fields('k', 'git', '', 'sha1', inner), /hash/],
    ['an inner signature that is none', fields('k', 'git', '', 'sha512', 'x'), /inner/],
    ['no fields', fields(), /cut/],
    ['a key alone', fields('k'), /cut/],
    ['no hash', fields('k', 'git', ''), /cut/],
    ['no signature', fields('k', 'git', '', 'sha512'), /cut/],
    ['half a signature', fields('k', 'git', '', 'sha512', string('ssh-ed25519').toString('latin1')), /inner/],
    ['bytes behind the inner signature', fields('k', 'git', '', 'sha512', `${inner}x`), /inner/],
    ['text before the armour', `more\n${fields('k', 'git', '', 'sha512', inner)}`, /armour/],
    ['text behind the armour', `${fields('k', 'git', '', 'sha512', inner)}more`, /armour/],
  ])('refuses %s', (_, armored, reason) => {
    expect(parseSshSig(armored)).toMatchObject({ kind: 'malformed', reason: expect.stringMatching(reason) });
  });

  it('answers for any fields', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 6 }), (parts) => {
        const sig = parseSshSig(fields(...parts));
        if (sig.kind === 'sshsig') expect(verifySshSig(sig, message, 'git')).toBe(false);
      }),
    );
  });
});
