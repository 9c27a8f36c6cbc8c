import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from './config';
import { requireHub, requireItsDatabase } from './existing-hub';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'granary-hub-'))));
afterEach(() => rmSync(root, { recursive: true }));

const configOf = (env = {}) => parseConfig({ GRANARY_DATA_DIR: root, ...env });
const OWN = { DATABASE_URL: 'postgres://db/hub' };

it('lets no command make a hub where there is none', async () => {
  await expect(requireHub(configOf())).rejects.toThrow(/^There is no hub in /);
  await expect(requireHub(configOf({ GRANARY_DATA_DIR: join(root, 'absent') }))).rejects.toThrow(/no hub/);
  expect(readdirSync(root)).toEqual([]);
  writeFileSync(join(root, 'secret.key'), '');
  await expect(requireHub(configOf(OWN))).resolves.toBeUndefined();
});

it('makes no empty database for a hub that had one elsewhere', async () => {
  writeFileSync(join(root, 'secret.key'), '');
  await expect(requireHub(configOf())).rejects.toThrow(/^DATABASE_URL is not set, and the hub in /);
  await expect(requireItsDatabase(configOf())).resolves.toBeUndefined();
  mkdirSync(join(root, 'repositories/02'), { recursive: true });
  await expect(requireItsDatabase(configOf())).rejects.toThrow(/^DATABASE_URL is not set/);
  await expect(requireItsDatabase(configOf(OWN))).resolves.toBeUndefined();
  mkdirSync(join(root, 'postgres/data'), { recursive: true });
  await expect(requireItsDatabase(configOf())).resolves.toBeUndefined();
  await expect(requireHub(configOf())).resolves.toBeUndefined();
});
