import type { Browser, Page } from 'playwright-core';
import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';

const PATH = 'alice/granary';
const SETTINGS = `/${PATH}/-/settings`;

let hub: Hub;
let alice: Actor;
let bob: Actor;
let carol: Actor;
let browser: Browser;
/** Alice's, once with JavaScript and once without. */
let page: Page;
let plain: Page;
/** Bob's, who may write and no more. */
let tree: WorkTree;
let complaints: string[];

beforeAll(async () => {
  hub = await startHub();
  [alice, bob, carol] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('carol')]);
  const first = await WorkTree.create(alice, PATH);
  await first.ok(
    'push',
    '-q',
    'origin',
    'main',
    'main:topic',
    'main:release/1.0',
    'main:refs/tags/v1',
    'main:refs/tags/nightly',
  );
  for (const [who, permission] of Object.entries({ bob: 'push', carol: 'maintain' })) {
    await alice.api('PUT', `/api/v3/repos/${PATH}/collaborators/${who}`, { permission });
  }
  tree = await WorkTree.clone(bob, PATH);
  browser = await startBrowser();
  page = await signIn(browser, alice);
  plain = await signIn(browser, alice, { javaScriptEnabled: false });
  complaints = complaintsOf(page);
}, 120_000);

afterAll(() => browser.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));

const submit = (on: Page, name: string) => on.getByRole('button', { name, exact: true }).click();
async function unprotect(pattern: string): Promise<void> {
  const { body } = await alice.api<{ id: number; pattern: string }[]>('GET', `/api/v3/repos/${PATH}/protections`);
  for (const { id } of body.filter((each) => each.pattern === pattern)) {
    await alice.api('DELETE', `/api/v3/repos/${PATH}/protections/${id}`);
  }
}

const field = (on: Page, name: string) => on.locator(`[name="${name}"]`);

/** The text beside a field that marks its fault, found as a screen reader finds it. */
async function faultOf(on: Page, name: string): Promise<string> {
  const marked = on.locator(`[name="${name}"][aria-invalid=true]`);
  await marked.waitFor();
  const ids = ((await marked.getAttribute('aria-describedby')) ?? '').split(' ');
  return on.locator(`[id="${ids.find((id) => id.endsWith('-fault'))}"]`).innerText();
}

async function branches(): Promise<string[]> {
  const { body } = await alice.api<{ name: string }[]>('GET', `/api/v3/repos/${PATH}/branches`);
  return body.map(({ name }) => name);
}

/** Puts back what a test changed. */
async function forgetRules(): Promise<void> {
  const list = await alice.api<{ id: number }[]>('GET', `/api/v3/repos/${PATH}/protections`);
  for (const { id } of list.body) await alice.api('DELETE', `/api/v3/repos/${PATH}/protections/${id}`);
  const { body } = await alice.api<{ own: Record<string, unknown> }>('GET', `/api/v3/repos/${PATH}/push-rules`);
  const nothing = Object.fromEntries(Object.keys(body.own).map((name) => [name, null]));
  await alice.api('PATCH', `/api/v3/repos/${PATH}/push-rules`, nothing);
}

beforeEach(forgetRules);

