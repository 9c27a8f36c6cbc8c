import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { runGit } from '../process/run-git';
import type { ObjectFormat } from '../repository/repository';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { blobIdOf, newObject, type NewObject } from './new-object';
import { quarantineObjects } from './new-objects';

let fixture: Fixture;
beforeAll(async () => void (fixture = await createFixture()));
afterAll(() => fixture.remove());

const tree = (name: string, oid: string, mode = '100644') =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);

/** A blob that comes in pieces. */
async function streamed(format: ObjectFormat, content: Buffer): Promise<NewObject> {
  const open = () => Promise.resolve(Readable.from([content.subarray(0, 7), content.subarray(7)]));
  return {
    type: 'blob',
    sizeBytes: content.length,
    oid: await blobIdOf(format, content.length, await open()),
    open,
  };
}

describe.each(['sha1', 'sha256'] as const)('in a repository of %s', (format) => {
  let repositoryPath: string;
  beforeAll(async () => void (repositoryPath = await fixture.repository(format, format)));
  const write = (objects: NewObject[]) => quarantineObjects(fixture.home, { repositoryPath, format, objects });
  const git = (...args: string[]) => mustGit(fixture.directory, `--git-dir=${repositoryPath}`, ...args);

  it.each([0, 1, 15, 16, 2047, 2048, 300_000])('brings a blob of %d bytes in, whole or in pieces', async (size) => {
    const content = Buffer.alloc(size, 'abc\n');
    const whole = newObject(format, 'blob', content);
    const pieces = await streamed(format, Buffer.concat([content, Buffer.from('!')]));
    const list = newObject(format, 'tree', Buffer.concat([tree('a', whole.oid), tree('b', pieces.oid)]));
    const written = await write([whole, pieces, list]);
    await written.migrate();
    await written.discard();
    expect(await git('cat-file', '-s', `${list.oid}:a`)).toBe(String(size));
    expect((await runGit(fixture.home, { repositoryPath, args: ['cat-file', 'blob', pieces.oid] })).stdout).toEqual(
      Buffer.concat([content, Buffer.from('!')]),
    );
    expect(await git('fsck', '--strict', '--full')).not.toMatch(/error|missing/);
  });

  it('keeps what is in quarantine from the repository, and removes it', async () => {
    const blob = newObject(format, 'blob', Buffer.from(`unseen by ${format}`));
    const written = await write([blob]);
    await expect(git('cat-file', '-e', blob.oid)).rejects.toThrow();
    await written.discard();
    await expect(access(written.quarantine.objectDirectory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each(['.git', '.GIT', 'git~1', '..', '.git.', '.g\u200cit'])('refuses a tree with the name %j', async (name) => {
    const blob = newObject(format, 'blob', Buffer.from('x'));
    const bad = newObject(format, 'tree', tree(name, blob.oid));
    await expect(write([blob, bad])).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuses links that lead nowhere', async () => {
    const absent = newObject(format, 'blob', Buffer.from('never written'));
    await expect(write([newObject(format, 'tree', tree('x', absent.oid))])).rejects.toThrow();
  });

  it('ends with the error of a source that fails, and leaves nothing', async () => {
    const failing: NewObject = {
      ...(await streamed(format, Buffer.from('0123456789'))),
      open: () =>
        Promise.resolve(
          Readable.from(
            (async function* () {
              yield Buffer.from('01');
              throw new Error('the source broke');
            })(),
          ),
        ),
    };
    await expect(write([failing])).rejects.toThrow('the source broke');
  });
});
