import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../process/run-git';
import { createFixture, type Fixture } from '../testing/fixture';
import { changeObjectFormat, readObjectFormat } from './object-format';

let fixture: Fixture;

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());

const contents = async (path: string) => {
  const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Promise.all(names.map(async (name) => [name.slice(path.length), await readFile(name, 'utf8')]));
};

it('makes an empty repository what it would be, had it been created so', async () => {
  const [path, other] = [await fixture.repository('turned'), await fixture.repository('made', 'sha256')];
  expect(await readObjectFormat(path)).toBe('sha1');
  expect(await changeObjectFormat(fixture.home, path, 'sha256')).toBe(true);
  expect(await readObjectFormat(path)).toBe('sha256');
  expect(await contents(path)).toEqual(await contents(other));
  expect((await readdir(join(path, '..'))).sort()).toEqual(['made.git', 'turned.git']);
});

it.each([
  ['an object', ['hash-object', '-w', '--stdin']],
  ['a ref', ['symbolic-ref', 'refs/heads/alias', 'refs/heads/main']],
])('leaves a repository with %s alone', async (_what, args) => {
  const path = await fixture.repository(args[0] as string);
  await runGit(fixture.home, { repositoryPath: path, args, stdin: 'text' });
  const before = await contents(path);
  expect(await changeObjectFormat(fixture.home, path, 'sha256')).toBe(false);
  expect(await contents(path)).toEqual(before);
});
