import type { Browser, Page } from 'playwright-core';
import type { FileLock } from '@granary/api-contract';
import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';

const PATH = 'alice/studio';
const LOCKS = `/${PATH}/-/locks`;
const API = `/api/v3/repos/${PATH}/lfs/locks`;
const LONG = `art/${'a-long-name-without-any-place-to-break-in-it-'.repeat(3)}.psd`;

let hub: Hub;
let alice: Actor;
let bob: Actor;
let rita: Actor;
let browser: Browser;
/** Alice's, who owns the repository, once with JavaScript and once without. */
let page: Page;
let plain: Page;
let complaints: string[];

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob, rita] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('rita')]);
  const files = { 'art/a.psd': 'one\n', 'art/b.psd': 'two\n', 'c d.wav': 'three\n', 'big.bin': '\0'.repeat(2_000_000) };
  const tree = await WorkTree.create(alice, PATH, { files });
  await tree.ok('push', '-q', 'origin', 'main');
  for (const [who, permission] of Object.entries({ bob: 'push', rita: 'pull' })) {
    await alice.api('PUT', `/api/v3/repos/${PATH}/collaborators/${who}`, { permission });
  }
  browser = await startBrowser();
  page = await signIn(browser, alice);
  plain = await signIn(browser, alice, { javaScriptEnabled: false });
  complaints = complaintsOf(page);
}, 120_000);

afterAll(() => browser.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));

const lock = (who: Actor, path: string, ref?: string) => who.api<FileLock>('POST', API, { path, ref });
const held = async () => (await alice.api<FileLock[]>('GET', API)).body;
const row = (on: Page, path: string) => on.getByRole('listitem').filter({ hasText: path });

beforeEach(async () => {
  for (const { id } of await held()) await alice.api('DELETE', `${API}/${id}?force=true`);
});

