import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { DomainError } from '@granary/kernel';

/** Postgres refuses to run as root, so root lends it an account. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

const BORROWED = ['postgres', 'nobody'];

/**
 * The account Postgres runs as, or `undefined` for the one we have ourselves. As root that is whoever owns `data`
 * already, else `wanted`, else `postgres`, else `nobody`.
 *
 * @throws DomainError `unavailable` when the data belongs to an account that cannot be had.
 */
export async function chooseAccount(data: string, wanted?: string): Promise<Account | undefined> {
  const ownUid = process.getuid?.();
  const owner = await stat(data).catch(() => undefined);
  if (ownUid !== 0) {
    if (owner && ownUid !== undefined && owner.uid !== ownUid) throw foreign(data, owner.uid);
    return undefined;
  }
  if (owner?.uid === 0) throw foreign(data, 0);
  const accounts = await readAccounts();
  if (owner)
    return (
      accounts.find(({ uid }) => uid === owner.uid) ?? { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
    );
  const names = wanted === undefined ? BORROWED : [wanted];
  const [chosen] = names.flatMap((name) => accounts.filter((account) => account.name === name && account.uid !== 0));
  if (chosen) return chosen;
  const hint = 'Run Granary as an ordinary user, or set DATABASE_URL.';
  throw new DomainError('unavailable', `Postgres cannot run as root, and there is no account ${names.join(' or ')}.`, {
    hint,
  });
}

/** Whether `account` can enter `directory`; the kernel decides, with access lists and all. */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  return runs(account, 'cd -- "$1"', directory);
}

/** Whether `script`, with `argument` as `$1`, succeeds as `account`. */
export async function runs(account: Account, script: string, argument: string): Promise<boolean> {
  const { uid, gid } = account;
  const child = spawn('/bin/sh', ['-c', script, 'sh', argument], { uid, gid, cwd: '/', env: {}, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

/** passwd(5). */
async function readAccounts(): Promise<Account[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

function foreign(data: string, uid: number): DomainError {
  const message = `The database in ${data} belongs to uid ${uid}, and Postgres cannot run as that account.`;
  const hint =
    uid === 0
      ? `If root copied or restored it, give it to Postgres again: chown -R postgres ${data}`
      : 'Start Granary as the user who started it first.';
  return new DomainError('unavailable', message, { hint });
}
