import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { openHostKeys } from './host-keys';

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'host-keys-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const fingerprints = async () => (await openHostKeys(directory)).map((key) => key.getPublicSSH().toString('base64'));

/** What older versions wrote in one start of two hundred. */
function unreadableKey(): string {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519', { comment: 'granary' });
    if (utils.parseKey(pair.private) instanceof Error) return pair.private;
  }
}

describe('host keys', () => {
  it('are made once, readable by OpenSSH’s programs, and private', async () => {
    const first = await fingerprints();
    expect(await fingerprints()).toEqual(first);
    expect((await readdir(directory)).sort()).toEqual([
      'ssh_host_ed25519_key',
      'ssh_host_ed25519_key.pub',
      'ssh_host_rsa_key',
      'ssh_host_rsa_key.pub',
    ]);
    expect((await stat(join(directory, 'ssh_host_rsa_key'))).mode & 0o777).toBe(0o600);
  });

  it('that were never readable are set aside, and the hub starts', async () => {
    const path = join(directory, 'ssh_host_ed25519_key');
    const bad = unreadableKey();
    await writeFile(path, bad);
    const told: string[] = [];
    const [key] = await openHostKeys(directory, { warn: (text) => told.push(text) });
    expect(key?.type).toBe('ssh-ed25519');
    expect(await readFile(`${path}.unreadable`, 'utf8')).toBe(bad);
    expect(told).toEqual([expect.stringContaining('never readable')]);
  });

  it('that are damaged are never replaced: clients remember them', async () => {
    await openHostKeys(directory);
    const path = join(directory, 'ssh_host_ed25519_key');
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 150));
    await expect(openHostKeys(directory)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readdir(directory)).not.toContain('ssh_host_ed25519_key.unreadable');
  });
});
