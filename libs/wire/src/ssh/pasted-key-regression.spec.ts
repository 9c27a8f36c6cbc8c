import * as fc from 'fast-check';
import { parsePublicKey } from './public-key';

const wire = (...strings: (string | Buffer)[]) =>
  Buffer.concat(
    strings.flatMap((string) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(string));
      return [length, Buffer.from(string)];
    }),
  );
const modulus = Buffer.concat([Buffer.alloc(1), Buffer.alloc(384, 0xff)]);
const KEYS = {
  'ssh-ed25519': wire('ssh-ed25519', Buffer.alloc(32, 7)).toString('base64'),
  'ssh-rsa': wire('ssh-rsa', Buffer.from([3]), modulus).toString('base64'),
};
const ed25519 = `ssh-ed25519 ${KEYS['ssh-ed25519']}`;
const rsa = `ssh-rsa ${KEYS['ssh-rsa']}`;

const read = (text: string) => {
  const parsed = parsePublicKey(text);
  return parsed.kind === 'key' ? [parsed.key.type, parsed.key.blob, parsed.key.comment] : parsed.error;
};

const type = fc.constantFrom(...(Object.keys(KEYS) as (keyof typeof KEYS)[]));
const lineEnd = fc.constantFrom('\n', '\r\n', '\r', ' \n', '\n   ', '\r\n\t');
const blank = fc.constantFrom('', ' ', '\t', '\n', '\r\n', '\ufeff', ' \n \n');
const comment = fc.constantFrom(
  '',
  'ada@host',
  'my work laptop',
  "Ada's key (2024) #1",
  'my ssh-rsa key',
  'clé de Zoë',
);

it('reads a key however a terminal wrapped its data, whatever stands around it', () => {
  fc.assert(
    fc.property(type, comment, lineEnd, blank, fc.integer({ min: 5, max: 90 }), (name, words, end, edge, width) => {
      const data = KEYS[name].match(new RegExp(`.{1,${width}}`, 'g'))?.join(end) ?? '';
      expect(read(`${edge}${name} ${data}${words && ` ${words}`}${edge}`)).toEqual([name, KEYS[name], words]);
    }),
  );
});

it.each([
  ['a comment line above, as files have', `# the key of my laptop\n\n${ed25519} ada\n`],
  ['tabs', `\t${ed25519.replace(' ', '\t')}\tada\t`],
  ['a type on a line of its own', `${ed25519.replace(' ', '\n')} ada`],
  ['the comment on the next line', `${ed25519}\r\nada`],
  ['no padding', `${ed25519.replace(/=+$/, '')} ada`],
])('reads a key with %s', (_, text) => {
  expect(read(text)).toEqual(['ssh-ed25519', KEYS['ssh-ed25519'], 'ada']);
});

it.each([
  ['two lines', `${ed25519} a\r\n\r\n${rsa} b`, /2 keys/],
  ['one line', `${ed25519} a ${rsa} b`, /several keys/],
  ['three wrapped lines', [ed25519, rsa, ed25519].map((key) => key.replace(/.{40}/g, '$&\n')).join('\n'), /keys/],
  ['a key and a certificate', `${ed25519} a\nssh-ed25519-cert-v01@openssh.com AAAA`, /2 keys/],
])('asks for one key at a time where %s hold more', (_, text, reason) => {
  expect(read(text)).toMatch(reason);
});

it.each([
  ['with its lines indented', '  -----BEGIN OPENSSH PRIVATE KEY-----\r\n  AAAA\r\n'],
  ['behind its public half', `${ed25519}\n-----BEGIN RSA PRIVATE KEY-----\nAAAA`],
  ['that has a passphrase', '-----BEGIN ENCRYPTED PRIVATE KEY-----'],
  ['of ssh.com', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA'],
  ['of PuTTY', ' PuTTY-User-Key-File-2: ssh-rsa'],
  ['without its first line', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ'],
  ['of GPG', '-----BEGIN PGP PRIVATE KEY BLOCK-----'],
])('warns of a private key %s, and repeats nothing of it', (_, text) => {
  expect(read(text)).toMatch(/^This is a PRIVATE key: never show it to anyone\. Make a new key/);
});

const rfc4716 = (header: string, begins = '---- BEGIN SSH2 PUBLIC KEY ----') =>
  `${begins}\n${header}${KEYS['ssh-rsa'].replace(/.{64}/g, '$&\n')}\n---- END SSH2 PUBLIC KEY ----\n`;

it.each([
  ['', ''],
  ['Comment: "ada@host, at home: work"\n', 'ada@host, at home: work'],
  ['Subject: ada\nComment: a long comm\\\nent\n', 'a long comment'],
  ['x-command: /bin/true\r\ncomment: plain\r\n', 'plain'],
])('reads the form of RFC 4716 with the headers %j', (header, words) => {
  expect(read(rfc4716(header))).toEqual(['ssh-rsa', KEYS['ssh-rsa'], words]);
});

it.each([
  [rfc4716('').replace(/---- END.*/, ''), /end of the key is missing/],
  [rfc4716('') + rfc4716(''), /2 keys/],
  [rfc4716('').replace('AAAA', 'AAAB'), /damaged/],
  ['256 SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg ada@host (ED25519)', /fingerprint/],
  ['-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA', /GPG key/],
  ['-----BEGIN CERTIFICATE-----\nAAAA', /PEM file, but no SSH key/],
  [' \r\n\t\n', /empty/],
  ['# only a comment', /empty/],
])('says what %j is', (text, reason) => {
  expect(read(text)).toMatch(reason);
});

it('ends with an answer for any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(ed25519, 'ssh-rsa', 'AAAA', '\n', ' ', '---- BEGIN SSH2 PUBLIC KEY ----', ':', '\\'),
    fc.string(),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => void parsePublicKey(pieces.join(''))));
});
