import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { runGit } from '../process/run-git';
import { updateRefs } from '../repository/refs';
import { advertiseRefs } from '../serve/advertise-refs';
import { takeSignature } from '../snapshot/ref-signature';
import { createFixture, type Fixture } from '../testing/fixture';
import { Filler } from '../testing/fill';
import { repackFully } from './full-repack';
import { writeCommitGraph } from './indexes';
import { KEPT_REF, keepTips, readKeptTips, type KeptTip } from './kept-tips';
import { rollUpPacks } from './roll-up';
import { readStorageFacts } from './storage-facts';

const DAY_MS = 86_400_000;
const MAIN = 'refs/heads/main';

let fixture: Fixture;
let repository: Filler;
let serial = 0;
const start = new Date();
const after = (days: number) => new Date(start.getTime() + days * DAY_MS);

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());

const keep = (tips: KeptTip[]) => keepTips(fixture.home, { repositoryPath: repository.path, tips });
const repack = (now: Date) => repackFully(fixture.home, { repositoryPath: repository.path, now });
const kept = async () => (await readKeptTips(repository.path)).map(({ oid }) => oid);
const until = after(90);

describe.each(['sha1', 'sha256'] as const)('in a %s repository', (objectFormat) => {
  let [first, lost] = ['', ''];

  beforeEach(async () => {
    repository = new Filler(fixture, await fixture.repository(`kept-${serial++}`, objectFormat));
    first = await repository.push(MAIN, 'first\n');
    lost = await repository.push(MAIN, 'lost\n');
    await updateRefs(fixture.home, repository.path, [{ ref: MAIN, newOid: first }]);
  });

  it('keeps what no ref reaches through every garbage collection, as long as it is asked to', async () => {
    for (const days of [0, 20, 40, 60]) {
      expect(await keep([{ oid: lost, until }])).toBe(1);
      await repack(after(days));
      await repository.push('refs/heads/other', `text ${days}\n`);
      await rollUpPacks(fixture.home, { repositoryPath: repository.path });
    }
    // By hand, and as hard as it goes.
    await repository.git(['prune', '--expire=now']);
    await repository.git(['gc', '--quiet', '--prune=now']);
    expect(await repository.has(lost)).toBe(true);
    expect(await readStorageFacts(repository.path)).toMatchObject({
      keptUntil: new Date(Math.ceil(+until / 1000) * 1000),
    });

    expect(await keep([])).toBe(0);
    expect(await readStorageFacts(repository.path)).toMatchObject({ keptUntil: null });
    expect(await repository.git(['for-each-ref', KEPT_REF])).toBe('');
    await repack(after(91));
    expect(await repository.has(lost)).toBe(true);
    await repack(after(106));
    expect(await repository.has(lost)).toBe(false);
    await writeCommitGraph(fixture.home, { repositoryPath: repository.path, afresh: true });
    await repository.fsck();
  });

  it('writes down only what needs it: each tip once, none that a ref reaches, none that is not there', async () => {
    const gone = lost.replace(/^./, (digit) => (digit === 'a' ? 'b' : 'a'));
    const tips = [first, lost, lost, gone].map((oid, at) => ({ oid, until: after(90 - at) }));
    expect(await keep(tips)).toBe(1);
    const seconds = Math.ceil(after(89).getTime() / 1000);
    expect(await readKeptTips(repository.path)).toEqual([{ oid: lost, until: new Date(seconds * 1000) }]);
  });

  it('passes over a commit whose history git has lost, which no repack would get past', async () => {
    const broken = await repository.commit('broken\n', lost);
    await rm(join(repository.path, 'objects', (broken.objects[0] ?? '').slice(0, 2)), { recursive: true });
    expect(await keep([lost, broken.commit].map((oid) => ({ oid, until })))).toBe(1);
    expect(await kept()).toEqual([lost]);
    await repack(start);
    expect(await repository.has(lost)).toBe(true);
  });

  it('keeps a tag with what it names, until a ref holds it', async () => {
    await repository.git(['tag', '-a', '-m', 'one', 'v1', lost]);
    const tag = await repository.git(['rev-parse', 'refs/tags/v1']);
    expect(await keep([{ oid: tag, until }])).toBe(0);
    await updateRefs(fixture.home, repository.path, [{ ref: 'refs/tags/v1', newOid: null }]);
    expect(await keep([{ oid: tag, until }])).toBe(1);
    for (const days of [0, 20, 40]) await repack(after(days));
    expect([await repository.has(tag), await repository.has(lost)]).toEqual([true, true]);
  });
});

describe('is no ref to anybody', () => {
  beforeEach(async () => {
    repository = new Filler(fixture, await fixture.repository(`kept-${serial++}`));
    await repository.push(MAIN, 'first\n');
  });

  it('for clients, whatever they speak', async () => {
    const before = await advertisements();
    const { commit } = await repository.commit('lost\n');
    await keep([{ oid: commit, until }]);
    expect(await kept()).toEqual([commit]);
    expect(await advertisements()).toEqual(before);
    for (const version of [0, 1, 2]) {
      const settings = ['-c', 'protocol.file.allow=always', '-c', `protocol.version=${version}`];
      const { stdout } = await runGit(fixture.home, { args: [...settings, 'ls-remote', repository.path] });
      expect(stdout.toString()).toContain(MAIN);
      expect(stdout.toString()).not.toContain('granary');
    }
    expect(await repository.git(['rev-list', '--all'])).not.toContain(commit);
  });

  it('for snapshots of refs, which stay valid when other tips are kept', async () => {
    const commits = [await repository.commit('a\n'), await repository.commit('b\n')].map(({ commit }) => commit);
    await keep([{ oid: commits[0] ?? '', until }]);
    const { text } = await takeSignature(repository.path);
    await keep(commits.map((oid) => ({ oid, until })));
    expect(await kept()).toHaveLength(2);
    expect((await takeSignature(repository.path)).text).toBe(text);
  });

  /** Without the id of the hub's own session. */
  async function advertisements(): Promise<string[]> {
    const asked = (['git-upload-pack', 'git-receive-pack'] as const).flatMap((service) =>
      [undefined, 'version=1'].map((protocol) => ({ service, protocol, repositoryPath: repository.path })),
    );
    const told = await Promise.all(asked.map(async (each) => buffer(advertiseRefs(fixture.home, each))));
    return told.map((each) => each.toString('latin1').replace(/session-id=\S+/, ''));
  }
});
