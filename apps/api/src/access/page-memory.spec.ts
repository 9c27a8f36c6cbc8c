import type { HubRequest } from '../http/hub-request';
import { PageMemory } from './page-memory';

const request = (page: string | null, method = 'GET') => ({ requestId: page, page, method }) as HubRequest;

/** How often the database would have been asked. */
async function asked(memory: PageMemory, requests: HubRequest[]): Promise<number> {
  let count = 0;
  const ask = () => Promise.resolve(void count++).then(() => null);
  await Promise.all(requests.map((each) => memory.of(each).sessions.ask('secret', ask)));
  return count;
}

it('asks once for a page that is being made, however many of its parts want to know', async () => {
  const memory = new PageMemory();
  memory.begin(request('a'));
  memory.begin(request('b'));
  expect(await asked(memory, [request('a'), request('a'), request('b'), request('a')])).toBe(2);
});

it('remembers nothing beside pages, nor when a page is made', async () => {
  const memory = new PageMemory();
  memory.begin(request('a'));
  memory.end('a');
  expect(await asked(memory, [request('a'), request('a'), request(null), request(null)])).toBe(4);
});

it('forgets what it knew of a page that changes something, which may be just that', async () => {
  const memory = new PageMemory();
  memory.begin(request('a'));
  await asked(memory, [request('a')]);
  expect(await asked(memory, [request('a', 'POST'), request('a'), request('a')])).toBe(3);
});

it('tells apart who asks', async () => {
  const memory = new PageMemory();
  memory.begin(request('a'));
  const { repositories } = memory.of(request('a'));
  await repositories.ask('1 alice/app', () => Promise.resolve(null));
  let isAsked = false;
  await repositories.ask('2 alice/app', () => Promise.resolve(void (isAsked = true)).then(() => null));
  expect(isAsked).toBe(true);
});
