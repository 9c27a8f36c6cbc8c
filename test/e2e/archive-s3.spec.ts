import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, run, runOk, startHub, workspace, type Actor, type Hub } from '../support';
import { ROOT } from '../support/hub-process';
import { startS3, type S3Server } from '../support/s3';

let s3: S3Server;
let hub: Hub;
let alice: Actor;
const contents = Array.from({ length: 12 }, (_, index) => randomBytes(200_000 * (1 + (index % 5))));

beforeAll(async () => {
  s3 = await startS3();
  hub = await startHub({
    ssh: false,
    env: {
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: await s3.makeBucket('archives'),
      S3_ACCESS_KEY: s3.accessKey,
      S3_SECRET_KEY: s3.secretKey,
      S3_REGION: s3.region,
      GRANARY_ARCHIVE_REDIRECT: 'presigned',
    },
  });
  alice = await hub.actor('alice');
  const cwd = join(workspace('s3'), 'tree');
  mkdirSync(cwd);
  const git = (...args: string[]) => alice.gitOk(args, { cwd });
  await git('init', '-q');
  await git('lfs', 'install', '--local');
  await git('lfs', 'track', '*.bin');
  for (const [index, content] of contents.entries()) writeFileSync(join(cwd, `m${index}.bin`), content);
  await git('add', '-A');
  await git('commit', '-q', '-m', 'media');
  await git('push', '-q', alice.remote('alice/media'), 'main');
});
afterAll(async () => {
  await hub.stop();
  await s3.stop();
});

const get = (address: string, init: RequestInit = {}) =>
  fetch(`${hub.url}/alice/media/-/archive/${address}`, {
    ...init,
    redirect: 'manual',
    headers: { authorization: `Bearer ${alice.token}`, ...init.headers },
  });

it('has a bucket that the composition of docs/docker.md makes, and may make again', async () => {
  const env = {
    ...{ PATH: process.env.PATH, S3_ENDPOINT: s3.endpoint, S3_REGION: s3.region, S3_BUCKET: 'composed' },
    ...{ S3_ACCESS_KEY: s3.accessKey, S3_SECRET_KEY: s3.secretKey },
  };
  const make = (change = {}) =>
    run(process.execPath, ['docker/make-bucket.mjs'], { cwd: ROOT, env: { ...env, ...change } });
  expect(await make()).toMatchObject({ code: 0, stderr: '' });
  expect(await make()).toMatchObject({ code: 0, stderr: '' });
  const wrong = await make({ S3_SECRET_KEY: 'wrong-secret', S3_BUCKET: 'never' });
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Check that S3_SECRET_KEY')]);
});

it('streams the objects of a store in order, then sends clients to the store', async () => {
  const first = await get('main.tar');
  expect(first.status).toBe(200);
  const bytes = Buffer.from(await first.arrayBuffer());
  const cwd = workspace('unpacked');
  writeFileSync(join(cwd, 'a.tar'), bytes);
  await runOk('tar', ['-xf', 'a.tar', '--strip-components=1'], { cwd });
  for (const [index, content] of contents.entries())
    expect(readFileSync(join(cwd, `m${index}.bin`)).equals(content)).toBe(true);

  const second = await eventually('the archive is in the store', async () => {
    const answer = await get('main.tar');
    if (answer.status === 302) return answer;
    await answer.arrayBuffer();
    return null;
  });
  expect(second.headers.get('cache-control')).toBe('no-store');
  expect(second.headers.get('etag')).toBeNull();
  // The link is the permission: no token goes with it.
  const stored = await fetch(second.headers.get('location') ?? '');
  expect(Buffer.from(await stored.arrayBuffer()).equals(bytes)).toBe(true);
  expect(stored.headers.get('content-disposition')).toMatch(/media-main-[0-9a-f]{40}\.tar/);
  const part = await fetch(second.headers.get('location') ?? '', { headers: { range: 'bytes=512-1023' } });
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(512, 1024))).toBe(true);

  const head = await get('main.tar', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  const same = await get('main.tar', { headers: { 'if-none-match': head.headers.get('etag') ?? '' } });
  expect(same.status).toBe(304);
  const sums = await (await get('main.tar.sha256')).text();
  expect(sums.split(' ')[0]).toBe(createHash('sha256').update(bytes).digest('hex'));
  const stranger = await get('main.tar', { headers: { authorization: '' } });
  expect(stranger.status).toBe(404);
});
