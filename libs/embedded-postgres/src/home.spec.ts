import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHome } from './home';

const itAsRoot = process.getuid?.() === 0 ? it : it.skip;

let scratch: string;
let dir: string;

beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'granary-home-')));
  await chmod(scratch, 0o755);
  await mkdir(join(scratch, 'closed'), { mode: 0o700 });
  dir = join(scratch, 'closed', 'db');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const find = (where: string) => findHome({ dir: where, account: 'nobody', sharedRoot: join(scratch, 'shared') });

describe('the home of a database', () => {
  it('is its directory', async () => {
    const open = join(scratch, 'open', 'db');
    expect((await find(open)).path).toBe(open);
  });

  itAsRoot('is its directory also when that is empty and private, and then open to the account alone', async () => {
    const own = join(scratch, 'own');
    await mkdir(own, { mode: 0o700 });
    const { path, account } = await find(own);
    expect(path).toBe(own);
    expect(await stat(own)).toMatchObject({ uid: 0, gid: account?.gid, mode: 0o040710 });
  });

  itAsRoot('opens no directory that holds other things', async () => {
    await writeFile(join(scratch, 'closed', 'secret'), 'x');
    const { path } = await find(join(scratch, 'closed'));
    expect(path.startsWith(join(scratch, 'shared'))).toBe(true);
    expect((await stat(join(scratch, 'closed'))).mode & 0o777).toBe(0o700);
  });

  itAsRoot('is elsewhere when the account cannot get there, and stays there', async () => {
    const { path, account } = await find(dir);
    expect(path.startsWith(join(scratch, 'shared'))).toBe(true);
    expect(account?.name).toBe('nobody');
    await chmod(join(scratch, 'closed'), 0o755);
    expect((await find(dir)).path).toBe(path);
  });

  itAsRoot('stays the same when the directory is moved', async () => {
    const { path } = await find(dir);
    await rename(dir, join(scratch, 'moved'));
    expect((await find(join(scratch, 'moved'))).path).toBe(path);
    expect(await readFile(join(scratch, 'moved', 'LOCATION'), 'utf8')).toContain(`\n${join(scratch, 'moved')}\n`);
    expect((await find(join(scratch, 'moved'))).path).toBe(path);
  });

  itAsRoot('is not shared with a copy of the directory', async () => {
    await find(dir);
    await cp(dir, join(scratch, 'copy'), { recursive: true });
    await expect(find(join(scratch, 'copy'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  itAsRoot('is never replaced by an empty one', async () => {
    const { path } = await find(dir);
    await rm(path, { recursive: true });
    const lost = { code: 'unavailable', message: expect.stringContaining('not there') };
    await expect(find(dir)).rejects.toMatchObject(lost);
  });

  itAsRoot('is not left behind when its directory becomes unreachable', async () => {
    const open = join(scratch, 'open');
    await find(join(open, 'db'));
    await mkdir(join(open, 'db', 'data'));
    await chmod(open, 0o700);
    await expect(find(join(open, 'db'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  itAsRoot('needs an account that exists', async () => {
    const found = findHome({ dir, account: 'no-such-account', sharedRoot: join(scratch, 'shared') });
    await expect(found).rejects.toMatchObject({ message: expect.stringContaining('no-such-account') });
  });
});
