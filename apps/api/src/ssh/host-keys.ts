import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';
import { utils, type ParsedKey } from 'ssh2';

const KINDS = ['ed25519', 'rsa'] as const;
type Kind = (typeof KINDS)[number];
const RSA_BITS = 3072;

function generate(kind: Kind): Promise<{ private: string; public: string }> {
  return new Promise((resolve, reject) => {
    // An Ed25519 key has one size; the option is RSA's.
    utils.generateKeyPair(kind as 'rsa', { bits: RSA_BITS, comment: 'granary' }, (error, pair) =>
      error ? reject(error) : resolve(pair),
    );
  });
}

/**
 * The server's own keys, made once: clients remember them, and warn loudly when they change.
 *
 * @returns an Ed25519 and an RSA key of 3072 bits, in this order.
 * @throws DomainError `unavailable` when a file there holds no private key.
 */
export async function openHostKeys(directory: string): Promise<ParsedKey[]> {
  await mkdir(directory, { recursive: true });
  const keys: ParsedKey[] = [];
  for (const kind of KINDS) keys.push(await openHostKey(directory, kind));
  return keys;
}

async function openHostKey(directory: string, kind: Kind): Promise<ParsedKey> {
  const path = join(directory, `ssh_host_${kind}_key`);
  const text = (await readIfThere(path)) ?? (await makeHostKey(path, kind));
  await chmod(path, 0o600);
  const key = utils.parseKey(text);
  if (!(key instanceof Error) && key.isPrivateKey()) return key;
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

/** Whole or not at all, and whoever comes second takes the first one's key. */
async function makeHostKey(path: string, kind: Kind): Promise<string> {
  const pair = await generate(kind);
  await publish(path, pair.private, 0o600);
  const text = await readFile(path, 'utf8');
  if (text === pair.private) await publish(`${path}.pub`, `${pair.public}\n`, 0o644);
  return text;
}

async function publish(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
}
