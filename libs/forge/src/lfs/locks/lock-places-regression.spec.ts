import { runGit } from '@granary/git-process/testing';
import { updateRefs } from '@granary/git-process';
import type { UserActor } from '../../identity';
import { RepositoriesService, type Repository } from '../../repositories';
import { type ForgeFixture, openForge } from '../../testing/forge-fixture';
import { alreadyLocked, LfsLocksService } from './lfs-locks.service';

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
  const repositories = forge.get(RepositoriesService);
  repository = await repositories.create(alice, { namespace: 'alice', name: 'art' });
  const path = repositories.storage.pathOf(repository.id);
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
  const git = async (args: string[], stdin = '') =>
    (await runGit(forge.git, { repositoryPath: path, args, stdin, env })).stdout.toString().trim();
  const blob = await git(['hash-object', '-w', '--stdin'], 'x');
  const inner = await git(['mktree'], `100644 blob ${blob}\tLogo.psd\n100644 blob ${blob}\tÜber.psd\n`);
  const links = async () => {
    const targets = { pictures: 'Img', loop: 'loop', out: '../Img', chain: './pictures' };
    const entries = Object.entries(targets).map(
      async ([name, target]) => `120000 blob ${await git(['hash-object', '-w', '--stdin'], target)}\t${name}\n`,
    );
    return (await Promise.all(entries)).join('');
  };
  const tree = await git(
    ['mktree'],
    `040000 tree ${inner}\tImg\n100644 blob ${blob}\tREADME\n100644 blob ${blob}\tback\\slash\n${await links()}`,
  );
  const commit = await git(['commit-tree', tree, '-m', 'c']);
  await updateRefs(forge.git, path, [{ ref: 'refs/heads/main', newOid: commit }]);
  const other = await git(['commit-tree', inner, '-m', 'c']);
  await updateRefs(forge.git, path, [{ ref: 'refs/heads/flat', newOid: other }]);
}, 60_000);
afterAll(() => forge.close());

const lock = (path: string, ref: string | null = null) =>
  forge.get(LfsLocksService).create(repository.id, alice, { path, ref });

it.each([
  ['img/logo.psd', 'Lock it as: Img/Logo.psd'],
  ['Img/logo.psd', 'Lock it as: Img/Logo.psd'],
  ['img/new.psd', 'Lock it as: Img/new.psd'],
  ['readme', 'Lock it as: README'],
  ['Img/U\u0308ber.psd', 'Lock it as: Img/Über.psd'],
  ['Img\\Logo.psd', 'Lock it as: Img/Logo.psd'],
  ['img\\logo.psd', 'Lock it as: Img/Logo.psd'],
  ['new\\file.psd', 'Lock it as: new/file.psd'],
  ['Img', 'is a directory'],
  ['README/x', 'README is a file'],
  ['pictures/Logo.psd', 'Lock it as: Img/Logo.psd'],
  ['Pictures/new.psd', 'Lock it as: Img/new.psd'],
  ['chain/logo.psd', 'Lock it as: Img/Logo.psd'],
  ['loop/x', 'loop is a file'],
  ['out/Logo.psd', 'out is a file'],
  ['/README', 'Lock it as: README'],
  ['Img/', 'Lock it as: Img'],
  ['./Img//Logo.psd', 'Lock it as: Img/Logo.psd'],
  ['x/../README', 'Lock it as: README'],
])('refuses to lock %j, and says what is right: %s', async (path, reason) => {
  await expect(lock(path)).rejects.toMatchObject({ code: 'invalid' });
  await expect(lock(path)).rejects.toThrow(reason);
});

it.each(['../README', '.git/config', 'a/../../b'])('knows no right spelling of %j', async (path) => {
  await expect(lock(path)).rejects.toThrow(/^(?!.*Lock it as)/);
});

it('locks what is there, on the branch of the lock too, and what is yet to come', async () => {
  for (const [path, ref] of [
    ['Img/Logo.psd', null],
    ['Logo.psd', 'refs/heads/flat'],
    ['back\\slash', null],
    ['new/file.psd', null],
  ] as const) {
    expect((await lock(path, ref)).isNew).toBe(true);
  }
  const second = await lock('Img/Logo.psd');
  expect(second.isNew).toBe(false);
  expect(alreadyLocked(second.lock)).toBe('lock already created: Img/Logo.psd is locked by alice already.');
});
