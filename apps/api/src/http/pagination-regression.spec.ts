import type { Response } from 'express';
import type { HubRequest } from './hub-request';
import { cursorOf, pageOf, sendCursorPage, sendPage } from './pagination';

function linkOf(query: string, found: number, total?: number | null): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = { set: (name: string, value: string) => void (headers[name] = value) } as unknown as Response;
  const request = { originalUrl: `/api/v3/x?${query}` } as HubRequest;
  const page = pageOf(Object.fromEntries(new URLSearchParams(query)));
  const rows = sendPage(Array.from({ length: found }), page, { request, response, baseUrl: 'https://hub.test', total });
  expect(rows.length).toBeLessThanOrEqual(page.perPage);
  const links = (headers['Link'] ?? '').matchAll(/<https:\/\/hub\.test\/api\/v3\/x\?([^>]*)>; rel="(\w+)"/g);
  return Object.fromEntries([...links].map(([, search = '', rel = '']) => [rel, search]));
}

it.each([
  ['0', 30],
  ['-5', 30],
  ['ten', 30],
  ['1e2', 30],
  ['', 30],
  ['1', 1],
  ['100', 100],
  ['101', 100],
  ['1000', 100],
  ['99999999999999999999', 100],
])('reads per_page=%s as %d', (text, perPage) => {
  expect(pageOf({ per_page: text }).perPage).toBe(perPage);
  expect(pageOf({ per_page: ['7', text] }).perPage).toBe(perPage);
});

it.each(['0', '-1', 'two', ''])('reads page=%s as the first', (page) => expect(pageOf({ page }).page).toBe(1));

it('finds nothing on a page that is far behind the end, and not the first page', () => {
  const { offset } = pageOf({ page: '99999999999999', per_page: '100' });
  expect(offset).toBeGreaterThan(1_000_000);
  expect(Number.isSafeInteger(offset)).toBe(true);
});

it('names the first, previous, next and last page, and on the outer pages not those that one is on', () => {
  const at = (page: number) => `per_page=10&page=${page}`;
  expect(linkOf('per_page=10', 11, 35)).toEqual({ next: at(2), last: at(4) });
  expect(linkOf(at(2), 11, 35)).toEqual({ prev: at(1), next: at(3), last: at(4), first: at(1) });
  expect(linkOf(at(4), 5, 35)).toEqual({ prev: at(3), first: at(1) });
  expect(linkOf(at(9), 0, 35)).toEqual({ prev: at(4), last: at(4), first: at(1) });
  expect(linkOf('per_page=10', 10, 10)).toEqual({});
  expect(linkOf('per_page=10', 0, 0)).toEqual({});
});

it('names no last page where nobody counted', () => {
  expect(linkOf('per_page=10', 11, null)).toEqual({ next: 'per_page=10&page=2' });
  expect(linkOf('per_page=10', 11)).toEqual({ next: 'per_page=10&page=2' });
});

describe('a list with a cursor', () => {
  /** What `Link` names for one page of a list of rows with these ids, and which rows are sent. */
  const leaf = (query: string, ids: number[]) => {
    const headers: Record<string, string> = {};
    const response = { set: (name: string, value: string) => void (headers[name] = value) } as unknown as Response;
    const request = { originalUrl: `/api/v3/x?${query}` } as HubRequest;
    const cursor = cursorOf(Object.fromEntries(new URLSearchParams(query)));
    const { beforeId = Infinity, afterId, limit } = cursor;
    const fitting = ids.filter((id) => id < beforeId && id > (afterId ?? 0)).map((id) => ({ id }));
    const rows = afterId === undefined ? fitting.slice(0, limit) : fitting.slice(-limit);
    const sent = sendCursorPage(rows, cursor, { request, response, baseUrl: 'https://hub.test' });
    const links = (headers['Link'] ?? '').matchAll(/<https:\/\/hub\.test\/api\/v3\/x\?([^>]*)>; rel="(\w+)"/g);
    const named = Object.fromEntries([...links].map(([, search = '', rel = '']) => [rel, search]));
    return { ids: sent.map(({ id }) => id), ...named } as { ids: number[]; prev?: string; next?: string };
  };

  it('goes on behind the last row that was sent, and names no last page', () => {
    expect(leaf('per_page=2&x=y', [9, 7, 4])).toEqual({ ids: [9, 7], next: 'per_page=2&x=y&cursor=7' });
    expect(leaf('per_page=2', [9, 7])).toEqual({ ids: [9, 7] });
    expect(leaf('per_page=2', [])).toEqual({ ids: [] });
  });

  it('leads back the way one came, whatever was added at its beginning or taken from its end', () => {
    const ids = Array.from({ length: 9 }, (_, index) => 90 - 10 * index);
    const seen = [leaf('per_page=4', ids)];
    for (let at = seen[0]; at?.next; at = seen.at(-1)) seen.push(leaf(at.next, ids));
    expect(seen.map((page) => page.ids)).toEqual([[90, 80, 70, 60], [50, 40, 30, 20], [10]]);
    const back = leaf(seen.at(-1)?.prev ?? '', ids);
    expect(back).toMatchObject({ ids: [50, 40, 30, 20], next: 'per_page=4&cursor=20' });
    expect(leaf(back.next ?? '', ids).ids).toEqual([10]);
    const grown = [120, 110, 100, ...ids];
    expect(leaf(back.prev ?? '', grown)).toMatchObject({ ids: [90, 80, 70, 60], prev: 'per_page=4&cursor=newer-90' });
    expect(leaf('per_page=4&cursor=newer-90', grown)).toEqual({ ids: [120, 110, 100], next: 'per_page=4&cursor=100' });
    expect(leaf('cursor=10', [90, 80])).toEqual({ ids: [], prev: 'cursor=newer-9' });
    expect(leaf('cursor=newer-90', [90, 80])).toEqual({ ids: [], next: 'cursor=91' });
  });

  it('takes no cursor that it never named', () => {
    expect(cursorOf({ cursor: '' })).toMatchObject({ perPage: 30, limit: 31 });
    expect(cursorOf({ cursor: '12' })).toMatchObject({ beforeId: 12 });
    expect(cursorOf({ cursor: 'newer-12' })).toMatchObject({ afterId: 12 });
    for (const cursor of ['v1_12', '-1', '1e9', ['1', '2'], '9'.repeat(16), 'newer-', 'newer--1', 'older-1']) {
      expect(() => cursorOf({ cursor })).toThrow(/cursor/);
    }
  });
});

it('makes a header that clients take of any path, and names the next page before all others', () => {
  const path = (text: string) => `path=${encodeURIComponent(text)}&page=2&per_page=10`;
  const hidden = linkOf(path('\u202ea\r\nX: b>; rel="evil"\u0000,é\u200b'), 11, 35);
  expect(Object.keys(hidden)).toEqual(['prev', 'next', 'last', 'first']);
  expect(new URLSearchParams(hidden['next']).get('path')).toBe('\u202ea\r\nX: b>; rel="evil"\u0000,é\u200b');
  expect(Object.keys(linkOf(path('x'.repeat(5_000)), 11, 35))).toEqual(['prev', 'next']);
  expect(Object.keys(linkOf(path('x'.repeat(10_000)), 11, 35))).toEqual(['next']);
  expect(linkOf(path('é'.repeat(10_000)), 11, 35)).toEqual({});
});
