import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from './data-dir-lock';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'granary-lock-'))));
afterEach(() => rm(root, { recursive: true }));

/** What a hub leaves that was killed: no process has this number and this start. */
const leaveStaleLock = () => writeFile(join(root, 'hub.lock'), '4194304 1\n');

it.each([
  ['an empty data directory', () => Promise.resolve()],
  ['one that a killed hub left', leaveStaleLock],
])('of many that want %s at once, one gets it', async (_what, prepare) => {
  for (let round = 0; round < 20; round++) {
    await prepare();
    const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataDir(root)));
    const won = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') {
        expect(attempt.reason).toMatchObject({ code: 'unavailable', message: expect.stringContaining('Another hub') });
      }
    }
    expect(await readFile(join(root, 'hub.lock'), 'utf8')).toMatch(
      new RegExp(`^${process.pid} \\d+ [\\w-]+ \\d+ \\d+\n$`),
    );
    await expect(lockDataDir(root)).rejects.toThrow(`Another hub (process ${process.pid})`);
    await won[0]?.value();
  }
});

it('knows a hub by its file alone, where the system does not tell', async () => {
  const stat = await readFile('/proc/self/stat', 'utf8');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  await writeFile(join(root, 'hub.lock'), `${process.pid} ${started}\n`);
  await expect(lockDataDir(root)).rejects.toThrow(`Another hub (process ${process.pid})`);
  await leaveStaleLock();
  await (
    await lockDataDir(root)
  )();
});

it('does not hang on the file: who removes it lets no second hub in', async () => {
  const release = await lockDataDir(root);
  await rm(join(root, 'hub.lock'));
  await expect(lockDataDir(root)).rejects.toThrow('Another hub');
  await release();
  await (
    await lockDataDir(root)
  )();
});

it('starts on a copy of a directory whose hub runs, beside it', async () => {
  const release = await lockDataDir(root);
  const copy = await mkdtemp(join(tmpdir(), 'granary-lock-copy-'));
  try {
    await copyFile(join(root, 'hub.lock'), join(copy, 'hub.lock'));
    const releaseCopy = await lockDataDir(copy);
    await expect(lockDataDir(copy)).rejects.toThrow('Another hub');
    await releaseCopy();
  } finally {
    await rm(copy, { recursive: true });
    await release();
  }
});

it('takes over what another boot of the machine, or another machine, left', async () => {
  const release = await lockDataDir(root);
  const [pid, started, , device, inode] = (await readFile(join(root, 'hub.lock'), 'utf8')).trim().split(' ');
  await release();
  await writeFile(join(root, 'hub.lock'), [pid, started, 'another-boot', device, inode].join(' '));
  await (
    await lockDataDir(root)
  )();
});
