import type { Browser, Page } from 'playwright-core';
import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { accessibilityFaults, complaintsOf, signIn, startBrowser } from '../support/browser';

const PATH = 'alice/sounds';

let hub: Hub;
let alice: Actor;
let browser: Browser;
let page: Page;
let complaints: string[];
let tree: WorkTree;

/** @returns silence of that many seconds, as a WAV file of 8-bit samples. */
function silence(seconds: number): Buffer {
  const rate = 8000;
  const samples = Buffer.alloc(rate * seconds, 128);
  const header = Buffer.from('RIFF____WAVEfmt ________________________data____', 'latin1').subarray(0, 44);
  header.writeUInt32LE(36 + samples.length, 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
  tree = await WorkTree.create(alice, PATH, { files: { '.gitattributes': '*.wav filter=lfs -text\n' } });
  await tree.commit({ 'horn.wav': silence(2), 'drum.wav': silence(1) });
  await tree.ok('rm', '-q', 'drum.wav');
  await tree.commit({ 'horn.wav': silence(3) });
  await tree.ok('push', '-q', 'origin', 'main');
  browser = await startBrowser();
  page = await signIn(browser, alice);
  complaints = complaintsOf(page);
}, 120_000);

afterAll(() => browser?.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));

it('plays a sound in Git LFS by ranges', async () => {
  const answer = page.waitForResponse((response) => response.url().endsWith('/-/raw/main/horn.wav'));
  await page.goto(`/${PATH}/-/blob/main/horn.wav`);
  const { status, type } = { status: (await answer).status(), type: (await answer).headers()['content-type'] };
  expect({ status, type }).toEqual({ status: 206, type: 'audio/wav' });
  await page.waitForFunction(`document.querySelector('audio')?.readyState >= 1`);
  expect(await page.evaluate(`document.querySelector('audio').duration`)).toBeCloseTo(3);
  expect(await accessibilityFaults(page)).toEqual([]);
});

it('tells what an LFS file became by its sizes, not by the lines of its pointer', async () => {
  await page.goto(`/${PATH}/-/commit/${(await tree.ok('rev-parse', 'HEAD')).trim()}`);
  const summary = page.locator('summary').filter({ hasText: 'horn.wav' }).last();
  expect((await summary.innerText()).replace(/\s+/g, ' ')).toContain('15.7 KiB → 23.5 KiB');
  expect(await summary.innerText()).not.toContain('added');
  const gone = page.locator('details').filter({ hasText: 'drum.wav' }).last();
  expect((await gone.innerText()).replace(/\s+/g, ' ')).toMatch(/After Deleted$/);
  expect(await gone.innerText()).not.toContain('Not in Git LFS');
});

it('shows a change of a thousand lines in a page of at most 400 kB', async () => {
  const lines = Array.from({ length: 1000 }, (_, n) => `  "entry-${n}": { "is": "a line of data", "n": ${n} },`);
  const sha = await tree.commit({ 'data.json': lines.join('\n') + '\n' });
  await tree.ok('push', '-q', 'origin', 'main');
  const html = await (await page.request.get(`/${PATH}/-/commit/${sha}`)).text();
  expect(html).toContain('"entry-999"');
  const bytes = { shown: Buffer.byteLength(html), text: lines.join('\n').length };
  expect(bytes.shown).toBeLessThan(Math.min(400_000, 3 * bytes.text + 100 * lines.length + 60_000));
  // The router, which fetches a page that is followed from another one, shows the same rows.
  await page.goto(`/${PATH}/-/commits/main`);
  await page.getByRole('link', { name: 'change', exact: true }).first().click();
  await page.getByRole('row').filter({ hasText: '"entry-999"' }).waitFor();
});

it('names in a list who holds a lock', async () => {
  await alice.api('POST', `/api/v3/repos/${PATH}/lfs/locks`, { path: 'horn.wav' });
  await page.goto(`/${PATH}`);
  await page.getByRole('row').filter({ hasText: 'horn.wav' }).getByText('alice', { exact: true }).waitFor();
});

it('keeps the commands of an empty repository within a phone', async () => {
  const name = await alice.createRepository(`a-long-name-${'that-goes-on-'.repeat(5)}x`);
  await page.setViewportSize({ width: 390, height: 900 });
  await page.goto(`/${name}`);
  await page.getByText('This repository is empty').waitFor();
  expect(await page.evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`)).toBe(0);
});
