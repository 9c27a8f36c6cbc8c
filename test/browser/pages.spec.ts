import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { callApi, runOk, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, layoutFaults, signIn, startBrowser, STRUCTURE } from '../support/browser';
import { Gpg } from '../support/gpg';
import { PageRequests } from '../support/page-requests';
import { SshActor } from '../support/ssh';
import { pagesOfLongNames } from './long-names';
import { fillLists, walkList, withoutTable } from './many-rows';

const requests = new PageRequests();
let hub: Hub;
let alice: Actor;
let browser: Browser;
let signedIn: BrowserContext;
let page: Page;
let complaints: string[];
let work: string;
let head: string;

beforeAll(async () => {
  hub = await startHub({ env: { ...requests.env, GRANARY_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' } });
  alice = await hub.actor('alice');
  head = await pushSomething();
  browser = await startBrowser();
  signedIn = await browser.newContext({ baseURL: hub.url });
  page = await signedIn.newPage();
  complaints = complaintsOf(page);
}, 120_000);

/** Chromium logs each failure itself, at a time of its own; these are what a test is about. */
const MEANT = /\/alice\/(absent|fallow): Failed to load resource: .* 404|locks: Failed to load resource: .* 500/;

afterAll(() => browser.close());
afterEach(() => expect(complaints.splice(0).filter((text) => !MEANT.test(text))).toEqual([]));

async function pushSomething(): Promise<string> {
  await alice.createRepository('harvest', { visibility: 'public', description: 'Everything that grew' });
  await alice.createRepository('fallow');
  const cwd = (work = join(workspace('tree'), 'tree'));
  mkdirSync(join(cwd, 'src'), { recursive: true });
  const git = (...args: string[]) => alice.gitOk(args, { cwd });
  await git('init', '-q');
  await git('lfs', 'install', '--local');
  await git('lfs', 'track', '*.bin');
  const readme =
    '# Harvest\n\n<script>window.hacked = 1</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[source](src/main.ts)\n';
  writeFileSync(join(cwd, 'README.md'), readme);
  writeFileSync(join(cwd, 'src/main.ts'), 'export const answer: number = 42;\n');
  writeFileSync(join(cwd, 'crop.bin'), randomBytes(70_000));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Sow');
  writeFileSync(join(cwd, 'src/main.ts'), 'export const answer: number = 43;\n');
  const { keyPath } = await SshActor.create(alice, { register: false });
  const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${keyPath}`];
  await git(...signing, 'commit', '-q', '-a', '-S', '-m', 'Reap', '-m', 'With a body.');
  await git('tag', 'v1');
  await git(...signing, 'tag', '-s', '-m', 'Signed', 'v2');
  await git('push', '-q', alice.remote('alice/harvest'), 'main', 'main:field/north', 'v1', 'v2');
  return (await git('rev-parse', 'HEAD')).trim();
}

async function visit(path: string, status = 200): Promise<string> {
  const answer = await page.goto(path, { waitUntil: 'load' });
  expect(answer?.status()).toBe(status);
  return (await page.textContent('body')) ?? '';
}

describe('a visitor', () => {
  it('explores public repositories and finds no private one', async () => {
    const text = await visit('/explore');
    expect(text).toContain('harvest');
    expect(text).not.toContain('fallow');
  });

  it('reads files, history and changes', async () => {
    expect(await visit('/alice/harvest')).toContain('Everything that grew');
    expect(await page.locator('h1, h2').allTextContents()).toContain('Harvest');
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.getByRole('link', { name: 'src', exact: true }).first().click();
    await page.waitForURL('**/-/tree/main/src');
    await page.getByRole('link', { name: 'main.ts', exact: true }).first().click();
    await page.waitForURL('**/-/blob/main/src/main.ts');
    expect(await page.textContent('body')).toContain('answer');
    expect(await visit('/alice/harvest/-/commits/main')).toContain('Reap');
    expect(await visit(`/alice/harvest/-/commit/${head}`)).toContain('With a body.');
    expect(await visit('/alice/harvest/-/tree/field/north')).toContain('README.md');
  });

  it('gets the icon also where browsers ask without being told', async () => {
    for (const path of ['/favicon.ico', '/icon.svg']) {
      const icon = await page.request.get(path);
      expect([path, icon.status(), icon.headers()['content-type']]).toEqual([path, 200, 'image/svg+xml']);
    }
  });

  it('learns by keyboard why a signature does not count', async () => {
    for (const path of [`/alice/harvest/-/commit/${head}`, '/alice/harvest/-/commits/main', '/alice/harvest/-/tags']) {
      await visit(path);
      const why = page.getByText('a key that no active user of this hub has registered');
      expect(await why.isVisible()).toBe(false);
      await page.locator('summary', { hasText: 'Unverified signature' }).press('Enter');
      await why.waitFor({ state: 'visible' });
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await why.waitFor({ state: 'hidden' });
    }
  });

  it('sees an LFS file for what it is, and downloads its content', async () => {
    const text = await visit('/alice/harvest/-/blob/main/crop.bin');
    expect(text).toMatch(/LFS/);
    expect(text).toMatch(/68\.4 KiB/);
    const raw = await page.request.get('/alice/harvest/-/raw/main/crop.bin');
    expect((await raw.body()).length).toBe(70_000);
    expect(raw.headers()['content-security-policy']).toContain('sandbox');
  });

  it('does not see what it may not', async () => {
    expect(await visit('/alice/fallow', 404)).toContain('If it is private, sign in to see it.');
    await visit('/alice/absent', 404);
    await page.goto('/settings/keys');
    expect(page.url()).toContain('/login?to=');
  });
});

describe('alice', () => {
  it('is told when her password is wrong, and signs in', async () => {
    await visit('/login');
    const signIn = async (password: string) => {
      await page.fill('input[name=login]', 'alice');
      await page.fill('input[name=password]', password);
      await page.press('input[name=password]', 'Enter');
    };
    await signIn('not the password');
    await page.getByText('do not match').first().waitFor();
    await signIn(alice.password);
    await page.waitForURL(`${hub.url}/`);
    expect(await visit('/alice/absent', 404)).not.toContain('sign in to see');
    const [cookie] = await signedIn.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  });

  it('makes a repository and reads how to push to it', async () => {
    await visit('/new');
    await page.fill('input[name=name]', 'orchard');
    await page.getByRole('button', { name: /create/i }).click();
    await page.waitForURL('**/alice/orchard');
    const text = (await page.textContent('body')) ?? '';
    expect(text).toContain(`${hub.url}/alice/orchard.git`);
    expect(text).toContain('git push -u origin main');
  });

  it('makes a repository for SHA-256, which takes a push of such objects', async () => {
    await visit('/new');
    await page.fill('input[name=name]', 'modern');
    await page.getByLabel('Name objects by SHA-256').check();
    await page.getByRole('button', { name: /create/i }).click();
    await page.waitForURL('**/alice/modern');
    const tree = await WorkTree.create(alice, 'alice/modern', { objectFormat: 'sha256' });
    await tree.ok('push', '-q', 'origin', 'main');
    await visit('/alice/modern/-/commits/main');
    expect(await page.locator(`a[href$="${await tree.tip()}"]`).count()).toBeGreaterThan(0);
  });

  it('adds an SSH key, is told what is wrong with a bad one, and removes it', async () => {
    const file = join(workspace('key'), 'id');
    await runOk('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'field laptop', '-f', file]);
    const [, fingerprint = ''] = (await runOk('ssh-keygen', ['-lf', `${file}.pub`])).split(' ');
    await visit('/settings/keys');
    await page.fill('textarea[name=key]', 'no key at all');
    await page.getByRole('button', { name: 'Add the SSH key' }).click();
    await page.locator('[role=alert], [aria-invalid=true]').first().waitFor();
    await page.fill('textarea[name=key]', readFileSync(`${file}.pub`, 'utf8'));
    await page.getByRole('button', { name: 'Add the SSH key' }).click();
    await page.getByText(fingerprint).first().waitFor();
    expect((await alice.api<{ fingerprint: string }[]>('GET', '/api/v3/user/keys')).body).toEqual([
      expect.objectContaining({ fingerprint }),
    ]);
    const row = page.getByRole('listitem').filter({ hasText: fingerprint });
    expect(await row.textContent()).not.toContain('Expires');
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete the key' }).click();
    await page.getByText('The SSH key has been deleted.').waitFor();
    expect((await alice.api('GET', '/api/v3/user/keys')).body).toEqual([]);
  });

  it('shows when a key ends that a token with an end has added', async () => {
    const file = join(workspace('key'), 'id');
    await runOk('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const expiresAt = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const scopes = ['repo:read', 'repo:write', 'repo:admin', 'keys'];
    const wanted = { name: 'for a month', scopes, expires_at: expiresAt };
    const { token } = (await alice.api<{ token: string }>('POST', '/api/v3/user/tokens', wanted)).body;
    const added = await callApi<{ fingerprint: string }>(hub, {
      method: 'POST',
      path: '/api/v3/user/keys',
      authorization: `Bearer ${token}`,
      body: { title: 'borrowed', key: readFileSync(`${file}.pub`, 'utf8') },
    });
    await visit('/settings/keys');
    const row = page.getByRole('listitem').filter({ hasText: added.body.fingerprint });
    expect(await row.textContent()).toMatch(/Expires/);
  });

  it('adds a GPG key, is told what is wrong with a bad one, and removes it', async () => {
    const gpg = new Gpg(alice);
    const key = await gpg.makeKey();
    const add = page.getByRole('button', { name: 'Add the GPG key' });
    await visit('/settings/keys');
    await page.fill('textarea[name=armored_public_key]', 'no key at all');
    await add.click();
    await page.getByText('Not a GPG public key').waitFor();
    await page.fill('textarea[name=armored_public_key]', await gpg.export(key));
    await add.click();
    const row = page.getByRole('listitem').filter({ hasText: key });
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete the key' }).click();
    await page.getByText('The GPG key has been deleted.').waitFor();
    expect((await alice.api('GET', '/api/v3/user/gpg_keys')).body).toEqual([]);
  });

  it('makes a token that works and is shown once', async () => {
    await visit('/settings/tokens');
    await page.fill('input[name=name]', 'from the page');
    await page.getByRole('button', { name: /create/i }).click();
    const shown = page.getByText(/gry_pat_[0-9A-Za-z]{36}/).first();
    const field = page.locator('input[value^="gry_pat_"]').first();
    await shown.or(field).first().waitFor();
    const token = /gry_pat_[0-9A-Za-z]{36}/.exec(await page.content())?.[0] ?? '';
    const answer = await fetch(`${hub.url}/api/v3/user`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ login: 'alice' });
    const remote = alice.remote('alice/harvest').replace('://', `://alice:${token}@`);
    await alice.gitOk(['push', '-q', remote, `${head}:refs/heads/by-the-new-token`], { cwd: work });
    expect(await visit('/settings/tokens')).not.toContain(token);
  });
});

