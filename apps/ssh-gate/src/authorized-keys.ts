import type { KeysAnswer } from '@granary/gate-protocol';

export interface GateProgram {
  /** Absolute path of Node. */
  node: string;
  /** Absolute path of this program. */
  script: string;
  socketPath: string;
}

const quoteForShell = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * The line with which sshd lets the key's owner in, to this program and nothing else.
 *
 * `exec`: no shell stays between sshd and the program, which would not notice that sshd is gone.
 *
 * @throws Error when a path holds a control character: it would end the line.
 * @see sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
 */
export function authorizedKeysLine(key: NonNullable<KeysAnswer['key']>, program: GateProgram): string {
  const words = [program.node, program.script, 'run', program.socketPath, key.fingerprint];
  const command = `exec ${words.map(quoteForShell).join(' ')}`;
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(command)) throw new Error('A path of the gate holds a control character.');
  return `command="${command.replaceAll('"', '\\"')}",restrict ${key.type} ${key.blob}\n`;
}