describe.each([
  ['with JavaScript', () => page],
  ['without JavaScript', () => plain],
])('protections, %s', (_how, on) => {
  it('says what holds without any, takes one, and git push is refused by it', async () => {
    await on().goto(`${SETTINGS}/protection`);
    expect(await on().textContent('main')).toMatch(/Only the default branch, main, cannot be deleted/);
    await on().getByRole('link', { name: 'Protect branches' }).click();
    await field(on(), 'pattern').fill('release/**');
    await submit(on(), 'Protect these branches');
    await on().getByText('The protection holds from now on.').waitFor();
    await tree.commit();
    const refused = await tree.push('HEAD:release/1.0');
    expect(refused.code).not.toBe(0);
    expect(WorkTree.remoteText(refused)).toContain('release/1.0 is a protected branch (release/**)');
  });

  it('keeps what was typed beside the fault, and takes it once it is mended', async () => {
    await on().goto(`${SETTINGS}/protection/new?kind=tag`);
    await field(on(), 'pattern').fill('v..1');
    await field(on(), 'push.role').selectOption('admin');
    await field(on(), 'delete.users').fill('bob, nobody-here');
    await field(on(), 'enforce_admins').uncheck();
    await submit(on(), 'Protect these tags');
    expect(await faultOf(on(), 'pattern')).toContain('two dots');
    await field(on(), 'pattern').fill('v*');
    await submit(on(), 'Protect these tags');
    expect(await faultOf(on(), 'delete.users')).toContain('nobody-here');
    await field(on(), 'delete.users').fill('bob');
    await submit(on(), 'Protect these tags');
    await on().getByText('The protection holds from now on.').waitFor();
    const { body } = await alice.api('GET', `/api/v3/repos/${PATH}/protections`);
    expect(body).toMatchObject([
      { kind: 'tag', pattern: 'v*', push: { role: 'admin' }, delete: { users: ['bob'] }, enforce_admins: false },
    ]);
  });

  it('changes one, and takes it away after a question', async () => {
    await alice.api('POST', `/api/v3/repos/${PATH}/protections`, { pattern: 'topic', require_linear_history: true });
    await tree.commit();
    expect((await tree.push('HEAD:topic')).code).not.toBe(0);
    await on().goto(`${SETTINGS}/protection`);
    await on().getByRole('link', { name: 'Edit the branches topic' }).click();
    await field(on(), 'push.users').fill('bob');
    await submit(on(), 'Save');
    await on().getByText('The protection has been saved.').waitFor();
    expect(await on().getByRole('listitem').filter({ hasText: 'no merge commits' }).innerText()).toContain(
      'maintainers and admins, bob',
    );
    expect((await tree.push('HEAD:topic')).code).toBe(0);
    await on().getByRole('link', { name: 'Edit the branches topic' }).click();
    await submit(on(), 'Remove');
    await submit(on(), 'Remove the protection');
    await on().getByText('Nothing is protected yet').waitFor();
  });
});

describe.each([
  ['with JavaScript', () => page],
  ['without JavaScript', () => plain],
])('push rules, %s', (_how, on) => {
  it('marks every wrong field, keeps the others, and git push is refused by what was saved', async () => {
    await on().goto(`${SETTINGS}/push-rules`);
    expect(await on().textContent('main')).toContain('Left empty: 100 MiB, the hub’s default.');
    await field(on(), 'max_file_size_bytes').fill('5');
    await field(on(), 'max_tree_paths').fill('many');
    await field(on(), 'forbidden_paths').fill('*.exe\nbuild/**');
    await on().locator('[name=secret_scanning][value=block]').check();
    await submit(on(), 'Save');
    expect(await faultOf(on(), 'max_file_size_bytes')).toContain('has no unit');
    expect(await faultOf(on(), 'max_tree_paths')).toContain('no whole number');
    await field(on(), 'max_file_size_bytes').fill('64 KiB');
    await field(on(), 'max_tree_paths').fill('20,000');
    await submit(on(), 'Save');
    await on().getByText('The rules have been saved.').waitFor();
    const { body } = await alice.api<{ own: unknown }>('GET', `/api/v3/repos/${PATH}/push-rules`);
    expect(body.own).toMatchObject({
      max_file_size_bytes: 65_536,
      max_push_size_bytes: null,
      max_tree_paths: 20_000,
      forbidden_paths: ['*.exe', 'build/**'],
      secret_scanning: 'block',
    });
    expect(await field(on(), 'max_file_size_bytes').inputValue()).toBe('64 KiB');

    const before = await tree.ok('rev-parse', 'HEAD');
    await tree.commit({ 'large.txt': 'x'.repeat(70_000), 'setup.exe': 'MZ' });
    const refused = await tree.push('HEAD:refs/heads/heavy');
    await tree.ok('reset', '-q', '--hard', before);
    expect(WorkTree.remoteText(refused)).toMatch(/larger than 64(\.0)? KiB/);
    expect(WorkTree.remoteText(refused)).toContain('setup.exe');
    expect(await branches()).not.toContain('heavy');
  });
});

