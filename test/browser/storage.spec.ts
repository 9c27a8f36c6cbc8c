import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UpdateQuota } from '@granary/api-contract';
import type { Browser, Page } from 'playwright-core';
import { startHub, workspace, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';

const PATH = 'alice/textures';
const STORAGE = `/${PATH}/-/settings/storage`;
const KIB = 1024;

let hub: Hub;
let alice: Actor;
let root: Actor;
let browser: Browser;
let page: Page;
let complaints: string[];

const setLimits = async (limits: UpdateQuota) => {
  const { status } = await root.api('PUT', '/api/v3/namespaces/alice/quota', limits);
  expect(status).toBe(200);
};

async function pushLfs(files: Record<string, Buffer>, gone: string): Promise<void> {
  const cwd = join(workspace('storage'), 'tree');
  mkdirSync(cwd);
  const git = (...args: string[]) => alice.gitOk(args, { cwd });
  await git('init', '-q');
  await git('lfs', 'install', '--local');
  await git('lfs', 'track', '*.bin');
  await git('remote', 'add', 'origin', alice.remote(PATH));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), bytes);
  }
  await git('add', '-A');
  await git('commit', '-q', '-m', 'files');
  await git('rm', '-q', gone);
  await git('commit', '-q', '-m', 'less');
  await git('push', '-q', 'origin', 'main');
}

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, root] = await Promise.all([
    hub.actor('alice'),
    hub.actor('root-admin', { siteAdmin: true, scopes: ['admin'] }),
  ]);
  await pushLfs(
    {
      'ground/stone.bin': randomBytes(400 * KIB),
      'ground/deep/<b>sand & ümlaut #1.bin': randomBytes(300 * KIB),
      'sky.bin': randomBytes(100 * KIB),
      'old.bin': randomBytes(50 * KIB),
      'a-long-directory-name-without-any-place-to-break-in-it-at-all/x.bin': randomBytes(10),
    },
    'old.bin',
  );
  await alice.createRepository('open', { private: false });
  await alice.createRepository('blank');
  browser = await startBrowser();
  page = await signIn(browser, alice);
  complaints = complaintsOf(page);
}, 180_000);

afterAll(() => browser.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));
beforeEach(() =>
  setLimits({
    lfs_private_bytes: 'default',
    lfs_public_bytes: 'default',
    git_private_bytes: 'default',
    private_repositories: 'default',
  }),
);

const main = () => page.locator('main').innerText();

it('shows without a limit what is used, and no bar', async () => {
  await page.goto('/settings/storage');
  expect(await main()).toMatch(/LFS files\s+850 KiB used, no limit/);
  expect(await page.getByRole('meter').count()).toBe(0);
  expect(await page.getByRole('row').filter({ hasText: 'textures' }).innerText()).toMatch(/Private.*850 KiB.*5/s);
});

