import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { startHub, type Actor, type Hub } from '../support';
import { complaintsOf, signIn, startBrowser } from '../support/browser';
import { LfsRemote, objectOf } from '../support/lfs';
import { startS3, type S3Server } from '../support/s3';

const BUCKET = 'lfs-hub';

let s3: S3Server;
let hub: Hub;
let alice: Actor;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  s3 = await startS3();
  const env = {
    S3_ENDPOINT: s3.endpoint,
    S3_BUCKET: await s3.makeBucket(BUCKET),
    S3_REGION: s3.region,
    S3_ACCESS_KEY: s3.accessKey,
    S3_SECRET_KEY: s3.secretKey,
  };
  hub = await startHub({ ssh: false, env });
  await allowByHand(hub.url);
  alice = await hub.actor('alice');
  browser = await startBrowser();
  page = await signIn(browser, alice);
  complaints = complaintsOf(page);
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await s3?.stop();
});

/** Swift has no PutBucketCors, which the hub tries at its start: its own API says the same. */
async function allowByHand(origin: string): Promise<void> {
  const login = await fetch(`${s3.endpoint}/auth/v1.0`, {
    headers: { 'x-storage-user': s3.accessKey, 'x-storage-pass': s3.secretKey },
  });
  const answer = await fetch(`${login.headers.get('x-storage-url')}/${BUCKET}`, {
    method: 'POST',
    headers: {
      'x-auth-token': login.headers.get('x-auth-token') ?? '',
      'x-container-meta-access-control-allow-origin': origin,
    },
  });
  expect(answer.status).toBe(204);
}

it('lets a page of the hub send a file straight to the store and fetch it from there', async () => {
  const remote = new LfsRemote(alice, await alice.createRepository('pictures'));
  const bytes = randomBytes(300_000);
  const { href, header } = await remote.uploadAction(bytes);
  expect(new URL(href).origin).toBe(s3.endpoint);
  const send = `(async ({ href, header, body }) => {
    const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
    return (await fetch(href, { method: 'PUT', headers: header, body: new Blob([bytes]) })).status;
  })(${JSON.stringify({ href, header, body: bytes.toString('base64') })})`;
  expect(await page.evaluate(send)).toBe(200);
  expect((await remote.verify(bytes)).status).toBe(200);
  const { body } = await remote.batch({ operation: 'download', objects: [objectOf(bytes)] });
  const url = JSON.stringify(body.objects[0]?.actions?.download?.href);
  expect(await page.evaluate(`fetch(${url}).then((r) => r.arrayBuffer()).then((b) => b.byteLength)`)).toBe(300_000);
  expect(complaints).toEqual([]);
});

it('lets pages reach the store and nothing else', async () => {
  const elsewhere = JSON.stringify(s3.endpoint.replace('127.0.0.1', 'localhost'));
  expect(await page.evaluate(`fetch(${elsewhere}).then(() => 'sent', () => 'refused')`)).toBe('refused');
  expect(complaints.join()).toContain('Content Security Policy');
});

it('tells the administrator when it cannot set the bucket up for pages', () => {
  expect(hub.process.output).toContain('the S3 bucket does not let pages of the hub upload to it');
});
