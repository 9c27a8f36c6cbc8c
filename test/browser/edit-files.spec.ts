import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';

const PATH = 'alice/granary';
const MIB = 1024 * 1024;

let hub: Hub;
let alice: Actor;
let bob: Actor;
let browser: Browser;
/** Alice's, once with JavaScript and once without. */
let page: Page;
let plain: Page;
let complaints: string[];

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob] = await Promise.all([hub.actor('alice'), hub.actor('bob')]);
  const tree = await WorkTree.create(alice, PATH, {
    files: {
      'README.md': '# hello\n',
      'windows.txt': 'one\r\ntwo\r\n',
      'binary.dat': Buffer.from([0, 1, 2]),
      'src/a.txt': 'a\n',
    },
  });
  await tree.ok('push', '-q', 'origin', 'main');
  await alice.api('PUT', `/api/v3/repos/${PATH}/collaborators/bob`, { permission: 'push' });
  browser = await startBrowser();
  page = await signIn(browser, alice);
  plain = await signIn(browser, alice, { javaScriptEnabled: false });
  complaints = complaintsOf(page);
}, 120_000);

afterAll(() => browser.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));

const field = (on: Page, name: string) => on.locator(`[name="${name}"]`);
const submit = (on: Page, name: string) => on.getByRole('button', { name, exact: true }).click();
const clone = () => WorkTree.clone(alice, PATH);
const read = (tree: WorkTree, name: string) => readFileSync(join(tree.cwd, name));

function file(name: string, content: string | Buffer): string {
  const path = join(workspace('chosen'), name);
  writeFileSync(path, content);
  return path;
}

describe.each([
  ['with JavaScript', 'js', () => page],
  ['without JavaScript', 'plain', () => plain],
])('a text file, %s', (_how, tag, on) => {
  it('is written, changed, renamed and deleted', async () => {
    await on().goto(`/${PATH}/-/tree/main/src`);
    await on().getByRole('link', { name: 'New file' }).click();
    await field(on(), 'path').fill(`src/${tag} notes.md`);
    await field(on(), 'text').fill('# Notes\n\nfirst\n');
    await submit(on(), 'Commit the new file');
    await on().getByText('The file has been saved.').waitFor();

    await on().getByRole('link', { name: 'Edit' }).click();
    await field(on(), 'text').fill('# Notes\n\nsecond\n');
    await field(on(), 'path').fill(`docs/${tag}.md`);
    await field(on(), 'message').fill('Move the notes');
    await submit(on(), 'Commit the change');
    await on().getByText('The file has been saved.').waitFor();
    const tree = await clone();
    expect(read(tree, `docs/${tag}.md`).toString()).toBe('# Notes\n\nsecond\n');
    expect(await tree.ok('ls-files', 'src')).toBe('src/a.txt');
    expect(await tree.ok('log', '-1', '--format=%s|%an <%ae>')).toBe('Move the notes|alice <alice@example.com>');

    await submit(on(), 'Delete');
    await submit(on(), 'Delete the file');
    await on().getByText('The file has been deleted.').waitFor();
    await tree.ok('pull', '-q');
    expect(await tree.ok('ls-files', 'docs')).toBe('');
  });

  it('keeps the ends of its lines, and goes to a new branch on demand', async () => {
    await on().goto(`/${PATH}/-/edit/main/windows.txt`);
    expect(await field(on(), 'text').inputValue()).toBe('one\ntwo\n');
    await field(on(), 'text').fill('one\ntwo\nthree\n');
    await on().getByText('Commit to a new branch').click();
    await field(on(), 'branch').fill(`topic-${tag}`);
    await submit(on(), 'Commit the change');
    await on().getByText('The file has been saved.').waitFor();
    const tree = await clone();
    expect(await tree.ok('cat-file', 'blob', `origin/topic-${tag}:windows.txt`)).toBe('one\r\ntwo\r\nthree');
    expect(read(tree, 'windows.txt').toString()).toBe('one\r\ntwo\r\n');
  });

  it('that somebody else changed meanwhile is not overwritten, and nothing typed is lost', async () => {
    await on().goto(`/${PATH}/-/edit/main/README.md`);
    const theirs = await clone();
    await theirs.commit({ 'README.md': `# theirs ${tag}\n` });
    await theirs.ok('push', '-q', 'origin', 'main');
    await field(on(), 'text').fill('# mine\n');
    await submit(on(), 'Commit the change');
    await on().getByText('README.md does not match').waitFor();
    expect(await field(on(), 'text').inputValue()).toBe('# mine\n');
    expect(read(await clone(), 'README.md').toString()).toBe(`# theirs ${tag}\n`);
  });
});

