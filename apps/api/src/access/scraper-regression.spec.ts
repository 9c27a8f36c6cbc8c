import { mayScrape, type ScraperFacts } from './scraper.policy';

const LOCAL: ScraperFacts = { token: null, baseUrl: 'http://127.0.0.1:3000', trustedProxies: [] };
const PUBLIC = { ...LOCAL, baseUrl: 'https://hub.example' };
const TOKEN = 'a-token-for-metrics-alone';

const from = (remoteAddress: string, headers = {}) => ({ remoteAddress, headers: { host: 'x', ...headers } });

it('lets a scraper on this machine read while the hub is for this machine alone', () => {
  for (const baseUrl of [LOCAL.baseUrl, 'http://localhost:3000', 'http://[::1]:3000'])
    expect(mayScrape({ ...LOCAL, baseUrl }, from('127.0.0.1'))).toBe(true);
  expect(mayScrape(LOCAL, from('::ffff:127.0.0.1'))).toBe(true);
  expect(mayScrape(LOCAL, from('192.0.2.1'))).toBe(false);
});

it('takes no proxy on this machine for a scraper, whatever headers it adds or leaves out', () => {
  expect(mayScrape(PUBLIC, from('127.0.0.1'))).toBe(false);
  expect(mayScrape({ ...LOCAL, trustedProxies: ['loopback'] }, from('127.0.0.1'))).toBe(false);
  for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'])
    expect(mayScrape(LOCAL, from('127.0.0.1', { [name]: '127.0.0.1' }))).toBe(false);
});

it('lets the token in from anywhere, and then nothing else', () => {
  for (const facts of [LOCAL, PUBLIC].map((one) => ({ ...one, token: TOKEN }))) {
    expect(mayScrape(facts, from('192.0.2.1', { authorization: `Bearer ${TOKEN}` }))).toBe(true);
    for (const headers of [
      {},
      { authorization: 'Bearer' },
      { authorization: `Bearer ${TOKEN}x` },
      { authorization: `Basic ${TOKEN}` },
    ])
      expect(mayScrape(facts, from('127.0.0.1', headers))).toBe(false);
  }
});
