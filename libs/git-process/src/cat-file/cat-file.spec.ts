import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { GitFailed } from '../process/git-failed';
import { runGit } from '../process/run-git';
import { updateRefs } from '../repository/refs';
import { createFixture, type Fixture } from '../testing/fixture';
import { processesAbout, until } from '../testing/project';
import { CatFilePool } from './cat-file-pool';
import { isObjectName } from './object-name';
import { openPrivateCatFile } from './private-cat-file';

let fixture: Fixture;
let pool: CatFilePool;

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());
beforeEach(() => (pool = new CatFilePool(fixture.home)));
afterEach(() => pool.close());

const IDENTITY = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' };

async function git(repositoryPath: string, args: string[], stdin: string | Buffer = ''): Promise<string> {
  const { stdout } = await runGit(fixture.home, { repositoryPath, args, stdin, env: IDENTITY });
  return stdout.toString().trim();
}

const writeBlob = (path: string, content: string | Buffer): Promise<string> =>
  git(path, ['hash-object', '-w', '--stdin'], content);

async function commitOf(path: string, entries: string): Promise<string> {
  return git(path, ['commit-tree', '-m', 'x', await git(path, ['mktree', '-z', '--missing'], entries)]);
}

describe.each(['sha1', 'sha256'] as const)('in a %s repository', (objectFormat) => {
  let path: string;
  let blob: string;
  let commit: string;

  beforeAll(async () => {
    path = await fixture.repository(`objects-${objectFormat}`, objectFormat);
    blob = await writeBlob(path, 'hello\n');
    const empty = await writeBlob(path, '');
    const gitlink = `160000 commit ${'d'.repeat(blob.length)}\tmodule\0`;
    commit = await commitOf(path, `100644 blob ${blob}\tnew\nline\0${gitlink}100644 blob ${empty}\tempty\0`);
    await updateRefs(fixture.home, path, [{ ref: 'refs/heads/main', newOid: commit }]);
  });

  it('answers what an object is, by id, ref and path', async () => {
    const catFile = pool.open(path);
    const expected = { oid: blob, type: 'blob', sizeBytes: 6 };
    expect(await catFile.info(blob)).toEqual(expected);
    expect(await catFile.info(`${commit}:new\nline`)).toEqual(expected);
    expect(await catFile.info('refs/heads/main')).toMatchObject({ oid: commit, type: 'commit' });
    expect(await catFile.info('HEAD^{tree}')).toMatchObject({ type: 'tree' });
  });

  it('answers contents, empty ones too', async () => {
    const catFile = pool.open(path);
    expect((await catFile.contents(blob, { maxBytes: 6 }))?.data.toString()).toBe('hello\n');
    expect((await catFile.contents('HEAD:empty', { maxBytes: 0 }))?.data.length).toBe(0);
  });

  it.each([
    ['an absent id', () => 'e'.repeat(blob.length)],
    ['an absent path', () => 'HEAD:absent\npath'],
    ['an absent ref', () => 'refs/heads/absent'],
    ['a submodule', () => 'HEAD:module'],
    ['a short id', () => blob.slice(0, 12)],
    ['an option', () => '--batch'],
    ['a search through history', () => ':/x'],
    ['another command', () => `${blob}\0info ${blob}`],
    ['a relative path, which git dies of', () => 'HEAD:./new'],
    ['a path above', () => 'HEAD:..'],
  ])('answers null for %s, and the next answer is right', async (_case, name) => {
    const catFile = pool.open(path);
    const answers = await Promise.all([
      catFile.info(name()),
      catFile.contents(name(), { maxBytes: 9 }),
      catFile.info(blob),
    ]);
    expect(answers).toEqual([null, null, expect.objectContaining({ oid: blob })]);
  });

  it('answers many overlapping questions in their order', async () => {
    const catFile = pool.open(path);
    const blobs = await Promise.all(Array.from({ length: 20 }, (_, index) => writeBlob(path, `blob ${index}`)));
    const names = Array.from({ length: 500 }, (_, index) => blobs[index % 20] as string);
    const contents = await Promise.all(names.map((name) => catFile.contents(name, { maxBytes: 100 })));
    expect(contents.map((each) => each?.data.toString())).toEqual(names.map((_, index) => `blob ${index % 20}`));
    expect(await processesAbout(path)).toHaveLength(1);
  });

  it('sees objects and refs that came after it started', async () => {
    const catFile = pool.open(path);
    expect(await catFile.info('refs/heads/later')).toBeNull();
    await updateRefs(fixture.home, path, [{ ref: 'refs/heads/later', newOid: commit }]);
    expect(await catFile.info('refs/heads/later')).toMatchObject({ oid: commit });
    await git(path, ['pack-refs', '--all']);
    const other = await commitOf(path, `100644 blob ${blob}\tother\0`);
    await updateRefs(fixture.home, path, [{ ref: 'refs/heads/later', newOid: other }]);
    expect(await catFile.info('refs/heads/later')).toMatchObject({ oid: other });
    await git(path, ['repack', '-a', '-d', '-q']);
    expect(await catFile.info(await writeBlob(path, 'newest'))).toMatchObject({ sizeBytes: 6 });
    expect((await catFile.contents('refs/heads/later:other', { maxBytes: 9 }))?.data.toString()).toBe('hello\n');
  });
});

