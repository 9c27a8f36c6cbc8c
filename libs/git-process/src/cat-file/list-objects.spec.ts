import { join } from 'node:path';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { commitFile, createProject } from '../testing/project';
import { listObjects } from './list-objects';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.remove());

async function objectsOf(objectDirectory: string, repositoryPath: string) {
  const all = [];
  for await (const batch of listObjects(fixture.home, { repositoryPath, objectDirectory })) all.push(...batch);
  return all;
}

it.each(['sha1', 'sha256'] as const)(
  'lists what one directory holds, by id, of a %s repository',
  async (objectFormat) => {
    const project = await createProject(fixture, () => 'unused', { files: ['a'], objectFormat });
    await commitFile(project.work, 'zeros', Buffer.alloc(100_000));
    await mustGit(project.work, 'repack', '-q', '-a', '-d');
    const loose = await commitFile(project.work, 'b', 'b\n');
    const objects = await objectsOf(join(project.work, '.git/objects'), join(project.work, '.git'));
    expect(objects.map(({ oid }) => oid)).toEqual(objects.map(({ oid }) => oid).toSorted());
    expect(objects.map(({ type }) => type).toSorted()).toEqual([
      ...Array(3).fill('blob'),
      ...Array(3).fill('commit'),
      ...Array(3).fill('tree'),
    ]);
    expect(objects).toContainEqual(expect.objectContaining({ oid: loose, type: 'commit' }));
    expect(objects).toContainEqual(expect.objectContaining({ type: 'blob', sizeBytes: 100_000 }));
  },
);

it('sees nothing of the repository itself', async () => {
  const project = await createProject(fixture, () => 'unused', { files: ['a'] });
  expect(await objectsOf(join(project.path, 'objects'), join(project.work, '.git'))).toEqual([]);
});
