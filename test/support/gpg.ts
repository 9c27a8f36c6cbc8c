import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from './actor';
import { atEnd } from './cleanup';
import { runOk } from './run';
import { workspace } from './workspace';

/** An actor's GnuPG: a keyring of its own, whose agent ends with the test file. */
export class Gpg {
  // A short path: the agent's socket lies in it, and such paths have at most 107 bytes.
  private readonly home = workspace('gpg');
  private made = 0;

  constructor(private readonly actor: Actor) {
    chmodSync(this.home, 0o700);
    atEnd(() => runOk('gpgconf', ['--homedir', this.home, '--kill', 'all']).then(() => undefined));
  }

  get env(): NodeJS.ProcessEnv {
    return { ...this.actor.env, GNUPGHOME: this.home };
  }

  run(args: string[], input?: string): Promise<string> {
    const quiet = ['--batch', '--quiet', '--yes', '--pinentry-mode', 'loopback', '--passphrase', ''];
    return runOk('gpg', [...quiet, ...args], { env: this.env, input });
  }

  /** @param at the moment of its making, as `20200101T000000`. @returns the fingerprint. */
  async makeKey(options: { expires?: string; at?: string } = {}): Promise<string> {
    const { expires = 'never', at } = options;
    const userId = `${this.actor.name} (${++this.made}) <${this.actor.name}@example.com>`;
    const clock = at ? ['--faked-system-time', `${at}!`] : [];
    await this.run([...clock, '--quick-generate-key', userId, 'ed25519', 'sign', expires]);
    const listing = await this.run(['--with-colons', '-K', `=${userId}`]);
    return /^fpr:+([0-9A-F]+):/m.exec(listing)?.[1] ?? '';
  }

  export(fingerprint: string): Promise<string> {
    return this.run(['--armor', '--export', fingerprint]);
  }

  async revoke(fingerprint: string): Promise<void> {
    const certificate = readFileSync(join(this.home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8');
    // gpg puts a colon before the armour, so that nobody revokes a key by accident.
    await this.run(['--import'], certificate.replace(/^:-----/m, '-----'));
  }

  /** git's options to sign with a key. @param at the moment at which it seems to sign. */
  options(fingerprint: string, at?: string): string[] {
    const options = ['-c', 'gpg.format=openpgp', '-c', `user.signingkey=${fingerprint}`];
    if (!at) return options;
    const program = join(this.home, `gpg-at-${at}`);
    writeFileSync(program, `#!/bin/sh\nexec gpg --faked-system-time '${at}!' "$@"\n`, { mode: 0o700 });
    return [...options, '-c', `gpg.program=${program}`];
  }

  /** Registers the key with the hub. @returns its id there. */
  async register(fingerprint: string): Promise<number> {
    const body = { name: 'tests', armored_public_key: await this.export(fingerprint) };
    const answer = await this.actor.api<{ id: number }>('POST', '/api/v3/user/gpg_keys', body);
    if (answer.status !== 201) throw new Error(`registering a key: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }
}