describe('big objects', () => {
  let path: string;
  let big: string;
  const bytes = Buffer.alloc(6 * 1024 * 1024, 'granary ');

  beforeAll(async () => {
    path = await fixture.repository('big');
    big = await writeBlob(path, bytes);
  });

  it('are refused where they would have to be held in memory', async () => {
    const refused = pool.open(path).contents(big, { maxBytes: 1024 });
    await expect(refused).rejects.toMatchObject({ code: 'too_large', details: { sizeBytes: bytes.length } });
    expect(await pool.open(path).info(big)).toMatchObject({ oid: big });
  });

  it.each([
    ['big', bytes],
    ['small', Buffer.from('small')],
    ['empty', Buffer.alloc(0)],
  ])('stream: %s', async (_case, content) => {
    const object = await pool.open(path).stream(await writeBlob(path, content));
    const hash = createHash('sha256');
    await pipeline(object!.stream, hash);
    expect(object).toMatchObject({ type: 'blob', sizeBytes: content.length });
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('do not hold up other questions while their reader is slow, and end with it', async () => {
    const catFile = pool.open(path);
    const object = await catFile.stream(big);
    expect(await catFile.info(big)).toMatchObject({ oid: big });
    object!.stream.destroy();
    await until(async () => (await processesAbout(path)).length === 1);
  });

  it('end with the signal of their reader', async () => {
    const reader = new AbortController();
    const object = await pool.open(path).stream(big, { signal: reader.signal });
    reader.abort(new Error('enough'));
    await expect(object!.stream.toArray()).rejects.toThrow('enough');
  });
});

describe('the life of the processes', () => {
  let paths: string[];
  let blob: string;

  beforeAll(async () => {
    paths = await Promise.all(Array.from({ length: 4 }, (_, index) => fixture.repository(`many-${index}`)));
    for (const path of paths) blob = await writeBlob(path, 'same everywhere');
  });

  const alive = async (): Promise<string[]> => {
    const lines = await Promise.all(paths.map(processesAbout));
    return paths.filter((_, index) => lines[index]?.length);
  };

  it('at most so many run; the least lately used makes room; who waits is served', async () => {
    pool = new CatFilePool(fixture.home, { maxProcesses: 2 });
    for (const index of [0, 1, 0, 2]) expect(await pool.open(paths[index] as string).info(blob)).not.toBeNull();
    expect(await alive()).toEqual([paths[0], paths[2]]);
    const questions = Array.from({ length: 40 }, (_, index) => pool.open(paths[index % 4] as string).info(blob));
    expect((await Promise.all(questions)).every((answer) => answer?.oid === blob)).toBe(true);
    expect((await alive()).length).toBeLessThanOrEqual(2);
  });

  it('an idle process ends by itself', async () => {
    pool = new CatFilePool(fixture.home, { idleMs: 1 });
    expect(await pool.open(paths[0] as string).info(blob)).not.toBeNull();
    await until(async () => (await alive()).length === 0);
    expect(await pool.open(paths[0] as string).info(blob)).not.toBeNull();
  });

  it('a process that dies rejects what it owes, and the next question starts another', async () => {
    const path = paths[0] as string;
    const catFile = pool.open(path);
    await catFile.info(blob);
    const pids = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='])
      .toString()
      .split('\n')
      .filter((line) => line.includes(path));
    expect(pids).toHaveLength(1);
    process.kill(parseInt(pids[0] as string), 'SIGSTOP');
    const owed = Promise.allSettled([catFile.info(blob), catFile.info(blob)]);
    process.kill(parseInt(pids[0] as string), 'SIGKILL');
    for (const outcome of await owed)
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(GitFailed) });
    expect(await catFile.info(blob)).toMatchObject({ oid: blob });
  });

  it('release and close leave no process, and a closed pool answers no more', async () => {
    await Promise.all(paths.map((path) => pool.open(path).info(blob)));
    await pool.release(paths[3] as string);
    expect(await alive()).toEqual(paths.slice(0, 3));
    await pool.close();
    expect(await alive()).toEqual([]);
    await expect(pool.open(paths[0] as string).info(blob)).rejects.toThrow('closed');
  });

  it('a private process ends with its owner', async () => {
    const owner = new AbortController();
    const { catFile, close } = openPrivateCatFile(fixture.home, {
      repositoryPath: paths[0] as string,
      signal: owner.signal,
    });
    expect(await catFile.info(blob)).toMatchObject({ oid: blob });
    owner.abort();
    await until(async () => (await alive()).length === 0);
    await close();
    await expect(catFile.info(blob)).rejects.toThrow('closed');
  });
});

it.each([
  ['refs/heads/a/b', true],
  ['refs/heads/ä', true],
  [`${'a'.repeat(40)}^{commit}:dir/file`, true],
  ['HEAD^{}', true],
  ['HEAD:a..b/@{x}', true],
  ['main', false],
  ['refs/heads/a..refs/heads/b', false],
  ['refs/heads/a@{1}', false],
  ['HEAD^{/text}', false],
  ['HEAD~1', false],
  ['A'.repeat(40), false],
  ['', false],
])('%j is a name: %s', (name, expected) => expect(isObjectName(name)).toBe(expected));
