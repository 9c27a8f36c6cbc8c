import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPlace } from './data-dir-place';

let top: string;
beforeEach(() => (top = mkdtempSync(join(tmpdir(), 'granary-place-'))));
afterEach(() => rmSync(top, { recursive: true }));

const at = (name: string) => join(top, name);
const refusal = (path: string) =>
  checkPlace(path).then(
    () => null,
    (error: Error) => error.message,
  );

it('refuses the root of the file system, and what the kernel only pretends to keep, where mkdir never ends', async () => {
  expect(await refusal('/')).toMatch(/^GRANARY_DATA_DIR: the data directory \/ is the root of the file system\.$/);
  for (const path of ['/proc/granary/data', '/sys/granary'])
    expect(await refusal(path)).toMatch(/^GRANARY_DATA_DIR: .* lies on a file system of the kernel/);
});

it('refuses paths that lead through files, to nothing, or in circles', async () => {
  writeFileSync(at('file'), '');
  symlinkSync(at('absent'), at('dangling'));
  symlinkSync(at('circle'), at('circle'));
  expect(await refusal(at('file'))).toMatch(/is no directory/);
  expect(await refusal(at('file/data'))).toMatch(/is no directory/);
  expect(await refusal(at('dangling'))).toMatch(/a symbolic link to nothing/);
  expect(await refusal(at('dangling/data'))).toMatch(/a symbolic link to nothing/);
  expect(await refusal(at('circle/data'))).toMatch(/in a circle/);
  expect(await refusal(at('x'.repeat(300)))).toMatch(/too long a name/);
});

it('refuses a directory that somebody else uses: made private, it would be missed', async () => {
  writeFileSync(at('thesis.tex'), '');
  expect(await refusal(top)).toMatch(/holds files that are not Granary's \("thesis\.tex"\)/);
});

it('takes a new directory, an empty one, a home, and what a hub made, whatever else lies in that', async () => {
  expect(await refusal(at('new/data'))).toBeNull();
  expect(await refusal(top)).toBeNull();
  mkdirSync(at('lost+found'));
  mkdirSync(at('.cache'));
  mkdirSync(at('repositories'));
  expect(await refusal(top)).toBeNull();
  writeFileSync(at('secret.key'), '');
  writeFileSync(at('notes.txt'), '');
  expect(await refusal(top)).toBeNull();
});

it('follows a symbolic link to a directory, and makes nothing', async () => {
  mkdirSync(at('disk'));
  symlinkSync(at('disk'), at('data'));
  expect(await refusal(at('data'))).toBeNull();
  expect(await refusal(at('data/deeper/still'))).toBeNull();
  expect(readdirSync(at('disk'))).toEqual([]);
});
