import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { syncMovedRefs } from './durable-refs';
import { readHead, setHead } from './repository';

let fixture: Fixture;
beforeAll(async () => void (fixture = await createFixture()));
afterAll(() => fixture.remove());

describe('HEAD', () => {
  it('is moved as git would, under git’s lock', async () => {
    const path = await fixture.repository('head');
    await setHead(fixture.home, path, 'refs/heads/topic');
    expect((await readHead(fixture.home, path)).ref).toBe('refs/heads/topic');
    await writeFile(join(path, 'HEAD.lock'), '');
    await expect(setHead(fixture.home, path, 'refs/heads/other')).rejects.toMatchObject({ code: 'conflict' });
    expect((await readHead(fixture.home, path)).ref).toBe('refs/heads/topic');
  });

  it.each(['refs/heads/a..b', 'refs/heads/x.lock', 'refs/heads/', 'refs/tags/v1'])('never names %s', async (ref) => {
    const path = await fixture.repository(`head-${Buffer.from(ref).toString('hex')}`);
    await expect(setHead(fixture.home, path, ref)).rejects.toMatchObject({ code: 'invalid' });
    expect((await readHead(fixture.home, path)).ref).toBe('refs/heads/main');
  });
});

it('syncs what is there of the directories of refs that moved or went', async () => {
  const path = await fixture.repository('refs');
  await syncMovedRefs(path, ['refs/heads/gone/with/its/directories', 'refs/tags/v1']);
  expect(await mustGit(fixture.directory, `--git-dir=${path}`, 'rev-parse', '--is-bare-repository')).toBe('true');
});
