import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';

const PATH = 'alice/models';

let hub: Hub;
let alice: Actor;
let browser: Browser;
let page: Page;
let tree: WorkTree;
let complaints: string[];

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
  tree = await WorkTree.create(alice, PATH);
  await tree.ok('lfs', 'install', '--local');
  await tree.commit({
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'weights/large.bin': randomBytes(3 * 1024 * 1024),
    'src/main.c': 'int main(void) { return 0; }\n',
  });
  await tree.ok('push', '-q', 'origin', 'main');
  browser = await startBrowser();
  page = await signIn(browser, alice);
  complaints = complaintsOf(page);
}, 120_000);

afterAll(() => browser.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));

const open = (on: Page) => on.locator('summary', { hasText: 'Download' }).click();

it('tells sizes with and without LFS content, and downloads what it names', async () => {
  await page.goto(`/${PATH}`);
  await open(page);
  await page.getByText('With LFS content, 3.0 MiB').waitFor();
  await page.getByText(/With pointers instead, \d+ B/).waitFor();
  await page.getByText('4 files, 1 of them with LFS').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'zip', exact: true }).first().click(),
  ]);
  expect(download.suggestedFilename()).toBe(`models-main-${await tree.ok('rev-parse', 'HEAD')}.zip`);
  expect(readFileSync(await download.path()).length).toBeGreaterThan(3 * 1024 * 1024);
});

it('offers the directory that is shown alone', async () => {
  await page.goto(`/${PATH}/-/tree/main/src`);
  await open(page);
  await page.getByText('1 file.').waitFor();
  const href = await page.getByRole('link', { name: 'tar.gz', exact: true }).first().getAttribute('href');
  expect(href).toBe(`/${PATH}/-/archive/refs/heads/main.tar.gz?path=src`);
});

it('has its links without JavaScript, on a phone too', async () => {
  const plain = await signIn(browser, alice, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await plain.goto(`/${PATH}`);
  await open(plain);
  const link = plain.getByRole('link', { name: 'zip', exact: true }).first();
  expect(await link.getAttribute('href')).toBe(`/${PATH}/-/archive/refs/heads/main.zip`);
  const box = await link.boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= 390).toBe(true);
  await plain.context().close();
});