describe.each([
  ['with JavaScript', () => page],
  ['without JavaScript', () => plain],
])('branches and tags, %s', (how, on) => {
  const gone = how.replace(' ', '-').toLowerCase();

  beforeEach(async () => {
    await alice.api('POST', `/api/v3/repos/${PATH}/protections`, { pattern: 'release/*' });
    await tree.ok('push', '-q', 'origin', `HEAD:refs/heads/${gone}`, `HEAD:refs/tags/${gone}`);
  });

  it('marks what is protected, and has no deletion of the default branch', async () => {
    await on().goto(`/${PATH}/-/branches`);
    const row = (name: string) =>
      on()
        .getByRole('listitem')
        .filter({ has: on().getByRole('link', { name, exact: true }) });
    expect(await row('release/1.0').getByText('protected').count()).toBe(1);
    expect(await row('topic').getByText('protected').count()).toBe(0);
    expect(await row('topic').getByRole('button', { name: 'Delete the branch topic' }).count()).toBe(1);
    expect(await row('main').getByRole('button').count()).toBe(0);
  });

  it('deletes after a question', async () => {
    for (const [list, kind] of [
      ['branches', 'branch'],
      ['tags', 'tag'],
    ] as const) {
      await on().goto(`/${PATH}/-/${list}`);
      await submit(on(), `Delete the ${kind} ${gone}`);
      const dialog = on().getByRole('dialog', { name: `Delete the ${kind} ${gone}?` });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await submit(on(), `Delete the ${kind} ${gone}`);
      await dialog.getByRole('button', { name: `Delete the ${kind}` }).click();
      await on().getByText(`The ${kind} has been deleted.`).waitFor();
    }
    expect(await tree.ok('ls-remote', 'origin', `*${gone}`)).toBe('');
  });

  it('shows the refusal where the question was, and deletes nothing', async () => {
    // What is protected offers no deletion: here it becomes so while the page stands open.
    await unprotect('topic');
    await on().goto(`/${PATH}/-/branches`);
    expect(await on().getByRole('button', { name: 'Delete the branch release/1.0' }).count()).toBe(0);
    await alice.api('POST', `/api/v3/repos/${PATH}/protections`, { pattern: 'topic' });
    await submit(on(), 'Delete the branch topic');
    const dialog = on().getByRole('dialog', { name: 'Delete the branch topic?' });
    await dialog.getByRole('button', { name: 'Delete the branch' }).click();
    const alert = dialog.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('topic is a protected branch (topic): you may not delete it.');
    await dialog.locator('[role=alert]:focus').waitFor();
    expect(await branches()).toContain('topic');
    await unprotect('topic');
  });
});

it('works with the keyboard alone: the question takes the focus and gives it back', async () => {
  await page.goto(`/${PATH}/-/branches`);
  const trigger = page.getByRole('button', { name: 'Delete the branch topic' });
  await trigger.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Delete the branch topic?' });
  await dialog.waitFor();
  await dialog.locator(':focus').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.locator('button:focus', { hasText: 'Delete the branch topic' }).waitFor();
});

it('lets a maintainer read the rules and change none', async () => {
  await alice.api('POST', `/api/v3/repos/${PATH}/protections`, { pattern: 'main' });
  const { body } = await alice.api<{ id: number }[]>('GET', `/api/v3/repos/${PATH}/protections`);
  const theirs = await signIn(browser, carol);
  await theirs.goto(`${SETTINGS}/protection`);
  expect(await theirs.textContent('main')).toContain('Push:');
  expect(await theirs.getByRole('link', { name: /Edit|^Protect / }).count()).toBe(0);
  await theirs.goto(`${SETTINGS}/push-rules`);
  expect(await theirs.textContent('main')).toContain('100 MiB');
  expect(await theirs.locator('main form').count()).toBe(0);
  for (const path of ['protection/new', `protection/${body[0]?.id}`]) {
    expect((await theirs.goto(`${SETTINGS}/${path}`))?.status()).toBe(404);
  }
});

