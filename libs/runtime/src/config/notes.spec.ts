import { parseConfig } from './config';
import { configNotes } from './notes';

it('says that nobody else can follow links of a hub that listens everywhere and knows no address of its own', () => {
  const env = { GRANARY_HOST: '0.0.0.0' };
  expect(configNotes(env)).toEqual([expect.stringMatching(/^GRANARY_BASE_URL is not set: .* 127\.0\.0\.1/)]);
  expect(configNotes({ ...env, GRANARY_BASE_URL: 'http://hub.example' })).toEqual([]);
  expect(configNotes({})).toEqual([]);
});

it.each(['0', '0.0.0.0', '::', '::0', '0:0:0:0:0:0:0:0'])('knows that a hub at %s listens everywhere', (host) => {
  expect(configNotes({ GRANARY_HOST: host })).toHaveLength(1);
  expect(parseConfig({ GRANARY_HOST: host }).baseUrl).toBe('http://127.0.0.1:3000');
});

it('tells names that nobody reads', () => {
  expect(configNotes({ GRANARY_PROT: '1' })).toHaveLength(1);
});
