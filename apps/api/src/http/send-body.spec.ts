import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import express from 'express';
import fc from 'fast-check';
import { sendBody } from './send-body';

const TEXT = '0123456789';
const opened: unknown[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  const app = express().disable('etag');
  app.all('/:kept', async (request, response) => {
    const body = {
      etag: '"a"',
      sizeBytes: request.params.kept === 'short' ? 11 : TEXT.length,
      type: 'text/plain',
      open: (range: { start: number; end: number } | null) => {
        opened.push(range);
        return Readable.from([Buffer.from(range ? TEXT.slice(range.start, range.end + 1) : TEXT)]);
      },
    };
    await sendBody(body, { request, response }).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const { code, details } = error as DomainError;
      return response.status(code === 'precondition_failed' ? 412 : 416).end(JSON.stringify(details));
    });
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());
beforeEach(() => void opened.splice(0));

const get = (headers: Record<string, string>, method = 'GET') => fetch(`${url}/whole`, { method, headers });

it.each([
  ['bytes=0-0', '0', '0-0'],
  ['bytes=5-', '56789', '5-9'],
  ['bytes=-3', '789', '7-9'],
  ['bytes=-30', TEXT, '0-9'],
  ['bytes=2-400', '23456789', '2-9'],
  ['BYTES= 2-3', '23', '2-3'],
  ['bytes=0-99999999999999999999', TEXT, '0-9'],
  ['bytes=1-2,50-60', '12', '1-2'],
])('answers %s with the part', async (range, text, where) => {
  const answer = await get({ range });
  expect(answer.status).toBe(206);
  expect(answer.headers.get('content-range')).toBe(`bytes ${where}/10`);
  expect(answer.headers.get('content-length')).toBe(String(text.length));
  expect(await answer.text()).toBe(text);
});

it.each([
  'bytes=',
  'bytes=-',
  'bytes=a-b',
  'lines=0-1',
  'bytes=0-1,3-4',
  'bytes=5-2',
  'bytes=0-1,5-2',
  'bytes=0-1,',
  'nonsense',
])('ignores the range %j', async (range) => {
  const answer = await get({ range });
  expect([answer.status, await answer.text()]).toEqual([200, TEXT]);
});

it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=10-,20-30'])('refuses %s of ten bytes', async (range) => {
  const answer = await get({ range });
  expect([answer.status, await answer.json()]).toEqual([416, { size_bytes: 10 }]);
  expect(opened).toEqual([]);
});

it.each(['"a"', 'W/"a"', '"x", "a"', ' "x" ,W/"a" ', '*'])('answers If-None-Match: %s with 304', async (tag) => {
  const answer = await get({ 'if-none-match': tag });
  expect([answer.status, answer.headers.get('etag'), answer.headers.get('content-type')]).toEqual([304, '"a"', null]);
  expect(opened).toEqual([]);
});

it.each(['a', '"b"', '"ab"', '"A"'])('sends the body for If-None-Match: %s', async (tag) => {
  expect((await get({ 'if-none-match': tag })).status).toBe(200);
});

it.each([
  ['"a"', 206],
  ['"b"', 200],
  ['W/"a"', 200],
  ['Sat, 28 Nov 2026 10:00:00 GMT', 200],
])('takes a range with If-Range: %s for %d', async (tag, status) => {
  expect((await get({ range: 'bytes=6-', 'if-range': tag })).status).toBe(status);
});

it.each(['*', '"a"', '"x", "a"', ' "x" ,"a" '])('goes on with If-Match: %s', async (tag) => {
  expect((await get({ 'if-match': tag })).status).toBe(200);
  expect((await get({ 'if-match': tag, range: 'bytes=6-' })).status).toBe(206);
  expect((await get({ 'if-match': tag, 'if-none-match': '"a"' })).status).toBe(304);
});

it.each(['"b"', 'W/"a"', 'a', '', '"ab", "A"'])(
  'refuses If-Match: %j, before it looks at anything else',
  async (tag) => {
    for (const method of ['GET', 'HEAD']) {
      expect((await get({ 'if-match': tag }, method)).status).toBe(412);
      expect((await get({ 'if-match': tag, 'if-none-match': '"a"', range: 'bytes=50-' }, method)).status).toBe(412);
    }
    expect(opened).toEqual([]);
  },
);

it('looks at no time, for the body has none', async () => {
  const long = 'Thu, 01 Jan 1970 00:00:00 GMT';
  expect((await get({ 'if-unmodified-since': long })).status).toBe(200);
  expect((await get({ 'if-modified-since': new Date().toUTCString() })).status).toBe(200);
});

it('tells a HEAD the length and opens nothing', async () => {
  const answer = await get({ range: 'bytes=6-' }, 'HEAD');
  expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '10']);
  expect(answer.headers.get('accept-ranges')).toBe('bytes');
  expect(opened).toEqual([]);
});

it('breaks the connection when the body is shorter than it was told to be', async () => {
  await expect(fetch(`${url}/short`).then((answer) => answer.text())).rejects.toThrow();
});

it('stays inside the body', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(9), fc.nat(1000), async (first, more) => {
      const answer = await get({ range: `bytes=${first}-${first + more}` });
      expect(await answer.text()).toBe(TEXT.slice(first, first + more + 1));
    }),
    { numRuns: 20 },
  );
});
