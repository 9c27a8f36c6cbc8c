import { readKeys, type Key } from 'openpgp';
import { readPrimary, readSubkey, type OpenPgpKeyPart } from './key-parts';
import { configOf, SIGNING_ALGORITHMS, SIGNING_CURVES, type OpenPgpPolicy } from './policy';
import { prune } from './prune';

/** The longest armoured key that is read. */
export const OPENPGP_KEY_LIMIT_BYTES = 64 * 1024;
/** Each costs a signature check or two whenever the key is used. */
const MAX_PARTS = 32;
const MAX_PACKETS = 500;

export interface OpenPgpKey extends OpenPgpKeyPart {
  /** Without what does not count: what others certified, pictures, revoked user IDs, former and wrong signatures. */
  armored: string;
  /** As the key writes them: `Ada <ada@example.com>`. */
  userIds: string[];
  /** Of the user IDs, in lower case. */
  emails: string[];
  subkeys: OpenPgpKeyPart[];
}

export type ParsedOpenPgpKey = { kind: 'key'; key: OpenPgpKey } | { kind: 'error'; error: string };

const refuse = (error: string): ParsedOpenPgpKey => ({ kind: 'error', error });

/**
 * Reads one armoured public key and checks what it says of itself: user IDs, subkeys, expiry, revocation.
 *
 * @returns the key, or a text for the person who pasted it. An expired or revoked key is a key.
 * @see RFC 9580, section 10.1.1 (transferable public keys).
 */
export async function parseOpenPgpKey(text: string, policy: OpenPgpPolicy = {}): Promise<ParsedOpenPgpKey> {
  if (Buffer.byteLength(text) > OPENPGP_KEY_LIMIT_BYTES) {
    return refuse(
      'A GPG key has at most 64 KiB. Export less: gpg --armor --export-options export-minimal --export <id>',
    );
  }
  if (PRIVATE_BLOCK.test(text)) return refuse(PRIVATE);
  const armored = asPasted(text);
  const foreign = nameForeignFormat(armored);
  if (foreign) return refuse(foreign);
  const config = configOf(policy);
  const keys = await readKeys({ armoredKeys: armored, config }).catch(() => []);
  const [key] = keys;
  if (!key) return refuse('The GPG key is damaged or of a kind that is not supported: export it again.');
  if (keys.length > 1 || armored.split(BEGIN).length > 2) return refuse('This holds several keys; add one at a time.');
  if (key.isPrivate()) return refuse(PRIVATE);
  const flaw = nameFlaw(key, policy);
  return flaw ? refuse(flaw) : describeKey(key, policy);
}

async function describeKey(key: Key, policy: OpenPgpPolicy): Promise<ParsedOpenPgpKey> {
  const config = configOf(policy);
  await prune(key, config);
  const primary = await readPrimary(key, config);
  if (!primary) return refuse('No user ID of the key is signed by the key itself: export it again.');
  const subkeys: OpenPgpKeyPart[] = [];
  for (const subkey of key.subkeys) {
    const part = await readSubkey(key, subkey, config);
    if (part) subkeys.push(part);
  }
  const emails = key.users.flatMap(({ userID }) => userID?.email?.toLowerCase() || []);
  const texts = { armored: key.armor(), userIds: key.getUserIDs(), emails: [...new Set(emails)] };
  return { kind: 'key', key: { ...primary, ...texts, subkeys } };
}

function nameFlaw(key: Key, { minRsaBits = 3072 }: OpenPgpPolicy): string | null {
  if (key.users.length + key.subkeys.length > MAX_PARTS || key.toPacketList().length > MAX_PACKETS) {
    return 'The key has too many parts. Export less: gpg --armor --export-options export-minimal --export <id>';
  }
  const { algorithm, bits } = key.getAlgorithmInfo();
  if (!SIGNING_ALGORITHMS.has(key.keyPacket.algorithm)) {
    return `Keys of the kind ${algorithm} are refused: they are weak, or cannot sign. Make another: gpg --quick-generate-key`;
  }
  const signers = [key, ...key.subkeys].filter((part) => SIGNING_ALGORITHMS.has(part.keyPacket.algorithm));
  const curve = signers.map((part) => part.getAlgorithmInfo().curve).find((each) => each && !SIGNING_CURVES.has(each));
  if (curve) return `Keys on the curve ${curve} are not supported. Make another: gpg --quick-generate-key`;
  if (bits !== undefined && bits < minRsaBits) {
    return `The RSA key has ${bits} bits; at least ${minRsaBits} are needed. Make another: gpg --quick-generate-key`;
  }
  return null;
}

const PRIVATE_BLOCK = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/;
const PRIVATE =
  'This is a PRIVATE key: never show it to anyone. Paste what this prints: gpg --armor --export <key id or e-mail>';

const BEGIN = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const HEADER = /^(?:Version|Comment|MessageID|Hash|Charset):/;

/**
 * Without what mail programs and forms do to the lines of an armoured key: other line ends, blanks around them, marks of
 * a quotation, and the empty line gone that stands before the data.
 */
function asPasted(text: string): string {
  const lines = text.split(/\r\n?|\n/).map((line) => line.replace(/^[\ufeff\s>]+|\s+$/g, ''));
  const start = lines.indexOf(BEGIN);
  if (start < 0) return lines.join('\n').trim();
  const data = lines.findIndex((line, at) => at > start && !HEADER.test(line));
  if (data > 0 && lines[data] !== '') lines.splice(data, 0, '');
  return lines.slice(start).join('\n').trim();
}

/** What a person is told who pasted something else than a public key. */
function nameForeignFormat(text: string): string | null {
  if (text === '') return 'The key is empty.';
  if (/^(ssh-|ecdsa-|sk-|---- BEGIN SSH2)/.test(text))
    return 'This is an SSH key. SSH keys that can sign in also count for signatures.';
  if (/^-----BEGIN PGP PUBLIC KEY BLOCK-----$/m.test(text)) return null;
  return 'Not a GPG public key: paste what this prints: gpg --armor --export <key id or e-mail>';
}
