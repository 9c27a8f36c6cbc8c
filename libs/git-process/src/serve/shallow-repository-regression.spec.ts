import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackCache } from '../pack-cache/pack-cache';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { startHttpHub, type HttpHub } from '../testing/http-hub';
import { createProject } from '../testing/project';

let fixture: Fixture;
let hub: HttpHub;
let packs: PackCache;

beforeAll(async () => {
  fixture = await createFixture();
  packs = await PackCache.open(fixture.home, { directory: join(fixture.directory, 'packs'), maxBytes: 1024 * 1024 });
  hub = await startHttpHub(fixture, { packs });
});
afterAll(async () => {
  await hub.close();
  await packs.close();
  await fixture.remove();
});

/** As an administrator makes it who copies a shallow clone to the hub by hand. */
async function shallowProject() {
  const full = await createProject(fixture, hub.url, { files: ['a', 'b', 'c'] });
  await mustGit(full.work, 'push', '--quiet', 'origin', 'main');
  const { url, path } = await createProject(fixture, hub.url, { files: [] });
  const cut = join(fixture.directory, 'cut.git');
  await mustGit(fixture.directory, 'clone', '--quiet', '--bare', '--depth=1', full.url, cut);
  await copyFile(join(cut, 'shallow'), join(path, 'shallow'));
  await mustGit(path, 'fetch', '--quiet', '--update-shallow', cut, 'main:main');
  return url;
}

it('tells every clone where the history of the repository ends', async () => {
  const url = await shallowProject();
  for (const version of ['0', '2']) {
    const clone = join(fixture.directory, `clone-${version}`);
    await mustGit(fixture.directory, '-c', `protocol.version=${version}`, 'clone', '--quiet', url, clone);
    expect(await mustGit(clone, 'rev-list', '--count', 'HEAD')).toBe('1');
    expect(await mustGit(clone, 'fsck', '--full')).toBe('');
  }
});
