import { chmod, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../process/run-git';
import { prepareGitHome } from '../home/git-home';
import { clientGit, createFixture, mustGit, type Fixture } from '../testing/fixture';
import { startHttpHub, type HttpHub } from '../testing/http-hub';
import { commitFile, commitNoise, createProject, processesAbout, until, type Project } from '../testing/project';
import { PackCache } from './pack-cache';

const MIB = 1024 * 1024;

let fixture: Fixture;
let hub: HttpHub;
let packs: PackCache;
/** Lines: one for each pack-objects that the hub started. */
let log: string;
let gate: string;
let fault: string;

/** A git that, for pack-objects, tells of its start and waits while the gate is shut. */
async function gatedGit(directory: string): Promise<string> {
  const bin = join(directory, 'bin');
  await mkdir(bin);
  const script = `#!/bin/sh
case " $* " in *' pack-objects '*) echo started >>'${log}'; while [ -e '${gate}' ]; do sleep 0.01; done; [ -e '${fault}' ] && exit 3 ;; esac
exec /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin git "$@"
`;
  await writeFile(join(bin, 'git'), script);
  await chmod(join(bin, 'git'), 0o755);
  return `${bin}:/usr/local/bin:/usr/bin:/bin`;
}

beforeAll(async () => {
  // Quotes and blanks in the path: the hook is called through a shell then.
  fixture = await createFixture("pack cache's ");
  const quoted = (name: string) => join(fixture.directory, name).replaceAll("'", `'\\''`);
  [log, gate, fault] = [quoted('log'), quoted('gate'), quoted('fault')];
  fixture.home = await prepareGitHome(join(fixture.directory, 'home'), {
    searchPath: await gatedGit(fixture.directory),
  });
});
afterAll(() => fixture.remove());
beforeEach(() => serve({}));
afterEach(async () => {
  await hub.close();
  await packs.close();
});

async function serve(options: { maxBytes?: number; maxIdleMs?: number }): Promise<void> {
  packs = await PackCache.open(fixture.home, {
    directory: join(fixture.directory, 'packs'),
    maxBytes: 256 * MIB,
    ...options,
  });
  hub = await startHttpHub(fixture, { packs });
  await rm(gatePath(), { force: true });
}

const gatePath = () => join(fixture.directory, 'gate');
const starts = async () =>
  (await readFile(join(fixture.directory, 'log'), 'utf8').catch(() => '')).split('\n').length - 1;

async function pushed(files = ['a', 'b']): Promise<Project> {
  const project = await createProject(fixture, hub.url, { files });
  await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
  return project;
}

let clones = 0;
function cloneOf(project: Project, ...options: string[]) {
  const path = join(fixture.directory, `clone-${clones++}`);
  const clone = clientGit(fixture.directory, ['clone', '--quiet', ...options, hub.url(project.name), path]);
  return { path, done: clone };
}

async function expectWhole(project: Project, clone: ReturnType<typeof cloneOf>): Promise<void> {
  expect(await clone.done).toMatchObject({ exitCode: 0 });
  await mustGit(clone.path, 'fsck', '--full', '--strict');
  expect(await mustGit(clone.path, 'rev-parse', 'HEAD')).toBe(await mustGit(project.work, 'rev-parse', 'HEAD'));
}

it('computes the pack of equal clones once, whatever protocol they speak', async () => {
  const project = await pushed();
  for (const version of ['2', '0', '1', '2'])
    await expectWhole(project, cloneOf(project, '-c', `protocol.version=${version}`));
  expect(packs.stats()).toMatchObject({ misses: 1, hits: 3, packs: 1 });
});

it('lets clones join a pack that is being computed', async () => {
  const project = await pushed();
  const before = await starts();
  await writeFile(gatePath(), '');
  const waiting = [1, 2, 3, 4].map(() => cloneOf(project));
  await until(() => packs.stats().joins + packs.stats().misses === 4);
  await rm(gatePath());
  for (const clone of waiting) await expectWhole(project, clone);
  expect(packs.stats()).toMatchObject({ misses: 1, joins: 3 });
  expect((await starts()) - before).toBe(1);
});

it('goes on for the others when the first client leaves, and ends with the last', async () => {
  const project = await pushed();
  await writeFile(gatePath(), '');
  const leaving = new AbortController();
  const first = fetch(`${hub.url(project.name)}/git-upload-pack`, await wantMain(project, leaving.signal)).catch(
    () => null,
  );
  await until(() => packs.stats().misses === 1);
  const second = cloneOf(project);
  await until(() => packs.stats().joins === 1);
  leaving.abort();
  await first;
  await until(() => hub.results.some(({ isCut }) => isCut));
  await rm(gatePath());
  await expectWhole(project, second);

  await commitFile(project.work, 'c', 'c\n');
  await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
  await writeFile(gatePath(), '');
  const alone = new AbortController();
  const third = fetch(`${hub.url(project.name)}/git-upload-pack`, await wantMain(project, alone.signal)).catch(
    () => null,
  );
  await until(async () => (await processesAbout(project.path)).some((line) => line.includes('pack-objects')));
  alone.abort();
  await third;
  await until(async () => (await processesAbout(project.path)).length === 0);
  expect(packs.stats().packs).toBe(1);
});

/** A whole clone of `main` in protocol version 0. */
async function wantMain(project: Project, signal: AbortSignal): Promise<RequestInit> {
  const head = await mustGit(project.work, 'rev-parse', 'HEAD');
  const pkt = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-git-upload-pack-request' },
    body: `${pkt(`want ${head} thin-pack ofs-delta side-band-64k\n`)}0000${pkt('done\n')}`,
    signal,
  };
}
it('shares nothing between repositories with the same objects', async () => {
  const [one, other] = [await pushed(), await pushed()];
  await expectWhole(one, cloneOf(one));
  await expectWhole(other, cloneOf(other));
  expect(packs.stats()).toMatchObject({ misses: 2, hits: 0 });
});

