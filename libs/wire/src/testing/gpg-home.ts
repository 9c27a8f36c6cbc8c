import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** GnuPG with a keyring of its own. For specs only. */
export class GpgHome {
  readonly path = mkdtempSync(join(tmpdir(), 'wire-gpg-'));

  /** @returns standard output. @throws Error when gpg fails. */
  gpg(args: string[], { input = '', at }: { input?: string | Buffer; at?: string } = {}): string {
    const clock = at ? ['--faked-system-time', `${at}!`] : [];
    const quiet = ['--homedir', this.path, '--batch', '--quiet', '--yes', '--pinentry-mode', 'loopback'];
    const all = [...quiet, '--passphrase', '', ...clock, ...args];
    return execFileSync('gpg', all, { input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 26 }).toString();
  }

  /** @param at the moment of its making, `20240101T000000`; now when left out. @returns its fingerprint. */
  makeKey(userId: string, options: { algorithm?: string; expires?: string; usage?: string; at?: string } = {}): string {
    const { algorithm = 'ed25519', expires = 'never', usage = 'sign', at } = options;
    this.gpg(['--quick-generate-key', userId, algorithm, usage, expires], { at });
    const [, fingerprint = ''] = /^fpr:+([0-9A-F]+):/m.exec(this.gpg(['--with-colons', '-K', `=${userId}`])) ?? [];
    return fingerprint;
  }

  /** @returns the fingerprint of the newest subkey. */
  addSubkey(
    primary: string,
    { usage = 'sign', expires = 'never', at }: { usage?: string; expires?: string; at?: string } = {},
  ) {
    this.gpg(['--quick-add-key', primary, 'ed25519', usage, expires], { at });
    const prints = [...this.gpg(['--with-colons', '-K', primary]).matchAll(/^fpr:+([0-9A-F]+):/gm)];
    return prints.at(-1)?.[1] ?? '';
  }

  export(key: string): string {
    return this.gpg(['--armor', '--export', key]);
  }

  /** A detached signature, as git asks for it; `key!` makes exactly that part sign. */
  sign(key: string, message: string | Buffer, options: { at?: string; args?: string[] } = {}): string {
    return this.gpg([...(options.args ?? []), '-bsau', key], { input: message, at: options.at });
  }

  revoke(fingerprint: string): void {
    const certificate = join(this.path, 'openpgp-revocs.d', `${fingerprint}.rev`);
    // gpg puts a colon before the armour, so that nobody revokes a key by accident.
    const text = execFileSync('sed', ['s/^:-----/-----/', certificate]);
    this.gpg(['--import'], { input: text });
  }

  remove(): void {
    execFileSync('gpgconf', ['--homedir', this.path, '--kill', 'all']);
    rmSync(this.path, { recursive: true, force: true });
  }
}
