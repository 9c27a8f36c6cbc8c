import { lostConnection } from './runtime';

it('tells of a connection that Postgres dropped, unless everything ends', () => {
  const told: string[] = [];
  const log = {
    info: () => undefined,
    error: () => undefined,
    warn: (_: object, text: string) => void told.push(text),
  };
  const ending = new AbortController();
  const tell = lostConnection(log, ending.signal);
  const dropped = Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });
  tell(dropped);
  expect(told).toEqual(['a database connection broke']);
  ending.abort();
  tell(dropped);
  expect(told).toHaveLength(1);
});