it('says why a file cannot be edited, and who has locked it', async () => {
  await page.goto(`/${PATH}/-/edit/main/binary.dat`);
  await page.getByText('This file is no text.').waitFor();
  // The page is no guard, and may be older than the lock: the judge is.
  await page.goto(`/${PATH}/-/blob/main/src/a.txt`);
  const { body } = await bob.api<{ lock: { id: string } }>('POST', `/${PATH}.git/info/lfs/locks`, {
    path: 'src/a.txt',
  });
  await submit(page, 'Delete');
  await submit(page, 'Delete the file');
  await page.getByText('locked by bob').waitFor();
  await page.goto(`/${PATH}/-/blob/main/src/a.txt`);
  expect(await page.getByRole('button', { name: 'Delete', exact: true }).count()).toBe(0);
  await page.goto(`/${PATH}/-/edit/main/src/a.txt`);
  await page.getByText('bob has locked this file.').waitFor();
  expect(await page.locator('textarea').count()).toBe(0);
  await bob.api('POST', `/${PATH}.git/info/lfs/locks/${body.lock.id}/unlock`, {});
});

it('uploads files one by one with their progress, and commits them with Git LFS where it is due', async () => {
  const big = randomBytes(11 * MIB);
  await page.goto(`/${PATH}/-/upload/main/media`);
  await page.setInputFiles('input[type=file]', [
    file('film.bin', big),
    file('note.txt', 'note\n'),
    file('.gitmodules', '[submodule]\n'),
    file('gone.txt', 'x'),
  ]);
  await page.getByText('4 of 4 files are ready.').waitFor();
  expect(await page.getByRole('checkbox', { name: 'Git LFS for media/film.bin' }).isChecked()).toBe(true);
  expect(await page.getByRole('checkbox', { name: 'Git LFS for media/note.txt' }).isChecked()).toBe(false);
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const name of ['gone.txt', '.gitmodules']) {
    const removed = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await page.getByRole('button', { name: `Remove media/${name}` }).click();
    await removed;
  }
  // What was sent is still there after a reload.
  await page.reload();
  await page.getByText('2 of 2 files are ready.').waitFor();
  await field(page, 'message').fill('Add a film');
  await submit(page, 'Commit the files');
  await page.getByText('The files have been committed.').waitFor();
  const tree = await clone();
  expect(read(tree, 'media/film.bin').equals(big)).toBe(true);
  expect(await tree.ok('ls-files', 'media')).toBe('media/film.bin\nmedia/note.txt');
  expect(await tree.ok('lfs', 'ls-files', '--name-only')).toBe('media/film.bin');
});

it('cancels one file on its way and keeps the others; a refused name fails alone', async () => {
  await page.goto(`/${PATH}/-/upload/main`);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 256 * 1024,
  });
  await page.setInputFiles('input[type=file]', [
    file('slow.bin', randomBytes(4 * MIB)),
    file('small.txt', 's'),
    file('git~1', 'x'),
  ]);
  await page.getByRole('progressbar', { name: 'Progress of slow.bin' }).waitFor();
  await page.getByText('"git~1" belongs to Git').waitFor();
  await page.getByRole('button', { name: 'Cancel slow.bin' }).click();
  await session.detach();
  await page.getByText('1 of 2 files are ready, 1 failed.').waitFor();
  await submit(page, 'Commit the files');
  await page.getByText('The files have been committed.').waitFor();
  expect(await (await clone()).ok('ls-files', '--', 'slow.bin', 'small.txt')).toBe('small.txt');
});

it('uploads without JavaScript, and shows there why a form was refused', async () => {
  const { body } = await bob.api<{ lock: { id: string } }>('POST', `/${PATH}.git/info/lfs/locks`, {
    path: 'asset.bin',
  });
  await plain.goto(`/${PATH}/-/upload/main`);
  await plain.setInputFiles('input[type=file]', [file('asset.bin', randomBytes(11 * MIB)), file('plain.txt', 'p\n')]);
  await submit(plain, 'Commit the files');
  await plain.getByText('asset.bin (locked by bob)').waitFor();
  await bob.api('POST', `/${PATH}.git/info/lfs/locks/${body.lock.id}/unlock`, {});
  // The files are still there.
  expect(await plain.getByRole('checkbox', { name: 'asset.bin', exact: true }).isChecked()).toBe(true);
  await submit(plain, 'Commit the files');
  await plain.getByText('The files have been committed.').waitFor();
  const tree = await clone();
  expect(await tree.ok('lfs', 'ls-files', '--name-only')).toContain('asset.bin');
  expect(read(tree, 'plain.txt').toString()).toBe('p\n');
});

it.each(['light', 'dark'] as const)('is accessible, also on a phone, in the %s theme', async (colorScheme) => {
  const phone = await signIn(browser, alice, { viewport: { width: 360, height: 740 }, colorScheme });
  const noted = complaintsOf(phone);
  for (const path of [
    'edit/main/README.md',
    'new/main',
    'upload/main',
    'edit/main/binary.dat',
    'blob/main/README.md',
  ]) {
    await phone.goto(`/${PATH}/-/${path}`);
    expect(await accessibilityFaults(phone)).toEqual([]);
    expect(await phone.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  }
  expect(noted).toEqual([]);
  await phone.context().close();
});

it('begins an empty repository on a page', async () => {
  await alice.createRepository('begin');
  await page.goto('/alice/begin');
  await page.getByRole('link', { name: 'New file' }).click();
  await field(page, 'path').fill('hello.txt');
  await field(page, 'text').fill('hello\n');
  await submit(page, 'Commit the new file');
  await page.getByText('The file has been saved.').waitFor();
  expect((await WorkTree.clone(alice, 'alice/begin')).cwd).toBeTruthy();
});