describe.each([
  ['with JavaScript', () => page],
  ['without JavaScript', () => plain],
])('locks, %s', (_how, on) => {
  it('explains what a lock is where there is none', async () => {
    await on().goto(`/${PATH}`);
    await on().getByRole('navigation', { name: 'Repository' }).getByRole('link', { name: 'Locks' }).click();
    await on().getByText('No file is locked').waitFor();
    expect(await on().textContent('main')).toContain('git lfs lock PATH');
  });

  it('lists, filters, and releases one’s own with a button', async () => {
    await lock(bob, 'art/a.psd', 'refs/heads/main');
    await lock(alice, 'c d.wav');
    await lock(bob, 'art/nowhere.psd');
    await on().goto(LOCKS);
    const rows = await on().getByRole('list', { name: 'Locked files' }).getByRole('listitem').allInnerTexts();
    expect(rows.map((text) => /\S+\.(psd|wav)/.exec(text)?.[0])).toEqual(['d.wav', 'art/nowhere.psd', 'art/a.psd']);
    expect(rows[2]).toMatch(/bob, just now \(\d+ \w+ \d{4}, \d\d:\d\d UTC\), for main/);
    // A file that is nowhere yet has no page to lead to.
    expect(await row(on(), 'art/nowhere.psd').getByRole('link', { name: 'art/nowhere.psd' }).count()).toBe(0);
    await row(on(), 'c d.wav').getByRole('link', { name: 'c d.wav' }).click();
    await on().getByText('Locked by alice, just now').waitFor();
    await on().getByRole('link', { name: 'Locked by alice, just now' }).click();
    await on().getByRole('searchbox', { name: 'Filter by path' }).waitFor();
    expect(await on().getByRole('list', { name: 'Locked files' }).getByRole('listitem').count()).toBe(1);

    await on().goto(LOCKS);
    await on().getByRole('searchbox', { name: 'Filter by owner' }).fill('bob');
    await on().getByRole('button', { name: 'Filter', exact: true }).click();
    await on().waitForURL(/owner=bob/);
    expect(await on().getByRole('list', { name: 'Locked files' }).getByRole('listitem').count()).toBe(2);
    await on().getByRole('link', { name: 'Mine' }).click();
    await on().waitForURL(/owner=alice/);
    await on().getByRole('button', { name: 'Release c d.wav' }).click();
    await on().getByText('The lock has been released').waitFor();
    expect((await held()).map(({ path }) => path)).toEqual(['art/nowhere.psd', 'art/a.psd']);
  });

  it('takes over and releases the locks of others, each after a question', async () => {
    const first = await lock(bob, 'art/a.psd');
    await lock(bob, 'art/b.psd');
    await on().goto(LOCKS);
    await on().getByRole('button', { name: 'Take over art/a.psd' }).click();
    const question = on().getByRole('dialog', { name: 'Take over the lock of art/a.psd?' });
    expect(await question.innerText()).toContain('bob’s pushes of the file are refused');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    await on().getByRole('button', { name: 'Take over art/a.psd' }).click();
    await question.getByRole('button', { name: 'Take over the lock' }).click();
    await on().getByText('The lock is yours.').waitFor();
    const taken = (await held()).find(({ path }) => path === 'art/a.psd');
    expect(taken).toMatchObject({ owner: { login: 'alice' } });
    expect(taken?.id).not.toBe(first.body.id);

    await on().getByRole('button', { name: 'Force release art/b.psd' }).click();
    await on().getByRole('dialog').getByRole('button', { name: 'Release the lock' }).click();
    await on().getByText('The lock has been released').waitFor();
    expect((await held()).map(({ path }) => path)).toEqual(['art/a.psd']);
  });

  it('locks a file on its page', async () => {
    const path = `/${PATH}/-/blob/main/big.bin`;
    await on().goto(path);
    await on().getByRole('button', { name: 'Lock', exact: true }).click();
    await on().getByRole('dialog').getByRole('button', { name: 'Lock the file' }).click();
    await on().getByText('The file is locked for you').waitFor();
    expect(await held()).toMatchObject([{ path: 'big.bin', owner: { login: 'alice' }, ref: 'refs/heads/main' }]);
    expect(await on().textContent('main')).toContain('Locked by alice');
    expect(await on().getByRole('button', { name: 'Lock', exact: true }).count()).toBe(0);
  });

  it('says so in the question when somebody was quicker', async () => {
    const { body } = await lock(bob, 'art/a.psd');
    await on().goto(LOCKS);
    await bob.api('DELETE', `${API}/${body.id}`);
    await on().getByRole('button', { name: 'Take over art/a.psd' }).click();
    const question = on().getByRole('dialog', { name: 'Take over the lock of art/a.psd?' });
    await question.getByRole('button', { name: 'Take over the lock' }).click();
    // Without JavaScript the page is rendered anew, and the lock is not on it any more.
    if (on() === page) await question.getByRole('alert').filter({ hasText: 'There is no such lock.' }).waitFor();
    else await on().getByText('No file is locked').waitFor();
    expect(await held()).toEqual([]);
  });
});

it('marks locked files where they are listed and shown, on branches', async () => {
  await lock(bob, 'art/a.psd');
  await page.goto(`/${PATH}/-/tree/main/art`);
  expect(await page.getByRole('row').filter({ hasText: 'a.psd' }).innerText()).toContain('Locked by bob, just now');
  expect(await page.getByRole('row').filter({ hasText: 'b.psd' }).innerText()).not.toContain('Locked');
  await page.goto(`/${PATH}/-/blob/main/art/a.psd`);
  expect(await page.textContent('main')).toContain('Locked by bob, just now');
  const { body } = await alice.api<{ commit: { sha: string } }[]>('GET', `/api/v3/repos/${PATH}/branches`);
  await page.goto(`/${PATH}/-/blob/${body[0]?.commit.sha}/art/a.psd`);
  expect(await page.textContent('main')).not.toContain('Locked by');
});

