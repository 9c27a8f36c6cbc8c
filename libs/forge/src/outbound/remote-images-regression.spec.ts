import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImageCache } from './image-cache';
import { imageTypeOfBytes } from './image-format';
import { OutboundHttp, type OutboundRequest, type OutboundResponse } from './outbound-http';
import { RemoteImages } from './remote-images.service';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1');
const image = (body = PNG): OutboundResponse => ({ status: 200, headers: {}, body, truncated: false });
const redirect = (location: string): OutboundResponse => ({ ...image(), status: 302, headers: { location } });

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'images-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const cache = (maxBytes = 1_000_000) => new ImageCache({ directory: join(directory, 'c'), maxBytes, maxAgeMs: 60_000 });

function images(answers: Record<string, OutboundResponse>, kept = cache()) {
  const asked: string[] = [];
  const send = ({ url }: OutboundRequest) => {
    asked.push(url);
    return answers[url] ? Promise.resolve(answers[url]) : Promise.reject(new Error(`nobody is at ${url}`));
  };
  return { remote: new RemoteImages({ outbound: { send }, cache: kept }), asked };
}

it('asks once, for all readers', async () => {
  const { remote, asked } = images({ 'https://a.test/x.png': image() });
  const got = await Promise.all([remote.get('https://a.test/x.png'), remote.get('https://a.test/x.png')]);
  expect([...got, await remote.get('https://a.test/x.png')]).toEqual(
    Array.from({ length: 3 }, () => ({ type: 'image/png', body: PNG })),
  );
  expect(asked).toEqual(['https://a.test/x.png']);
});

it('follows a few redirects, each by the rules for all requests to the outside', async () => {
  const { remote, asked } = images({ 'https://a.test/x': redirect('/y'), 'https://a.test/y': image() });
  expect((await remote.get('https://a.test/x')).type).toBe('image/png');
  expect(asked).toEqual(['https://a.test/x', 'https://a.test/y']);
  const endless = images({ 'https://a.test/x': redirect('https://a.test/x') });
  await expect(endless.remote.get('https://a.test/x')).rejects.toMatchObject({ code: 'not_found' });
  expect(endless.asked).toHaveLength(4);
});

it.each(['https://127.0.0.1/x.png', 'http://a.test/x.png', 'https://[::1]/x.png', 'https://169.254.169.254/x.png'])(
  'asks no address of the inside: %s',
  async (url) => {
    const remote = new RemoteImages({
      outbound: new OutboundHttp({ allowHttp: false, allowedHosts: [] }),
      cache: cache(),
    });
    await expect(remote.get(url)).rejects.toMatchObject({ code: 'not_found' });
  },
);

it.each([
  ['no image', image(Buffer.from('<html><script>alert(1)</script>'))],
  ['too much', { ...image(), truncated: true }],
  ['an error', { ...image(), status: 500 }],
])('shows nothing for %s, and does not ask again at once', async (_case, answer) => {
  const { remote, asked } = images({ 'https://a.test/x': answer });
  await expect(remote.get('https://a.test/x')).rejects.toMatchObject({ code: 'not_found' });
  await expect(remote.get('https://a.test/x')).rejects.toMatchObject({ code: 'not_found' });
  expect(asked).toHaveLength(1);
});

it('keeps no more than it may', async () => {
  const body = Buffer.concat([PNG, Buffer.alloc(400)]);
  const urls = ['1', '2', '3', '4'].map((name) => `https://a.test/${name}`);
  const { remote } = images(Object.fromEntries(urls.map((url) => [url, image(body)])), cache(1000));
  for (const url of urls) await remote.get(url);
  expect(await readdir(join(directory, 'c'))).toHaveLength(2);
});

it.each([
  [PNG, 'image/png'],
  [Buffer.from('<?xml version="1.0"?>\n<!-- a badge --><svg xmlns="x">'), 'image/svg+xml'],
  [Buffer.from('<svg width="1">'), 'image/svg+xml'],
  [Buffer.from('<html><svg>'), null],
  [Buffer.from('<script>'), null],
  [Buffer.from('GIF89a'), 'image/gif'],
  [Buffer.from('%PDF-1.7'), null],
  [Buffer.alloc(0), null],
])('knows images by their own bytes: %s', (bytes, type) => expect(imageTypeOfBytes(bytes)).toBe(type));
