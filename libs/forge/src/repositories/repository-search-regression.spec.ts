import fc from 'fast-check';
import { parseRepositorySearch } from './repository-search';

const day = (n: number) => Date.UTC(2026, 2, n);

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
  ['stars:0 forks:<1 -stars:>3', { isImpossible: false }],
  ['stars:>0', { isImpossible: true }],
  ['-followers:0..3', { isImpossible: true }],
  ['stars:many', { isImpossible: false, words: [] }],
  ['language:ts', { isImpossible: true }],
  ['-license:mit', { isImpossible: false }],
  ['constructor:x', { isImpossible: false, words: [] }],
  ['size:>=10', { ranges: [{ by: 'size', from: 10, below: Infinity, excludes: false }] }],
  ['-size:2..5', { ranges: [{ by: 'size', from: 2, below: 6, excludes: true }] }],
  ['size:*..5', { ranges: [{ by: 'size', from: -Infinity, below: 6, excludes: false }] }],
  ['size:5..2..1 size:>1..2 size:-1', { ranges: [] }],
  ['created:2026-03-01', { ranges: [{ by: 'created', from: day(1), below: day(2), excludes: false }] }],
  ['created:>2026-03-01', { ranges: [{ by: 'created', from: day(2), below: Infinity, excludes: false }] }],
  [
    'pushed:2026-03-01T00:00:00+00:00..2026-03-02',
    { ranges: [{ by: 'pushed', from: day(1), below: day(3), excludes: false }] },
  ],
  ['created:yesterday created:>=2026-13-01 pushed:', { ranges: [] }],
  ['user:"ada"', { owners: { among: ['ada'], except: [] } }],
])('reads %j', (text, expected) => {
  expect(parseRepositorySearch(text, { sort: 'stars', order: 'asc' })).toMatchObject(expected);
});