it('shows readers the locks without a button, writers their own, and strangers nothing', async () => {
  await lock(bob, 'art/a.psd');
  await lock(alice, 'art/b.psd');
  const [readers, writers] = [await signIn(browser, rita), await signIn(browser, bob)];
  for (const [on, buttons] of [
    [readers, []],
    [writers, ['Release art/a.psd']],
  ] as const) {
    await on.goto(LOCKS);
    const list = on.getByRole('list', { name: 'Locked files' });
    expect(await list.getByRole('listitem').count()).toBe(2);
    const names = (await list.getByRole('button').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    expect(names).toEqual(buttons);
  }
  const strangers = await signIn(browser, await hub.actor('mallory'));
  expect((await strangers.goto(LOCKS))?.status()).toBe(404);
});

describe('the audit log', () => {
  const AUDIT = `/${PATH}/-/settings/audit`;

  it('tells the story in words, and is for admins alone', async () => {
    const { body } = await lock(bob, 'art/a.psd');
    await alice.api('PUT', `${API}/${body.id}/take-over`);
    await plain.goto(AUDIT);
    const entries = plain.getByRole('list', { name: 'Audit log' }).getByRole('listitem');
    expect(await entries.first().innerText()).toMatch(/^alice took over bob’s lock of art\/a\.psd/);
    await plain.getByRole('link', { name: 'Collaborators', exact: true }).last().click();
    await plain.getByText('gave rita the role “read”').waitFor();
    expect(await plain.getByText('took over').count()).toBe(0);
    const theirs = await signIn(browser, bob);
    expect((await theirs.goto(AUDIT))?.status()).toBe(404);
  });
});

it('suggests what .gitattributes lacks beside the push rules', async () => {
  await page.goto(`/${PATH}/-/settings/push-rules`);
  const advice = page.getByRole('region', { name: 'Large files' });
  expect(await advice.innerText()).toMatch(/\*\.bin\s+1 file, 1\.9 MiB/);
  expect(await advice.getByRole('group', { name: 'Suggested .gitattributes' }).innerText()).toBe(
    '*.bin filter=lfs diff=lfs merge=lfs -text',
  );
  expect(await advice.innerText()).toContain("git lfs track '*.bin'");
  expect(await advice.getByRole('button', { name: 'Copy: Suggested .gitattributes' }).count()).toBe(1);
});

it.each(['light', 'dark'] as const)(
  'is accessible in %s, on a desk and on a phone',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const faults: string[] = [];
    const look = async (what: string) => {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        faults.push(...(await accessibilityFaults(page)));
        const { scrollWidth, clientWidth } = (await page.evaluate(
          '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
        )) as { scrollWidth: number; clientWidth: number };
        if (scrollWidth > clientWidth) faults.push(`${what}: ${scrollWidth - clientWidth} px wider than ${width}`);
      }
    };
    const visit = async (path: string) => {
      await page.goto(path);
      await look(path);
    };
    await visit(LOCKS);
    for (const [who, path] of [
      [bob, 'art/a.psd'],
      [bob, LONG],
      [alice, 'c d.wav'],
    ] as const) {
      await lock(who, path, 'refs/heads/main');
    }
    // A lock whose owner was sent away looks forgotten.
    await alice.api('DELETE', `/api/v3/repos/${PATH}/collaborators/bob`);
    await visit(LOCKS);
    expect(await page.textContent('main')).toContain('bob may not write here any more');
    await alice.api('PUT', `/api/v3/repos/${PATH}/collaborators/bob`, { permission: 'push' });
    await visit(`${LOCKS}?q=nothing`);
    await visit(`/${PATH}/-/tree/main/art`);
    await visit(`/${PATH}/-/blob/main/art/a.psd`);
    await visit(`/${PATH}/-/settings/audit`);
    await page.getByText('Details').first().click();
    await look('open details');
    await visit(`/${PATH}/-/settings/push-rules`);
    await page.goto(LOCKS);
    await page.getByRole('button', { name: 'Take over art/a.psd' }).click();
    await look('the question');
    expect(faults).toEqual([]);
  },
  180_000,
);