const PAGES = [
  '/',
  '/explore',
  '/new',
  '/alice',
  '/alice/harvest',
  '/alice/fallow',
  '/alice/harvest/-/blob/main/src/main.ts',
  '/alice/harvest/-/blob/main/crop.bin',
  '/alice/harvest/-/commits/main',
  '/alice/harvest/-/branches',
  '/alice/harvest/-/tags',
  '/alice/harvest/-/settings',
  '/alice/harvest/-/settings/hooks',
  '/alice/harvest/-/settings/collaborators',
  '/settings/profile',
  '/settings/keys',
  '/settings/tokens',
  '/settings/sessions',
  '/-/help',
];

it.each(['light', 'dark'] as const)(
  'is accessible in %s, on a desk and on a phone',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const faults: string[] = [];
    for (const path of [...PAGES, `/alice/harvest/-/commit/${head}`]) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await visit(path);
      faults.push(...(await accessibilityFaults(page)));
      await page.setViewportSize({ width: 390, height: 800 });
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (overflow !== 0) faults.push(`${path} is ${String(overflow)} px wider than a phone`);
    }
    expect(faults).toEqual([]);
  },
  180_000,
);

it('fits on the narrowest phones with names of 60 characters, on every kind of page', async () => {
  const { owner, pages } = await pagesOfLongNames(hub);
  const phone = await signIn(browser, owner);
  const faults: string[] = [];
  for (const path of pages) {
    await phone.goto(path);
    const mute = await phone.locator('form[role=search]:not(:has(button[type=submit]))').count();
    if (mute > 0) faults.push(`${path}: a search without a button`);
    for (const width of [390, 360, 320]) {
      await phone.setViewportSize({ width, height: 700 });
      faults.push(...(await layoutFaults(phone)).map((fault) => `${path} at ${width} px: ${fault}`));
    }
    faults.push(...(await accessibilityFaults(phone, STRUCTURE)));
  }
  expect(faults).toEqual([]);
  await offersNothingInVain(phone);
  await deliversAgain(phone, pages.find((path) => path.includes('?delivery=')) ?? '');
}, 180_000);