it('answers shallow, partial and incremental fetches by their own packs', async () => {
  const project = await pushed(['a', 'b', 'c']);
  const shallow = [cloneOf(project, '--depth=1'), cloneOf(project, '--depth=1')];
  for (const clone of shallow) await clone.done;
  expect(await mustGit(shallow[0]?.path ?? '', 'rev-list', '--count', 'HEAD')).toBe('1');
  const whole = cloneOf(project);
  await expectWhole(project, whole);
  const partial = cloneOf(project, '--filter=blob:none', '--bare');
  expect(await partial.done).toMatchObject({ exitCode: 0 });
  expect(packs.stats().misses).toBe(3);
  await commitFile(project.work, 'd', 'd\n');
  await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
  await mustGit(whole.path, 'pull', '--quiet');
  await expectWhole(project, { path: whole.path, done: clientGit(whole.path, ['status']) });
});

it('shows what git says while it computes', async () => {
  const project = await pushed();
  const path = join(fixture.directory, `clone-${clones++}`);
  const clone = await clientGit(fixture.directory, ['clone', '--progress', hub.url(project.name), path]);
  expect(clone.stderr).toMatch(/remote: Enumerating objects: 6, done\./);
});

describe('a pack that may not be kept', () => {
  it('still reaches all who asked for it, and leaves nothing behind', async () => {
    await hub.close();
    await packs.close();
    await serve({ maxBytes: 1 * MIB });
    const project = await pushed();
    await commitNoise(project.work, 24 * MIB);
    await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
    await writeFile(gatePath(), '');
    const both = [cloneOf(project), cloneOf(project)];
    await until(() => packs.stats().joins === 1);
    await rm(gatePath());
    for (const clone of both) await expectWhole(project, clone);
    await until(() => packs.stats().packs === 0 && packs.stats().sizeBytes === 0);
    await expectWhole(project, cloneOf(project));
    expect(packs.stats().hits).toBe(0);
  });
});

it('tells the client when git fails, and tries again the next time', async () => {
  const project = await pushed();
  await writeFile(join(fixture.directory, 'fault'), '');
  expect(await cloneOf(project).done).toMatchObject({ exitCode: 128, stderr: expect.stringContaining('remote') });
  await rm(join(fixture.directory, 'fault'));
  await expectWhole(project, cloneOf(project));
  // upload-pack, which tells the client why, tries too.
  expect(packs.stats()).toMatchObject({ misses: 3, packs: 1 });
});

it('ends no pack before its last bytes, however small it is', async () => {
  const project = await pushed();
  for (let at = 0; at < 60; at++) {
    expect(await cloneOf(project, '--bare', `--filter=blob:limit=${at}k`).done).toMatchObject({ exitCode: 0 });
  }
  expect(packs.stats().misses).toBe(60);
});

it('forgets the least lately used pack when room is short', async () => {
  await hub.close();
  await packs.close();
  await serve({ maxBytes: 10 * MIB });
  const projects = [await pushed(), await pushed(), await pushed()];
  for (const project of projects) {
    await commitNoise(project.work, 3 * MIB);
    await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
    await expectWhole(project, cloneOf(project));
  }
  await until(() => packs.stats().packs === 2);
  await expectWhole(projects[2] as Project, cloneOf(projects[2] as Project));
  await expectWhole(projects[0] as Project, cloneOf(projects[0] as Project));
  expect(packs.stats()).toMatchObject({ hits: 1, misses: 4 });
});

it('gives way on a full disk, and computes again what is asked for', async () => {
  const project = await pushed();
  await expectWhole(project, cloneOf(project));
  await until(() => packs.stats().sizeBytes > 0);
  await packs.giveWay();
  expect(packs.stats()).toMatchObject({ packs: 0, sizeBytes: 0 });
  await expectWhole(project, cloneOf(project));
  expect(packs.stats()).toMatchObject({ misses: 2, hits: 0 });
});

it('takes away what processes left that are gone, and its own at the end', async () => {
  const abandoned = join(fixture.directory, 'packs', 'process-gone');
  await mkdir(abandoned);
  await utimes(abandoned, new Date(0), new Date(0));
  const another = await PackCache.open(fixture.home, { directory: join(fixture.directory, 'packs'), maxBytes: MIB });
  expect(await readdir(join(fixture.directory, 'packs'))).toHaveLength(2);
  await another.close();
  expect(await readdir(join(fixture.directory, 'packs'))).toHaveLength(1);
});

it('lets upload-pack compute for itself where no hub listens', async () => {
  const project = await pushed();
  const { stdout } = await runGit(fixture.home, {
    args: ['-c', 'protocol.file.allow=always', 'ls-remote', `file://${project.path}`],
  });
  expect(stdout.toString()).toContain('refs/heads/main');
  const path = join(fixture.directory, `clone-${clones++}`);
  await runGit(fixture.home, {
    args: ['-c', 'protocol.file.allow=always', 'clone', '--quiet', '--bare', `file://${project.path}`, path],
  });
  await mustGit(path, 'fsck', '--full');
});
