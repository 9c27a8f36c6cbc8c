import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { atEnd } from './cleanup';
import { eventually } from './eventually';
import { runOk } from './run';
import { workspace } from './workspace';

/** sshd's own, for the child that has not yet checked who is there. */
const PRIVILEGE_SEPARATION_DIR = '/run/sshd';

export interface SshdOptions {
  /** A free one. */
  port: number;
  /** The words of AuthorizedKeysCommand. */
  keysCommand: string[];
}

/**
 * An account that sshd lets in: it has a shell, and no password that begins with `!`, which sshd takes for locked.
 * @returns null where there is none, or we are not root.
 */
export function accountForSshd(): string | null {
  if (process.getuid?.() !== 0) return null;
  const locked = new Set(readFileSync('/etc/shadow', 'utf8').match(/^[^:\n]+(?=:!)/gm));
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fit = accounts
    .map((line) => line.split(':'))
    .find(([name, , , , , , shell]) => {
      return name !== undefined && !locked.has(name) && /\/(ba|da)?sh$/.test(shell ?? '');
    });
  return fit?.[0] ?? null;
}

/** OpenSSH's server as root, with a host key and a configuration of its own. */
export async function startSshd({ port, keysCommand }: SshdOptions): Promise<void> {
  const directory = workspace('sshd');
  const hostKey = join(directory, 'host-key');
  await runOk('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey]);
  const config = join(directory, 'sshd_config');
  writeFileSync(config, configOf({ port, hostKey, keysCommand, home: directory }));
  // It stays: another sshd may have begun to use it meanwhile, and lets nobody in without it.
  mkdirSync(PRIVILEGE_SEPARATION_DIR, { mode: 0o755, recursive: true });
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  sshd.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  atEnd(async () => {
    if (sshd.exitCode !== null) return;
    sshd.kill();
    await once(sshd, 'exit');
  });
  await eventually(`sshd on port ${port}`, () => {
    if (sshd.exitCode !== null) throw new Error(`sshd ended with status ${sshd.exitCode}:\n${said}`);
    return isListening(port);
  });
}

function configOf({ port, hostKey, keysCommand, home }: SshdOptions & { hostKey: string; home: string }): string {
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    'PidFile none',
    'UsePAM no',
    'PermitRootLogin forced-commands-only',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'AuthorizedKeysFile none',
    `AuthorizedKeysCommand ${keysCommand.join(' ')}`,
    'AuthorizedKeysCommandUser root',
    'AcceptEnv GIT_PROTOCOL',
    // bash reads ~/.bashrc for every command over SSH, and this machine's owner may have filled it.
    `SetEnv HOME=${home}`,
    // What an administrator may have left on: the hub's line has to forbid it.
    'AllowTcpForwarding yes',
    'AllowStreamLocalForwarding yes',
    'PermitTunnel yes',
    'Subsystem sftp internal-sftp',
    'MaxStartups 100',
    'MaxSessions 1',
  ];
  return `${lines.join('\n')}\n`;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ port, host: '127.0.0.1' });
    probe.once('error', () => resolve(false));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
}
