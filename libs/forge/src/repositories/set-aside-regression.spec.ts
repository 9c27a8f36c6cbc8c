import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { UserActor } from '../identity';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { RepositoriesService } from './repositories.service';

let forge: ForgeFixture;
let alice: UserActor;
beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
}, 60_000);
afterAll(() => forge.close());

it.each(['a directory', 'a file'])('makes a repository where %s lies already, and keeps that', async (what) => {
  const repositories = forge.get(RepositoriesService);
  const name = what.replace(' ', '-');
  const { id: before } = await repositories.create(alice, { namespace: 'alice', name: `${name}-before` });
  const path = repositories.storage.pathOf(before + 1);
  await mkdir(dirname(path), { recursive: true });
  if (what === 'a file') await writeFile(path, 'kept');
  else {
    await mkdir(path);
    await writeFile(join(path, 'HEAD'), 'kept');
  }

  const made = await repositories.create(alice, { namespace: 'alice', name });
  expect(made.id).toBe(before + 1);
  expect(await readFile(join(path, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  const aside = (await readdir(dirname(path))).filter((each) => each.startsWith(`${basename(path)}.aside-`));
  expect(aside).toHaveLength(1);
  const kept = join(dirname(path), aside[0] ?? '');
  expect(await readFile(what === 'a file' ? kept : join(kept, 'HEAD'), 'utf8')).toBe('kept');
});
