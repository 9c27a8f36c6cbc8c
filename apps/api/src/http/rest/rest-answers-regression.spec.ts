import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { noteLastModified, RestAnswersInterceptor } from './rest-answers.interceptor';

/** As much of Express as an answer in JSON needs. */
function exchange(headers: Record<string, string> = {}, { method = 'GET', surface = 'rest' } = {}) {
  const sent = { headers: new Headers(), body: undefined as unknown };
  const response = {
    statusCode: 200,
    set: (name: string | Record<string, string>, value?: string) => {
      const all = typeof name === 'string' ? { [name]: value ?? '' } : name;
      for (const [key, text] of Object.entries(all)) sent.headers.set(key, text);
    },
    get: (name: string) => sent.headers.get(name) ?? undefined,
    status: (code: number) => Object.assign(response, { statusCode: code }),
    type: () => response,
    send: (body: unknown) => Object.assign(sent, { body }),
    json: (body: unknown) => Object.assign(sent, { body: JSON.stringify(body) }),
    end: () => response,
  };
  const request = { method, surface, res: response, get: (name: string) => headers[name] } as unknown as Request;
  const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
  new RestAnswersInterceptor().intercept(context, { handle: () => [] as never });
  return { response, sent };
}

function answer(body: unknown, headers: Record<string, string> = {}, how: object = {}) {
  const { response, sent } = exchange(headers, how);
  response.json(body);
  return { status: response.statusCode, ...sent };
}

it('answers 304 to who holds the answer, however the tag is written, and 200 to who holds another', () => {
  const etag = answer({ a: 1 }).headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
  for (const held of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
    expect(answer({ a: 1 }, { 'if-none-match': held })).toMatchObject({ status: 304, body: undefined });
  }
  expect(answer({ a: 2 }, { 'if-none-match': etag })).toMatchObject({ status: 200, body: '{"a":2}' });
  expect(answer({ a: 1 }, { 'if-none-match': etag }, { method: 'HEAD' }).status).toBe(304);
});

it('lets clients keep an answer for themselves, and ask each time', () => {
  const { headers } = answer({ a: 1 });
  expect([headers.get('cache-control'), headers.get('vary')]).toEqual([
    'private, no-cache',
    'Accept, Authorization, Cookie',
  ]);
});

it('leaves answers to changes and those of other surfaces alone', () => {
  expect(answer({ a: 1 }, {}, { method: 'POST' }).headers.get('etag')).toBeNull();
  expect(answer({ a: 1 }, {}, { surface: 'web' }).headers.get('etag')).toBeNull();
});

it('says where a thing that was made stands', () => {
  const { response, sent } = exchange({}, { method: 'POST' });
  response.status(201).json({ url: 'https://hub.test/x' });
  expect(sent.headers.get('location')).toBe('https://hub.test/x');
});

it('knows a moment again that it told, and no other', () => {
  const changed = new Date('2026-01-02T03:04:05.600Z');
  const told = 'Fri, 02 Jan 2026 03:04:05 GMT';
  const status = (headers: Record<string, string>) => {
    const { response } = exchange(headers);
    noteLastModified(response as never, [changed, null, new Date(0)], changed.getTime() + 1000);
    response.json({ a: 1 });
    return response.statusCode;
  };
  expect(status({ 'if-modified-since': told })).toBe(304);
  expect(status({ 'if-modified-since': 'Fri, 02 Jan 2026 03:04:06 GMT' })).toBe(200);
  expect(status({ 'if-modified-since': told, 'if-none-match': '"other"' })).toBe(200);
});

it('tells no moment in whose second the thing may still change', () => {
  const { response, sent } = exchange();
  noteLastModified(response as never, [new Date(5_200)], 5_900);
  expect(sent.headers.get('last-modified')).toBeNull();
  noteLastModified(response as never, [new Date(NaN)], 5_900);
  expect(sent.headers.get('last-modified')).toBeNull();
});