/** An account that owns repositories stays. */
async function offersNothingInVain(on: Page): Promise<void> {
  await on.goto('/-/admin/users');
  expect(await on.getByRole('button', { name: 'Delete admin' }).count()).toBe(1);
  expect(await on.getByRole('button', { name: 'Delete alice' }).count()).toBe(0);
}

/** And stays where the delivery was looked at. */
async function deliversAgain(on: Page, path: string): Promise<void> {
  const [, delivery] = path.split('?delivery=');
  await on.goto(path);
  await on.getByRole('button', { name: 'Deliver again' }).click();
  await on.waitForURL(new RegExp(`[?&]delivery=${delivery}&notice=.*#delivery-${delivery}$`));
  await on.getByRole('region', { name: 'Request' }).waitFor();
}

it('asks the API for nothing twice while a page is made', () => {
  const all = requests.all();
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((request, index) => all.indexOf(request) !== index)).toEqual([]);
});

it('pages through long lists to their end, every row once, in small pages', async () => {
  await fillLists(hub, 'alice');
  expect(await (await page.request.get('/alice')).text()).toMatch(/5,00\d<?.*? repositories/s);
  const lists = { '/settings/tokens': 1000, '/alice/harvest/-/settings/collaborators': 300, '/alice?page=91': 500 };
  for (const [path, count] of Object.entries(lists)) {
    const { names, largestBytes } = await walkList(page, path);
    expect({ path, rows: names.length, different: new Set(names).size, isSmall: largestBytes < 400_000 }).toEqual({
      path,
      rows: count,
      different: count,
      isSmall: true,
    });
  }
}, 180_000);

