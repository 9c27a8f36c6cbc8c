import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findRunningPostgres } from '@granary/embedded-postgres';
import { Client } from 'pg';
import type { Browser, Page } from 'playwright-core';
import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';

const PATH = 'alice/models';
const SETTINGS = `/${PATH}/-/settings/lfs`;

let hub: Hub;
let alice: Actor;
let browser: Browser;
let tree: WorkTree;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
  tree = await WorkTree.create(alice, PATH, { files: { '.gitattributes': '*.bin filter=lfs -text\n' } });
  await tree.ok('push', '-q', 'origin', 'main');
  await tree.ok('checkout', '-q', '-b', 'topic');
  browser = await startBrowser();
}, 120_000);

afterAll(() => browser.close());

/** Pushes a file on a branch, deletes that, and makes all of it older than the grace. */
async function loseBranch(file: string): Promise<void> {
  await tree.commit({ [file]: randomBytes(5000) });
  await tree.ok('push', '-q', 'origin', 'topic');
  await tree.ok('push', '-q', 'origin', '--delete', 'topic');
  const postgres = await findRunningPostgres({ dir: join(hub.dataDir, 'postgres') });
  if (!postgres) throw new Error('the hub has no Postgres');
  const client = new Client(postgres);
  await client.connect();
  await client.query(`UPDATE lfs_links SET shown_at = now() - interval '20 days'`);
  await client.query(`UPDATE pushes SET created_at = now() - interval '20 days'`);
  await client.end();
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Loads the page again until it shows what a run found. */
async function reloadUntil(page: Page, text: RegExp): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    await page.goto(SETTINGS);
    if (text.test((await page.textContent('main')) ?? '')) return;
    await page.waitForTimeout(500);
  }
  throw new Error(`the page never showed ${text}: ${await page.textContent('main')}`);
}

describe.each([
  ['with JavaScript', true, 'first.bin'],
  ['without JavaScript', false, 'second.bin'],
])('%s', (_how, javaScriptEnabled, file) => {
  it('looks, collects, and restores', async () => {
    const page = await signIn(browser, alice, { javaScriptEnabled });
    const complaints = complaintsOf(page);
    await loseBranch(file);
    await page.goto(SETTINGS);
    await page.getByText('The trash is empty').waitFor();
    await press(page, 'Look what would go');
    await page.getByText('The run has been asked for.').waitFor();
    await reloadUntil(page, /Last look.*would go into the trash/);
    await page.getByRole('list', { name: 'What would go' }).getByText(file, { exact: true }).waitFor();
    await press(page, 'Collect now');
    await page.getByText('The run has been asked for.').waitFor();
    await reloadUntil(page, /Last run.*went into the trash for 14 days/);
    const rows = page.getByRole('list', { name: 'Trash' }).getByRole('listitem');
    for (let left = await rows.count(); left > 0; left--) {
      await rows.first().getByRole('button').click();
      await page.getByText('The object is back.').waitFor();
      await page.goto(SETTINGS);
    }
    await page.getByText('The trash is empty').waitFor();
    expect(complaints).toEqual([]);
  });
});

it('is for administrators of the repository', async () => {
  const bob = await hub.actor('bob');
  await alice.api('PUT', `/api/v3/repos/${PATH}/collaborators/bob`, { permission: 'maintain' });
  const page = await signIn(browser, bob);
  expect((await page.goto(SETTINGS))?.status()).toBe(404);
  await page.goto(`/${PATH}/-/settings/protection`);
  expect(await page.getByRole('link', { name: 'LFS objects' }).count()).toBe(0);
});

it.each(['light', 'dark'] as const)('is accessible in %s, on a desk and on a phone', async (colorScheme) => {
  const page = await signIn(browser, alice);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await loseBranch(`a-long-name-without-any-place-to-break-in-it-${colorScheme}.bin`);
  await page.goto(SETTINGS);
  await press(page, 'Look what would go');
  await page.getByText('The run has been asked for.').waitFor();
  await reloadUntil(page, new RegExp(`it-${colorScheme}`));
  await press(page, 'Collect now');
  await page.getByText('The run has been asked for.').waitFor();
  await reloadUntil(page, new RegExp(`Trash.*it-${colorScheme}`));
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await accessibilityFaults(page)).toEqual([]);
    const { scrollWidth, clientWidth } = (await page.evaluate(
      '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
    )) as { scrollWidth: number; clientWidth: number };
    expect(scrollWidth).toBe(clientWidth);
  }
});