it('shows each limit as a text and a meter, with what is on its way, and warns on every page of the settings', async () => {
  await setLimits({ lfs_private_bytes: 1000 * KIB, private_repositories: 10 });
  const oid = createHash('sha256').update(randomBytes(8)).digest('hex');
  const batch = await fetch(`${alice.remote(PATH)}/info/lfs/objects/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.git-lfs+json', authorization: `Bearer ${alice.token}` },
    body: JSON.stringify({ operation: 'upload', objects: [{ oid, size: 120 * KIB }] }),
  });
  expect(batch.status).toBe(200);
  await page.goto('/settings/storage');
  const meter = page.getByRole('meter', { name: 'LFS files' });
  expect(await meter.getAttribute('aria-valuenow')).toBe('85');
  expect(await meter.getAttribute('aria-valuetext')).toBe('850 KiB of 1000 KiB used');
  expect(await main()).toContain('120 KiB reserved by uploads under way');
  for (const path of ['/settings/storage', '/settings/profile', STORAGE, `/${PATH}/-/settings`]) {
    await page.goto(path);
    expect(await main()).toContain('alice is close to a limit');
    expect(await main()).toContain('85 % of the limit for private LFS files used.');
  }
  await page.goto('/alice/open/-/settings/storage');
  expect(await main()).not.toContain('close to a limit');
});

it('leads from the namespace through the directories of a repository to a file, and back', async () => {
  await page.goto('/settings/storage');
  await page.getByRole('link', { name: 'textures' }).click();
  await page.getByRole('heading', { name: 'LFS files by path' }).waitFor();
  expect(await main()).toMatch(/50\.0 KiB in 1 object only in the history of main or on other branches and tags/);
  const sizes = await page.getByRole('table').locator('tbody tr').allInnerTexts();
  expect(sizes.map((row) => row.replace(/\s+/g, ' ').trim())).toEqual([
    'ground (directory) 700 KiB 2',
    'sky.bin 100 KiB 1',
    'a-long-directory-name-without-any-place-to-break-in-it-at-all (directory) 10 B 1',
  ]);
  await page.getByRole('link', { name: 'ground (directory)' }).click();
  await page.getByRole('link', { name: 'deep (directory)' }).click();
  await page.waitForURL(`${hub.url}${STORAGE}?path=ground%2Fdeep`);
  await page.getByRole('link', { name: '<b>sand & ümlaut #1.bin' }).waitFor();
  await page.getByRole('navigation', { name: 'Directory' }).getByRole('link', { name: 'ground' }).click();
  await page.getByRole('link', { name: 'stone.bin' }).click();
  await page.waitForURL(`${hub.url}/${PATH}/-/blob/main/ground/stone.bin`);
});

it('tells in the form why a repository does not fit where it is to go, with what is on its way to it', async () => {
  await setLimits({ lfs_public_bytes: 500 * KIB });
  await page.goto(`/${PATH}/-/settings`);
  await page.getByRole('radio', { name: /^Public/ }).check();
  await page.getByRole('form', { name: 'General' }).getByRole('button', { name: 'Save' }).click();
  const alert = page.locator('main').getByRole('alert');
  await alert.waitFor();
  expect(await alert.innerText()).toContain(
    '"alice" has used 0 B of its 500.0 KiB for public LFS files. To be public, alice/textures needs 970.0 KiB more.',
  );
  expect(await alert.innerText()).toContain('ask an administrator of the hub');
});

it('says so where there is nothing', async () => {
  await page.goto('/alice/blank/-/settings/storage');
  expect(await main()).toContain('No LFS files on main');
  const answer = await page.request.get(`${hub.url}${STORAGE}?path=nowhere`);
  expect(answer.status()).toBe(404);
});

it('works without JavaScript, and shows a writer and a stranger nothing', async () => {
  const plain = await signIn(browser, alice, { javaScriptEnabled: false });
  await plain.goto(STORAGE);
  await plain.getByRole('link', { name: 'ground (directory)' }).click();
  expect(await plain.locator('main').innerText()).toContain('stone.bin');
  const [bob, mallory] = await Promise.all([hub.actor('bob'), hub.actor('mallory')]);
  await alice.api('PUT', `/api/v3/repos/${PATH}/collaborators/bob`, { permission: 'push' });
  for (const actor of [bob, mallory]) {
    const theirs = await signIn(browser, actor);
    expect((await theirs.goto(STORAGE))?.status()).toBe(404);
    await theirs.goto('/settings/storage');
    expect(await theirs.locator('main').innerText()).not.toContain('textures');
    expect(await theirs.locator('main').innerText()).toContain('Nothing takes room yet');
  }
});

it.each(['light', 'dark'] as const)(
  'is accessible in %s, on a desk and on a phone',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const faults: string[] = [];
    const visit = async (path: string) => {
      await page.goto(path);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        faults.push(...(await accessibilityFaults(page)));
        const over = (await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )) as number;
        if (over > 0) faults.push(`${path}: ${over} px wider than ${width}`);
      }
    };
    await visit('/settings/storage');
    await setLimits({ lfs_private_bytes: 1000 * KIB, git_private_bytes: 100 * 1024 * KIB, private_repositories: 2 });
    await visit('/settings/storage');
    await visit(STORAGE);
    await visit(`${STORAGE}?path=ground`);
    await visit('/alice/blank/-/settings/storage');
    expect(faults).toEqual([]);
  },
  120_000,
);