it('hides the rules from writers, and deletion from those who may not write', async () => {
  const theirs = await signIn(browser, bob);
  for (const section of ['protection', 'protection/new', 'push-rules']) {
    expect((await theirs.goto(`${SETTINGS}/${section}`))?.status()).toBe(404);
  }
  await alice.createRepository('open', { visibility: 'public', auto_init: true });
  await alice.gitOk(['push', '-q', alice.remote('alice/open'), 'HEAD:refs/heads/side'], { cwd: tree.cwd });
  const mallory = await signIn(browser, await hub.actor('mallory'));
  await mallory.goto('/alice/open/-/branches');
  expect(await mallory.getByRole('link', { name: 'side', exact: true }).count()).toBe(1);
  expect(await mallory.getByRole('button', { name: /^Delete/ }).count()).toBe(0);
});

async function mark(path: string, mending: () => Promise<void>): Promise<void> {
  await page.goto(path);
  await mending();
  await page.locator('[role=alert]').first().waitFor();
}

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
    await visit(`${SETTINGS}/protection`);
    const created = await alice.api<{ id: number }>('POST', `/api/v3/repos/${PATH}/protections`, {
      pattern: 'release/a-long-name-without-any-place-to-break-in-it-*',
      enforce_admins: false,
      require_linear_history: true,
    });
    await alice.api('POST', `/api/v3/repos/${PATH}/protections`, { pattern: 'topic' });
    for (const path of ['protection', 'protection/new', `protection/${created.body.id}`, 'push-rules']) {
      await visit(`${SETTINGS}/${path}`);
    }
    await visit(`/${PATH}/-/branches`);
    await visit(`/${PATH}/-/tags`);
    await mark(`${SETTINGS}/protection/new?kind=tag`, async () => {
      await field(page, 'pattern').fill('v..1');
      await submit(page, 'Protect these tags');
    });
    await look('a wrong pattern');
    await mark(`${SETTINGS}/push-rules`, async () => {
      await field(page, 'max_file_size_bytes').fill('5');
      await submit(page, 'Save');
    });
    await look('a wrong size');
    await unprotect('topic');
    await mark(`/${PATH}/-/branches`, async () => {
      await alice.api('POST', `/api/v3/repos/${PATH}/protections`, { pattern: 'topic' });
      await submit(page, 'Delete the branch topic');
      await submit(page, 'Delete the branch');
    });
    await look('a refused deletion');
    expect(faults).toEqual([]);
  },
  180_000,
);

it.each([
  ['with JavaScript', () => page],
  ['without JavaScript', () => plain],
])("a webhook that is saved %s keeps GitHub's events that the hub does not have", async (_how, on) => {
  const hooks = `/api/v3/repos/${PATH}/hooks`;
  const events = ['push', 'ping', 'pull_request', 'workflow_run'];
  const config = { url: `https://ci.example/${events.length}-${_how.length}`, content_type: 'json' };
  const { body: hook } = await alice.api<{ id: number }>('POST', hooks, { events, config });
  await on().goto(`${SETTINGS}/hooks/${hook.id}`);
  await on().getByLabel('Deletions').check();
  expect(await on().getByLabel('workflow_run').isChecked()).toBe(true);
  await on().getByLabel('pull_request').uncheck();
  await submit(on(), 'Save');
  await on().getByText('The webhook has been saved').waitFor();
  const { body } = await alice.api<{ events: string[] }>('GET', `${hooks}/${hook.id}`);
  expect(body.events.sort()).toEqual(['delete', 'ping', 'push', 'workflow_run']);
});
