import { parseConfigList } from './config-list';

it('parts keys from values at the first line feed, and knows keys without one', () => {
  const listing = ['a.b\none', 'a.x\ny.b', 'a.flag', 'a.empty\n', ''].join('\0');
  expect(parseConfigList(listing)).toEqual([
    ['a.b', 'one'],
    ['a.x', 'y.b'],
    ['a.flag', null],
    ['a.empty', ''],
  ]);
  expect(parseConfigList('')).toEqual([]);
});
