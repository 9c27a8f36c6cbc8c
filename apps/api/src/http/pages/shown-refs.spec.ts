import type { RefEntry } from '@granary/git-process';
import { shownRefs } from './shown-refs';

const ref = (kind: RefEntry['kind'], name: string): RefEntry => ({
  name,
  kind,
  fullName: name,
  sha: '0'.repeat(40),
  type: 'commit',
  tagOid: null,
});
const lists = {
  branches: ['main', 'field/north', 'Field/south', 'orchard'].map((name) => ref('branch', name)),
  tags: [ref('tag', 'main'), ref('tag', 'v1')],
};
const names = (query: Record<string, unknown>) => shownRefs(lists, query).map(({ name }) => name);

it('finds by a part of the name, in any case', () =>
  expect(names({ q: ' fIELD ' })).toEqual(['field/north', 'Field/south']));
it('keeps the order of branches and of tags', () => {
  expect(names({ kind: 'branch' })).toEqual(['main', 'field/north', 'Field/south', 'orchard']);
  expect(names({ kind: 'tag' })).toEqual(['main', 'v1']);
});
it('takes what is repeated in an address for nothing', () => expect(names({ q: ['a', 'b'] })).toHaveLength(4));
