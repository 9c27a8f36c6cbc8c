import { createHash, generateKeyPair, randomBytes, randomInt } from 'node:crypto';
import { chmod, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFile, DomainError, makeDurableDirectory, replaceFile, syncDirectory } from '@granary/kernel';
import { formatPrivateKey, hasShortEd25519Point, privateKeyNumbers, type FormattedKeyPair } from '@granary/wire';
import { utils, type ParsedKey } from 'ssh2';

const KINDS = ['ed25519', 'rsa'] as const;
type Kind = (typeof KINDS)[number];
const RSA_BITS = 3072;

export interface HostKeysOptions {
  /** Told when a file that was never a key is set aside. */
  warn?: (text: string) => void;
}

/**
 * The server's own keys, made once: clients remember them, and warn loudly when they change.
 *
 * @returns an Ed25519 and an RSA key of 3072 bits, in this order.
 * @throws DomainError `unavailable` when a file there holds no private key.
 */
export async function openHostKeys(directory: string, options: HostKeysOptions = {}): Promise<ParsedKey[]> {
  await makeDurableDirectory(directory, 0o755);
  const keys: ParsedKey[] = [];
  for (const kind of KINDS) keys.push(await openHostKey(directory, kind, options));
  return keys;
}

async function openHostKey(directory: string, kind: Kind, { warn }: HostKeysOptions): Promise<ParsedKey> {
  const path = join(directory, `ssh_host_${kind}_key`);
  let text = await readIfThere(path);
  if (text !== null && hasShortEd25519Point(text)) {
    // No client has ever seen this key: with it, no hub starts.
    await setAside(directory, path);
    warn?.(`${path} was never readable: an older version wrote it badly. It is kept as ${path}.unreadable.`);
    text = null;
  }
  text ??= await makeHostKey(path, kind);
  await chmod(path, 0o600);
  const key = readHostKey(text);
  if (key) return key;
  throw new DomainError('unavailable', `${path} holds no private key in OpenSSH's format.`, {
    hint: 'Restore it from a backup. If you remove it, a new one is made, and clients will warn of a changed host key.',
  });
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function setAside(directory: string, path: string): Promise<void> {
  await rename(path, `${path}.unreadable`);
  await syncDirectory(directory);
}

/** Whole or not at all, and whoever comes second takes the first one's key. */
async function makeHostKey(path: string, kind: Kind): Promise<string> {
  const pair = formatPrivateKey(privateKeyNumbers(await generate(kind)), {
    comment: 'granary',
    check: randomInt(2 ** 32),
  });
  requireReadable(pair, kind);
  const isOurs = await createFile(path, { content: pair.private, mode: 0o600 });
  if (isOurs) await replaceFile(`${path}.pub`, { content: `${pair.public}\n`, mode: 0o644 });
  return isOurs ? pair.private : readFile(path, 'utf8');
}

async function generate(kind: Kind) {
  // Node's own generator: the one of ssh2 takes the zeros off the beginning of Ed25519 keys.
  if (kind === 'ed25519') return (await promisify(generateKeyPair)('ed25519')).privateKey;
  return (await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS })).privateKey;
}

/** A key is kept only once it was read back, and signs what its public half verifies. */
function requireReadable(pair: FormattedKeyPair, kind: Kind): void {
  const key = readHostKey(pair.private);
  const publicKey = utils.parseKey(pair.public);
  const message = randomBytes(32);
  if (key && !(publicKey instanceof Error)) {
    const signature = key.sign(message);
    if (!(signature instanceof Error) && publicKey.verify(message, signature) === true) return;
  }
  const digest = createHash('sha256').update(pair.public).digest('base64');
  throw new Error(`a new ${kind} host key (SHA256:${digest}) cannot be read back`);
}

function readHostKey(text: string): ParsedKey | null {
  const key = utils.parseKey(text);
  return key instanceof Error || !key.isPrivateKey() ? null : key;
}
