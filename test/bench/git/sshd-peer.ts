import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../../support/cleanup';
import { eventually, freePort, killAll, processTree, run, runOk, workspace } from '../../support';

/** sshd refuses to start as root without it; Debian's service makes it, which is not run here. */
const PRIVILEGE_SEPARATION = '/run/sshd';

/** OpenSSH's server with a host key of its own, for this account; what it runs is plain `git-upload-pack`. */
export interface SshdPeer {
  url(path: string): string;
  /** Of the client: `GIT_SSH_COMMAND`. */
  command: string;
}

export async function startSshdPeer(): Promise<SshdPeer> {
  const directory = workspace('sshd');
  const [hostKey, userKey] = [join(directory, 'host_key'), join(directory, 'user_key')];
  for (const path of [hostKey, userKey]) await runOk('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  await runOk('cp', [`${userKey}.pub`, join(directory, 'authorized_keys')]);
  const port = await freePort();
  writeFileSync(join(directory, 'sshd_config'), configuration(directory, port));
  lendPrivilegeSeparation();
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(directory, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  atEnd(() => {
    if (child.pid !== undefined) killAll(processTree(child.pid));
  });
  const { username } = userInfo();
  const command = [
    ...['ssh', '-F', 'none', '-i', userKey, '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none'],
    ...['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=accept-new', '-o', 'LogLevel=ERROR'],
    ...['-o', `UserKnownHostsFile=${join(directory, 'known_hosts')}`],
  ];
  await eventually('sshd letting us in', async () => {
    if (child.exitCode !== null) throw new Error(`sshd ended with status ${child.exitCode}: ${said}`);
    const [program = '', ...options] = command;
    return (await run(program, [...options, '-p', String(port), `${username}@127.0.0.1`, 'true'])).code === 0;
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${said}`);
  });
  return { url: (path) => `ssh://${username}@127.0.0.1:${port}${path}`, command: command.join(' ') };
}

function configuration(directory: string, port: number): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${directory}/host_key
AuthorizedKeysFile ${directory}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
`;
}

function lendPrivilegeSeparation(): void {
  if (process.getuid?.() !== 0 || existsSync(PRIVILEGE_SEPARATION)) return;
  mkdirSync(PRIVILEGE_SEPARATION, { mode: 0o755 });
  atEnd(() => rmdirSync(PRIVILEGE_SEPARATION));
}
