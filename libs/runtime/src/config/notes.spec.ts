import { configNotes } from './notes';

it('says that nobody else can follow links of a hub that listens everywhere and knows no address of its own', () => {
  const env = { GRANARY_HOST: '0.0.0.0' };
  expect(configNotes(env)).toEqual([expect.stringMatching(/^GRANARY_BASE_URL is not set: .* 127\.0\.0\.1/)]);
  expect(configNotes({ ...env, GRANARY_BASE_URL: 'http://hub.example' })).toEqual([]);
  expect(configNotes({})).toEqual([]);
});

it('tells names that nobody reads', () => {
  expect(configNotes({ GRANARY_PROT: '1' })).toHaveLength(1);
});
