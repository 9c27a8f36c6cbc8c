import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';

/** Where objects are stored: standard output of git, without its last line feed. */
export interface ObjectStore {
  git(args: string[], stdin?: string | Buffer): Promise<string>;
}

/** Makes an armoured signature over the bytes that git signs. */
export type Signer = (payload: Buffer) => string | Promise<string>;

/** Keys made by OpenSSH, in a directory of their own. */
export class SshKeyMaker {
  private readonly directory = mkdtempSync(join(tmpdir(), 'signatures-'));

  make(name: string, type = 'ed25519'): { publicKey: string; sign: (namespace?: string) => Signer } {
    const file = join(this.directory, name);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', file]);
    const signAs = (namespace: string, input: Buffer) =>
      execFileSync('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', file], { input, stdio: 'pipe' }).toString();
    return {
      publicKey: readFileSync(`${file}.pub`, 'utf8'),
      sign:
        (namespace = 'git') =>
        (payload) =>
          signAs(namespace, payload),
    };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function makeGpgKey(
  name: string,
  options: { expiresAt?: Date; madeAt?: Date } = {},
): Promise<{ publicKey: string; revoked: string; sign: Signer }> {
  const { madeAt = new Date(Date.now() - 60_000), expiresAt } = options;
  const key = await generateKey({
    userIDs: [{ name, email: `${name}@example.com` }],
    date: madeAt,
    keyExpirationTime: expiresAt ? (expiresAt.getTime() - madeAt.getTime()) / 1000 : 0,
    format: 'armored',
  });
  const signingKeys = await readPrivateKey({ armoredKey: key.privateKey });
  const revoked = (await signingKeys.revoke()).toPublic().armor();
  return {
    publicKey: key.publicKey,
    revoked,
    sign: async (payload) =>
      sign({
        message: await createMessage({ binary: payload }),
        signingKeys,
        detached: true,
        date: new Date(madeAt.getTime() + 1000),
      }),
  };
}

/** Stores a commit of the empty tree, signed as git signs it. */
export async function storeCommit(
  repository: ObjectStore,
  commit: { email?: string; sign?: Signer; parents?: string[]; message?: string; header?: string },
): Promise<string> {
  const { email = 'alice@example.com', parents = [], message = 'Change' } = commit;
  const tree = await repository.git(['mktree']);
  const header = commit.header ?? (tree.length === 40 ? 'gpgsig' : 'gpgsig-sha256');
  const who = `Alice <${email}> 1700000000 +0000`;
  const headers = [`tree ${tree}`, ...parents.map((sha) => `parent ${sha}`), `author ${who}`, `committer ${who}`];
  const payload = Buffer.from(`${headers.join('\n')}\n\n${message}\n`);
  const signature = (await commit.sign?.(payload))?.trimEnd().replaceAll('\r', '').replaceAll('\n', '\n ');
  const signed = signature ? `${headers.join('\n')}\n${header} ${signature}\n\n${message}\n` : payload;
  return repository.git(['hash-object', '-w', '-t', 'commit', '--stdin'], signed);
}

/** Stores an annotated tag, signed as git signs it. */
export async function storeTag(
  repository: ObjectStore,
  tag: { object: string; email?: string; sign: Signer },
): Promise<string> {
  const { object, email = 'alice@example.com' } = tag;
  const tagger = `Alice <${email}> 1700000000 +0000`;
  const payload = Buffer.from(`object ${object}\ntype commit\ntag v1\ntagger ${tagger}\n\nFirst\n`);
  const signature = (await tag.sign(payload)).replaceAll('\r', '');
  return repository.git(
    ['hash-object', '-w', '-t', 'tag', '--stdin'],
    Buffer.concat([payload, Buffer.from(signature)]),
  );
}
