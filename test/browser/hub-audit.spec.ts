import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startHub, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';
import { ROOT } from '../support/hub-process';

const AUDIT = '/-/admin/audit';
const LONG = 'a-repository-with-a-name-that-has-no-end-and-no-place-to-break-in-it';

let hub: Hub;
let alice: Actor;
let root: Actor;
let browser: Browser;
/** The administrator's, once with JavaScript and once without. */
let page: Page;
let plain: Page;
let complaints: string[];

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, root] = await Promise.all([
    hub.actor('alice'),
    hub.actor('root-admin', { siteAdmin: true, scopes: ['admin', 'user'] }),
  ]);
  for (const name of ['one', 'two', LONG]) await alice.createRepository(name);
  await alice.api('PATCH', '/api/v3/repos/alice/one', { visibility: 'public' });
  browser = await startBrowser();
  page = await signIn(browser, root);
  plain = await signIn(browser, root, { javaScriptEnabled: false });
  complaints = complaintsOf(page);
}, 120_000);

afterAll(() => browser.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));

const entries = (on: Page) => on.getByRole('list', { name: 'Audit log' }).getByRole('listitem');
const texts = async (on: Page) => (await entries(on).allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));

it('is reached from the menu of administrators, and tells what happened, where and from where', async () => {
  await page.goto('/');
  await page.getByLabel('Account of root-admin').click();
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.waitForURL(`**${AUDIT}`);
  const all = await texts(page);
  expect(all[0]).toMatch(/^root-admin signed in as root-admin just now \(.*\), by session, from 127\.0\.0\.1/);
  expect(all.find((text) => text.startsWith('alice made alice/one public'))).toMatch(/, by token, .* in alice\/one/);
  await page.getByRole('link', { name: 'alice/one' }).first().click();
  await page.waitForURL('**/alice/one');
});

it('is no page to anybody else', async () => {
  const theirs = await signIn(browser, alice);
  expect((await theirs.goto(AUDIT))?.status()).toBe(404);
  await theirs.goto('/');
  await theirs.getByLabel('Account of alice').click();
  await theirs.getByRole('link', { name: 'Settings' }).waitFor();
  expect(await theirs.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
  const nobodys = await (await browser.newContext({ baseURL: hub.url })).newPage();
  await nobodys.goto(AUDIT);
  await nobodys.waitForURL(/\/login/);
});

describe.each([
  ['with JavaScript', () => page],
  ['without JavaScript', () => plain],
])('is narrowed, %s', (_how, on) => {
  const filter = async (fields: Record<string, string>) => {
    await on().goto(AUDIT);
    const form = on().getByRole('search', { name: 'Audit log' });
    for (const [label, value] of Object.entries(fields)) {
      const field = form.getByLabel(label, { exact: true });
      if (label === 'What') await field.selectOption({ label: value });
      else await field.fill(value);
    }
    await form.getByRole('button', { name: 'Filter' }).click();
    await on().waitForURL(/\?/);
    await on().getByRole('link', { name: 'Show everything' }).waitFor();
  };

  it('by who, where, what and when', async () => {
    await filter({ Who: 'ALICE', Where: 'alice/two', What: 'Repositories' });
    expect(await texts(on())).toEqual([expect.stringMatching(/^alice created alice\/two/)]);
    await filter({ Where: 'alice', What: 'Repositories' });
    expect(await texts(on())).toHaveLength(4);
    const today = new Date().toISOString().slice(0, 10);
    await filter({ Where: 'alice', What: 'Repositories', From: today, To: today });
    expect(await texts(on())).toHaveLength(4);
    await filter({ To: '2020-01-01' });
    await on().getByText('Nothing of that kind').waitFor();
    await on().getByRole('link', { name: 'Show everything' }).click();
    await entries(on()).first().waitFor();
  });

  it('and says so where that means nothing', async () => {
    await filter({ Where: 'alice/one/two' });
    expect(await on().getByRole('alert').filter({ hasText: 'cannot be looked for' }).innerText()).toMatch(
      /repository must be namespace\/name, or a namespace alone/,
    );
    expect(await on().getByLabel('Where', { exact: true }).inputValue()).toBe('alice/one/two');
  });
});

it('is read page by page, from newer to older', async () => {
  const program = join(ROOT, 'dist/apps/admin-cli/src/main.js');
  const env = { PATH: process.env.PATH, GRANARY_DATA_DIR: hub.dataDir };
  for (let n = 0; n < 3; n++) await alice.createRepository(`more-${n}`);
  for (let n = 0; n < 60; n++) {
    await alice.api('PATCH', '/api/v3/repos/alice/two', { visibility: n % 2 ? 'private' : 'public' });
  }
  await page.goto(`${AUDIT}?repository=alice`);
  const first = await texts(page);
  expect(first).toHaveLength(50);
  await page.getByRole('link', { name: 'Older' }).click();
  await page.waitForURL(/before=\d+/);
  const second = await texts(page);
  expect(second.at(-1)).toMatch(/^alice created alice\/one/);
  const known = JSON.parse(
    execFileSync(process.execPath, [program, 'audit', 'list', '--repository', 'alice', '--limit', '500', '--json'], {
      env,
    }).toString(),
  ) as unknown[];
  expect(first.length + second.length).toBe(known.length);
  expect(await page.getByRole('link', { name: 'Older' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Latest' }).click();
  await page.waitForURL((url) => !url.search.includes('before'));
  expect(await texts(page)).toEqual(first);
}, 60_000);

it.each(['light', 'dark'] as const)(
  'is accessible in %s, on a desk and on a phone',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const faults: string[] = [];
    for (const path of [AUDIT, `${AUDIT}?actor=nobody`, `${AUDIT}?repository=a/b/c`, `${AUDIT}?action=quota.`]) {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(path);
        await page
          .getByText('Details')
          .first()
          .click({ timeout: 500 })
          .catch(() => undefined);
        faults.push(...(await accessibilityFaults(page)));
        const excess = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (excess !== 0) faults.push(`${path}: ${String(excess)} px wider than ${width}`);
      }
    }
    expect(faults).toEqual([]);
  },
  120_000,
);
