import { mkdir, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '@granary/git-process/testing';
import { readHead, updateRefs } from '@granary/git-process';
import type { UserActor } from '../identity';
import { InitialCommitService } from '../pushes';
import { AccountsService } from '../identity/accounts.service';
import { RepositoriesService, type Repository } from '../repositories';
import { type ForgeFixture, openForge } from '../testing/forge-fixture';
import { type RepositoryFinding, RepositoryInspectionService } from './repository-inspection.service';

let forge: ForgeFixture;
let alice: UserActor;
let serial = 0;
let repository: Repository;
let path: string;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
}, 60_000);
afterAll(() => forge.close());

beforeEach(async () => {
  const repositories = forge.get(RepositoriesService);
  repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
  path = repositories.storage.pathOf(repository.id);
  const author = await forge.get(AccountsService).byId(alice.userId);
  if (!author) throw new Error('no alice');
  await forge.get(InitialCommitService).create(repository, { actor: alice, author });
  await git('repack', '-ad');
});
afterEach(async () => {
  await forge.get(RepositoriesService).delete(alice, repository);
  await forge.get(RepositoriesService).storage.remove(repository.id);
  await forge.database.query('DELETE FROM repositories WHERE id = $1', [repository.id]);
});

async function git(...args: string[]): Promise<string> {
  return (await runGit(forge.git, { repositoryPath: path, args })).stdout.toString().trim();
}

async function inspect(repair = false): Promise<RepositoryFinding[]> {
  const found: RepositoryFinding[] = [];
  for await (const each of forge.get(RepositoryInspectionService).inspect({ repair }, () => undefined))
    found.push(each);
  return found;
}

const problems = async (repair = false) => (await inspect(repair)).map(({ problem }) => problem);
const onlyPack = async () =>
  join(path, 'objects/pack', (await readdir(join(path, 'objects/pack'))).find((name) => name.endsWith('.pack')) ?? '');

it('finds nothing where nothing is wrong', async () => {
  expect(await inspect()).toEqual([]);
});

it.each(['', 'ref: ', 'garbage\n'])('names a HEAD of %j, and points it at the default branch again', async (text) => {
  await writeFile(join(path, 'HEAD'), text);
  expect(await problems()).toEqual([expect.stringContaining('empty or broken HEAD')]);
  expect((await inspect(true)).map(({ isRepaired }) => isRepaired)).toEqual([true]);
  expect((await readHead(forge.git, path)).ref).toBe('refs/heads/main');
  expect(await inspect()).toEqual([]);
});

it('names a pack that is cut, and does not pretend to repair it', async () => {
  const pack = await onlyPack();
  await truncate(pack, 40);
  const [found] = await inspect(true);
  expect(found).toMatchObject({ problem: expect.stringContaining('pack that is cut'), isRepaired: false });
  await rm(pack);
  expect(await problems()).toEqual([expect.stringContaining('lost the pack')]);
});

it('makes the index of a pack again', async () => {
  await rm((await onlyPack()).replace(/pack$/, 'idx'));
  expect(await problems()).toContainEqual(expect.stringContaining('without its index'));
  await inspect(true);
  expect(await inspect()).toEqual([]);
  expect(await git('rev-list', '--objects', '--all')).toContain('README.md');
});

it('names an object of no bytes and a ref that holds none, and takes them for what they were', async () => {
  const tip = await git('rev-parse', 'main');
  await git('update-ref', 'refs/heads/main', tip);
  await mkdir(join(path, 'objects/ab'), { recursive: true });
  await writeFile(join(path, 'objects/ab', 'c'.repeat(38)), '');
  await writeFile(join(path, 'refs/heads/main'), '');
  expect(await problems()).toEqual([
    expect.stringContaining('object of no bytes'),
    expect.stringContaining('no object id: refs/heads/main'),
  ]);
  await inspect(true);
  expect(await inspect()).toEqual([]);
  expect(await git('rev-parse', 'main')).toBe(tip);
});

it('names refs that the database does not know, and those that only it knows', async () => {
  const tip = await git('rev-parse', 'main');
  await updateRefs(forge.git, path, [
    { ref: 'refs/heads/unknown', newOid: tip },
    { ref: 'refs/heads/main', newOid: null },
  ]);
  await git('symbolic-ref', 'HEAD', 'refs/heads/unknown');
  expect(await problems()).toEqual([
    expect.stringContaining('has lost refs/heads/main'),
    expect.stringContaining('refs/heads/unknown'),
    expect.stringContaining('HEAD at refs/heads/unknown'),
  ]);
  await inspect(true);
  expect(await inspect()).toEqual([]);
});

it('names what killed processes left and what belongs to nothing, and removes only the former', async () => {
  const old = new Date(Date.now() - 3 * 86_400_000);
  const quarantine = join(path, 'objects/tmp_objdir-incoming-x');
  const begun = `${path.replace(/\d+\.git$/, '')}4711.git.abcdef.tmp`;
  const stranger = `${path.replace(/\d+\.git$/, '')}999999.git`;
  for (const each of [quarantine, begun, stranger]) {
    await mkdir(each);
    await utimes(each, old, old);
  }
  const fresh = join(path, 'objects/tmp_objdir-incoming-now');
  await mkdir(fresh);
  expect((await problems()).sort()).toEqual([
    'belongs to no repository of the database',
    expect.stringMatching(/holds objects.tmp_objdir-incoming-x, which a killed process left/),
    'was left by a process that was killed',
  ]);
  await inspect(true);
  expect(await problems()).toEqual(['belongs to no repository of the database']);
  expect(await readdir(join(path, 'objects'))).toContain('tmp_objdir-incoming-now');
  await rm(stranger, { recursive: true });
});

it('names a repository whose directory is gone', async () => {
  await rm(path, { recursive: true });
  expect(await inspect(true)).toEqual([
    expect.objectContaining({ problem: expect.stringContaining('has no directory'), isRepaired: false }),
  ]);
});
