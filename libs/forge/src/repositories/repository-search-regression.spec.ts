import fc from 'fast-check';
import { parseRepositorySearch } from './repository-search';

it('keeps of any text only what it can mean, and of words without colons each', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseRepositorySearch(text)));
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/).filter((text) => text !== 'not');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      expect(parseRepositorySearch(words.join('  ')).words).toEqual(words);
    }),
  );
});

it.each([
  ['IS:Public', { visibilities: { among: ['public'], except: [] } }],
  ['-archived:true', { isImpossible: false }],
  ['archived:true', { isImpossible: true }],
  ['is:archived x', { words: ['x'], isImpossible: true }],
  ['in:name,readme', { places: ['name'] }],
  ['in:readme', { places: [] }],
  ['sort:updated', { sort: { by: 'updated', isAscending: false } }],
  ['sort:nonsense', { sort: { by: 'stars', isAscending: true } }],
  ['user:"ada"', { owners: { among: ['ada'], except: [] } }],
])('reads %j', (text, expected) => {
  expect(parseRepositorySearch(text, { sort: 'stars', order: 'asc' })).toMatchObject(expected);
});