it('says in the HTML what failed, below the name of the repository, and how the log calls it', async () => {
  const path = '/alice/harvest/-/locks';
  await withoutTable(hub, 'lfs_locks', async () => {
    const answer = await page.request.get(path);
    const reference = answer.headers()['x-request-id'] ?? 'none';
    const shown = (await answer.text()).replace(/<script.*?<\/script>/gs, '');
    expect([answer.status(), answer.headers()['content-type']]).toEqual([500, 'text/html; charset=utf-8']);
    for (const words of [
      'Something went wrong on our side',
      'href="/alice/harvest"',
      'aria-label="Repository"',
      reference,
    ])
      expect(shown).toContain(words);
    expect(hub.process.stdout + hub.process.stderr).toContain(reference);
    expect(await visit(path, 500)).toContain('Something went wrong on our side');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
  expect(await visit(path)).toContain('Locked files');
});

it('says of a damaged repository that it is damaged', async () => {
  const damaged = await alice.api<{ id: number }>('GET', '/api/v3/repos/alice/modern');
  renameSync(join(hub.repositoryPath(damaged.body.id), 'objects'), join(workspace('away'), 'objects'));
  const answer = await page.request.get('/alice/modern');
  const shown = (await answer.text()).replace(/<script.*?<\/script>/gs, '');
  expect(answer.status()).toBe(503);
  expect(shown).toMatch(/damaged/);
  expect(shown).toContain('href="/alice/modern"');
});
