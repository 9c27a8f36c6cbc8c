import { parseTapLine, skippedAltogether } from './tap';

it.each([
  ['ok 7 - push', { number: 7, title: 'push', outcome: 'passed' }],
  ['not ok 12 - push # of 3', { number: 12, title: 'push # of 3', outcome: 'failed' }],
  ['ok 3 # skip a title (missing GPG)', { number: 3, title: 'a title', outcome: 'skipped', note: 'missing GPG' }],
  ['ok 3 - a title # SKIP no lock', { number: 3, title: 'a title', outcome: 'skipped', note: 'no lock' }],
  ['not ok 9 - later # TODO known breakage', { number: 9, title: 'later', outcome: 'skipped', note: 'known breakage' }],
  ['ok 9 - later # TODO known breakage vanished', { number: 9, title: 'later', outcome: 'passed' }],
  ['ok 1', { number: 1, title: '', outcome: 'passed' }],
])('reads %s', (line, expected) => expect(parseTapLine(line)).toEqual(expected));

it.each(['1..42', '# passed all 42 test(s)', '#\tcd clone &&', 'okay 1', ' ok 1 - indented', ''])(
  'takes %j for no test',
  (line) => expect(parseTapLine(line)).toBeUndefined(),
);

it('tells a script that ran nothing from one that ran', () => {
  expect(skippedAltogether('1..0 # SKIP no web server')).toBe('no web server');
  expect(skippedAltogether('1..42')).toBeUndefined();
});
