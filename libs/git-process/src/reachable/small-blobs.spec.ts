import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailed } from '../process/git-failed';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { commitFile, createProject, type Project } from '../testing/project';
import { blobCommits, refsContaining } from './blob-commits';
import { presentObjects } from './present-objects';
import { smallBlobs, type SmallBlobsOptions } from './small-blobs';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.remove());

const dirOf = (project: Project) => join(project.work, '.git');

async function contents(project: Project, options: Partial<SmallBlobsOptions> & { tips: string[] }) {
  const found: string[] = [];
  const all = smallBlobs(fixture.home, { repositoryPath: dirOf(project), limitBytes: 1025, ...options });
  for await (const { content, path } of all) found.push(options.withPaths ? `${path}: ${content}` : String(content));
  return found.toSorted();
}

describe.each(['sha1', 'sha256'] as const)('in a %s repository', (objectFormat) => {
  it('finds every small blob of the history once, with and without bitmaps', async () => {
    const project = await createProject(fixture, () => 'unused', { files: ['a', 'b c'], objectFormat });
    await commitFile(project.work, 'big', Buffer.alloc(1025));
    await commitFile(project.work, 'limit', Buffer.alloc(1024, 'x'));
    await commitFile(project.work, 'empty', '');
    const tip = await commitFile(project.work, 'copy of a', 'content of a\n');
    const expected = ['', 'content of a\n', 'content of b c\n', 'x'.repeat(1024)];
    expect(await contents(project, { tips: [tip] })).toEqual(expected);
    await mustGit(project.work, 'repack', '-q', '-a', '-d', '-b');
    expect(await contents(project, { tips: [tip] })).toEqual(expected);
    const first = await mustGit(project.work, 'rev-parse', 'HEAD~3');
    expect(await contents(project, { tips: [tip], except: [first], withPaths: true })).toEqual([
      'empty: ',
      `limit: ${'x'.repeat(1024)}`,
    ]);
  });
});

it('takes a blob and a tree for a tip as well, and nothing for none', async () => {
  const project = await createProject(fixture, () => 'unused', { files: ['a'] });
  const [blob, tree] = [
    await mustGit(project.work, 'rev-parse', 'HEAD:a'),
    await mustGit(project.work, 'rev-parse', 'HEAD^{tree}'),
  ];
  expect(await contents(project, { tips: [blob] })).toEqual(['content of a\n']);
  expect(await contents(project, { tips: [tree], withPaths: true })).toEqual(['a: content of a\n']);
  expect(await contents(project, { tips: [] })).toEqual([]);
});

it('fails on what is gone unless it may miss it', async () => {
  const project = await createProject(fixture, () => 'unused', { files: ['a', 'b'] });
  const [lost, tip] = [
    await mustGit(project.work, 'rev-parse', 'HEAD:b'),
    await mustGit(project.work, 'rev-parse', 'HEAD'),
  ];
  await rm(join(dirOf(project), 'objects', lost.slice(0, 2), lost.slice(2)));
  await expect(contents(project, { tips: [tip] })).rejects.toThrow(GitFailed);
  expect(await contents(project, { tips: [tip], mayMiss: true })).toEqual(['content of a\n']);
  await expect(contents(project, { tips: ['0'.repeat(39) + '1'] })).rejects.toThrow(GitFailed);
  expect(await presentObjects(fixture.home, dirOf(project), { oids: [lost, tip, '0'.repeat(39) + '1'] })).toEqual([
    tip,
  ]);
});

it('ends git when the loop is left, and when its signal fires', async () => {
  const project = await createProject(fixture, () => 'unused', { files: ['a', 'b'] });
  const tips = [await mustGit(project.work, 'rev-parse', 'HEAD')];
  for await (const { content } of smallBlobs(fixture.home, { repositoryPath: dirOf(project), tips, limitBytes: 99 })) {
    expect(String(content)).toContain('content of');
    break;
  }
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(contents(project, { tips, signal })).rejects.toThrow('stopped');
});

it('tells in which commits a path became a blob, and which refs reach them', async () => {
  const project = await createProject(fixture, () => 'unused', { files: ['a'] });
  const first = await mustGit(project.work, 'rev-parse', 'HEAD');
  await mustGit(project.work, 'rm', '-q', 'a');
  await mustGit(project.work, 'commit', '-q', '-m', 'away');
  const again = await commitFile(project.work, 'f'.repeat(40), 'content of a\n');
  await mustGit(project.work, 'branch', 'old', first);
  const blob = await mustGit(project.work, 'rev-parse', `${first}:a`);
  const where = { repositoryPath: dirOf(project), blob, limit: 10 };
  expect(await blobCommits(fixture.home, { ...where, tips: [again] })).toEqual([
    { commit: again, path: 'f'.repeat(40) },
    { commit: first, path: 'a' },
  ]);
  expect(await blobCommits(fixture.home, { ...where, tips: [again], except: [first] })).toHaveLength(1);
  expect(await blobCommits(fixture.home, { ...where, tips: [] })).toEqual([]);
  const refs = (commit: string, limit = 9) => refsContaining(fixture.home, dirOf(project), { commit, limit });
  expect(await refs(first)).toEqual(['refs/heads/main', 'refs/heads/old']);
  expect(await refs(first, 1)).toEqual(['refs/heads/main']);
  expect(await refs(again)).toEqual(['refs/heads/main']);
});
