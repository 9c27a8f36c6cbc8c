import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { runGit } from '../process/run-git';
import { serveStateless } from '../serve/serve-pack';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { Filler } from '../testing/fill';
import { startHttpHub, type HttpHub } from '../testing/http-hub';
import { commitFile, commitNoise, createProject } from '../testing/project';
import { repackFully } from './full-repack';
import { rollUpPacks } from './roll-up';

let fixture: Fixture;
let hub: HttpHub;

beforeAll(async () => {
  fixture = await createFixture();
  hub = await startHttpHub(fixture);
});
afterAll(async () => {
  await hub.close();
  await fixture.remove();
});

it('a clone in flight survives that every pack it reads from is deleted', async () => {
  const { work, path } = await createProject(fixture, hub.url, { files: ['a', 'b'] });
  await mustGit(work, 'push', '--quiet', 'origin', 'main');
  const tip = await commitNoise(work, 8 * 1024 * 1024);
  await mustGit(work, 'push', '--quiet', 'origin', 'main');
  const repository = new Filler(fixture, path);
  const before = await repository.packNames();

  // Far more than the pipes hold: git stands still in the middle of the pack until somebody reads on.
  const output = new PassThrough();
  const request = `0032want ${tip}\n00000009done\n`;
  const clone = serveStateless(fixture.home, {
    service: 'git-upload-pack',
    repositoryPath: path,
    input: Readable.from([request]),
    output,
  });
  await once(output, 'readable');
  await repackFully(fixture.home, { repositoryPath: path, now: new Date(0) });
  await repackFully(fixture.home, { repositoryPath: path, now: new Date() });
  expect((await repository.packNames()).filter((name) => before.includes(name))).toEqual([]);

  const answer = await buffer(output);
  expect(await clone).toMatchObject({ exitCode: 0, isCut: false });
  const copy = new Filler(fixture, await fixture.repository('copy'));
  const pack = answer.subarray(answer.indexOf('PACK'));
  await runGit(fixture.home, { repositoryPath: copy.path, args: ['index-pack', '--stdin', '--strict'], stdin: pack });
  expect(await copy.git(['rev-list', '--count', tip])).toBe('3');
});

it('pushes and clones go on while packs are rolled up and repacked, and nothing acknowledged is lost', async () => {
  const { work, path, url } = await createProject(fixture, hub.url, { files: ['a'] });
  const repositoryPath = path;
  await mustGit(work, 'push', '--quiet', 'origin', 'main');
  let isOver = false;
  const acknowledged: string[] = [];

  const push = async () => {
    for (let n = 0; n < 25; n++) {
      const tip = await commitFile(work, `file-${n}`, `content ${n}\n`.repeat(200));
      await mustGit(work, 'push', '--quiet', 'origin', 'main', `main:refs/heads/b${n % 4}`, '--force');
      acknowledged.push(tip);
    }
    isOver = true;
  };
  const maintain = async () => {
    for (let n = 0; !isOver; n++) {
      await rollUpPacks(fixture.home, { repositoryPath });
      // Two weeks pass from run to run, so that each may drop what the last one found unreachable.
      await repackFully(fixture.home, { repositoryPath, now: new Date(Date.now() + n * 15 * 86_400_000) });
    }
  };
  const clone = async () => {
    for (let n = 0; !isOver; n++) {
      await mustGit(fixture.directory, 'clone', '--quiet', '--bare', url, `beside-${n}`);
      await mustGit(join(fixture.directory, `beside-${n}`), 'fsck', '--full', '--strict');
    }
  };
  await Promise.all([push(), maintain(), clone()]);

  const repository = new Filler(fixture, path);
  await repository.fsck();
  for (const tip of acknowledged) expect(await repository.has(tip)).toBe(true);
  expect(await repository.git(['rev-parse', 'main'])).toBe(acknowledged.at(-1));
});
